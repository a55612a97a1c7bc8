#!/usr/bin/env bash
# Builds the last commit twice, in two folders, and compares the programs byte for byte. PROFILE and FEATURES as for packaging/build.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
commit=$(git rev-parse HEAD)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct "$commit")
export SOURCE_DATE_EPOCH
unset CARGO_TARGET_DIR
work=${1:-$(mktemp -d)}
sums=()
# Names of different length: a path that is left in the program moves what comes after it.
for folder in "$work/a" "$work/another-folder"; do
  mkdir -p "$folder"
  git archive "$commit" | tar -x -C "$folder"
  program=$("$folder/packaging/build.sh")
  sum=$(sha256sum < "$program")
  sums+=("${sum%% *}")
  echo "${sum%% *}  $program"
  for path in "$work" "$HOME"; do
    if grep -qF "$path/" "$program"; then echo "the program names $path" >&2; exit 1; fi
  done
done
[ "${sums[0]}" = "${sums[1]}" ] || { echo "the programs differ" >&2; exit 1; }
echo "the programs are the same"
