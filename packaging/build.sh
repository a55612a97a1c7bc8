#!/usr/bin/env bash
# The program that is published, without paths of this machine (packaging/reproducible.sh checks that): build.sh [TARGET]. Prints its path.
# PROFILE names another profile than `dist`, FEATURES other features than those of the packages.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=${PROFILE:-dist}
target=${CARGO_TARGET_DIR:-$PWD/target}
cargo_home=${CARGO_HOME:-$HOME/.cargo}
# Paths of this machine, which panics and debug information would name.
flags=()
for pair in "$PWD=gleaner" "$target=target" "$cargo_home=cargo"; do
  flags+=("--remap-path-prefix=$pair")
  CFLAGS="${CFLAGS:-} -ffile-prefix-map=$pair"
done
CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; echo "${flags[*]}")
export CARGO_ENCODED_RUSTFLAGS CFLAGS
export CARGO_INCREMENTAL=0
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
cargo build --locked --profile "$profile" --bin gleaner --features "${FEATURES-pdf,browser}" ${1:+--target "$1"} >&2
folder=$profile
[ "$profile" != dev ] || folder=debug
echo "$target${1:+/$1}/$folder/gleaner"
