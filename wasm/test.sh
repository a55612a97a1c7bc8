#!/usr/bin/env bash
# Builds the demonstration in target/wasm, and compares its articles of the sample pages with those of the program: wasm/test.sh [PROGRAM].
# Needs Node, and the target: `rustup target add wasm32-wasip1`. With `--serve`, shows the demonstration on http://127.0.0.1:8019/.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
cargo build --quiet --release --target wasm32-wasip1 -p gleaner-wasm
folder=target/wasm
mkdir -p "$folder"
cp wasm/demo/* "$target/wasm32-wasip1/release/gleaner-wasm.wasm" "$folder/"
mv "$folder/gleaner-wasm.wasm" "$folder/gleaner.wasm"
if [ "${1:-}" = --serve ]; then exec python3 -m http.server --bind 127.0.0.1 --directory "$folder" 8019; fi

find raw/samples '(' -name '*.htm' -o -name '*.html' ')' -print0 | sort -z | xargs -0 node wasm/compare.mjs "${1:-target/debug/gleaner}"
