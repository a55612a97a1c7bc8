#!/usr/bin/env bash
# The manual pages and completions of a program, in FOLDER/man and FOLDER/completions: pages.sh PROGRAM FOLDER
set -euo pipefail
program=$1 folder=$2
rm -rf "$folder/man" "$folder/completions"
mkdir -p "$folder/completions"
"$program" --quiet man --dir "$folder/man"
"$program" completions bash > "$folder/completions/gleaner"
"$program" completions zsh > "$folder/completions/_gleaner"
"$program" completions fish > "$folder/completions/gleaner.fish"
