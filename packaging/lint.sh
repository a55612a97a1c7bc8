#!/usr/bin/env bash
# The linters of what is no Rust: workflows (actionlint), the container file (hadolint), shell scripts (shellcheck, which actionlint uses too).
set -euo pipefail
cd "$(dirname "$0")/.."
actionlint
hadolint Containerfile
shellcheck packaging/*.sh packaging/deb/*.sh packaging/deb/postinst packaging/deb/prerm packaging/deb/postrm wasm/test.sh .ci/run
