#!/usr/bin/env bash
# Packages the crates as they would be published, and checks that they compile from the packages alone, so that `cargo install gleaner` works.
#
# `cargo package` would verify each in a build of its own, which takes minutes. What a package can lack is a file, and a file that is missing
# stops build scripts (rules, models) or `include_str!`: clippy runs and reads both, with the dependencies that are in target/ already. It sees the program
# with the features that a user builds; the tests of the workspace switch all on.
# With `--install`, the program is also built and installed from the packages, and asked for its version.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
target=${CARGO_TARGET_DIR:-$root/target}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
limit=$((10 * 1024 * 1024)) # of crates.io

libraries=(gleaner-extract gleaner-relate gleaner-warc)
cargo package --quiet --allow-dirty --no-verify "${libraries[@]/#/--package=}" -p gleaner 2>&1 | grep -v '^warning: ignoring test' || true

# Outside of the repository: nothing of it can be found from there.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in "${libraries[@]}" gleaner; do
  crate=$target/package/$name-$version.crate
  bytes=$(stat -c %s "$crate")
  [ "$bytes" -le "$limit" ] || { echo "$crate has $bytes bytes, and crates.io takes $limit" >&2; exit 1; }
  tar -xzf "$crate" -C "$work"
  echo "$name $version: $bytes bytes, $(find "$work/$name-$version" -type f | wc -l) files"
done

# The libraries are not on crates.io yet when the program is checked. The lock file names them with the checksums of their packages.
{
  echo "[patch.crates-io]"
  for name in "${libraries[@]}"; do echo "$name = { path = \"$work/$name-$version\" }"; done
} > "$work/patch.toml"
export CARGO_TARGET_DIR=$target
cd "$work/gleaner-$version"
cargo clippy --config "$work/patch.toml" -- -D warnings
if [ "${1:-}" = --install ]; then
  cargo install --locked --path . --config "$work/patch.toml" --root "$work/installed" --profile "${PROFILE:-release}"
  "$work/installed/bin/gleaner" --version
fi
