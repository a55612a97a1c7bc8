#!/usr/bin/env bash
# The Debian package, in target/packages (needs cargo-deb): build.sh [PROGRAM], a program that packaging/build.sh has built, else it is built.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "${1:-$(packaging/build.sh)}")
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
stage=target/deb # the paths of `assets` in Cargo.toml
rm -rf "$stage"
mkdir -p "$stage" target/packages
cp "$program" "$stage/gleaner"
strip --strip-unneeded "$stage/gleaner"
packaging/pages.sh "$stage/gleaner" "$stage"
gzip -9nc CHANGELOG.md > "$stage/changelog.gz"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
maintainer=$(sed -n 's/^authors = \["\(.*\)"\]/\1/p' Cargo.toml)
cat > "$stage/changelog" <<END
gleaner ($version-1) unstable; urgency=medium

  * /usr/share/doc/gleaner/changelog.gz says what has changed.

 -- $maintainer  $(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")
END
cargo deb --no-build --no-strip --output target/packages/
