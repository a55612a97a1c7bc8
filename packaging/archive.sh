#!/usr/bin/env bash
# The program with its manual pages, completions and licences in target/packages/gleaner-VERSION-TARGET.tar.gz: archive.sh TARGET
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
name=gleaner-$version-$1
program=$(packaging/build.sh "$1")
folder=target/packages/$name
rm -rf "$folder"
mkdir -p "$folder"
packaging/pages.sh "$program" "$folder"
cp "$program" README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT config.toml "$folder"
cp -r docs "$folder/docs"
rm -rf "$folder/docs/pictures" "$folder/docs/pictures.sh"
tar -C target/packages -czf "target/packages/$name.tar.gz" "$name"
rm -rf "$folder"
