#!/usr/bin/env bash
# Installs the Debian package on this machine, uses it, removes and purges it: test.sh [PACKAGE]. For a container or a machine to throw away, as root.
# Needs lintian, man-db, bash-completion and systemd-analyze; a corpus in /var/lib/gleaner or an installed gleaner stops it.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
package=${1:-$(echo "target/packages/gleaner_$version"-*_"$(dpkg --print-architecture)".deb)}
fail() { echo "failed: $*" >&2; exit 1; }
# Reads all of its input, so that nothing before it in a pipe is stopped.
has() { grep -- "$1" > /dev/null || fail "no \"$1\" in $2"; }

[ "$(id -u)" = 0 ] || fail "only root can install packages"
[ ! -e /var/lib/gleaner ] || fail "there is /var/lib/gleaner already"
[ ! -e /usr/bin/gleaner ] || fail "there is /usr/bin/gleaner already"

echo "== lintian"
# The first upload to Debian closes the bug that announced it; this package is not in Debian.
lintian --fail-on error,warning --tag-display-limit 0 --suppress-tags initial-upload-closes-no-bugs "$package"

echo "== install"
dpkg -i "$package"
[ "$(gleaner --version)" = "gleaner $version" ] || fail "the version is $(gleaner --version)"
[ "$(stat -c '%U %a' /var/lib/gleaner)" = "gleaner 750" ] || fail "/var/lib/gleaner is not the user's own"
getent passwd gleaner | has nologin "the user's shell"

echo "== use"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
page="raw/samples/courier.example/2024-02-19 glass-bridge.html"
gleaner extract "$page" > "$work/text"
[ -s "$work/text" ] || fail "gleaner extract printed nothing"
gleaner init "$work/corpus" > "$work/init"
cp "$page" "$work/corpus/raw/"
gleaner --root "$work/corpus" clean
gleaner --root "$work/corpus" verify
find "$work/corpus/clean" -name '*.txt' -size +0 | has txt "clean/"

echo "== manual, completions, units"
MANWIDTH=100 man -l /usr/share/man/man1/gleaner-clean.1.gz 2>"$work/man" | has 'EXIT STATUS' "the manual"
[ ! -s "$work/man" ] || fail "man: $(cat "$work/man")"
bash -c '. /usr/share/bash-completion/bash_completion; . /usr/share/bash-completion/completions/gleaner
  COMP_WORDS=(gleaner cle) COMP_CWORD=1; _gleaner gleaner cle gleaner; echo "${COMPREPLY[@]}"' | has clean "completions"
systemd-analyze verify gleaner.service gleaner.timer
systemd-analyze security --offline=true --threshold=40 gleaner.service > "$work/security" || fail "$(tail -1 "$work/security")"
# What the timer starts, as its user: without sources it says so, and the exit code is that of a wrong configuration.
command=$(sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/gleaner.service /lib/systemd/system/gleaner.service 2>/dev/null | head -1)
code=0
setpriv --reuid gleaner --regid gleaner --clear-groups -- sh -c "cd /var/lib/gleaner && $command" 2> "$work/run" || code=$?
[ "$code" = 2 ] || fail "the timer's command exits with $code: $(cat "$work/run")"
has 'no sources' "what the timer's command says" < "$work/run"

echo "== remove: the configuration and the corpus stay"
setpriv --reuid gleaner --regid gleaner --clear-groups -- \
  sh -c "mkdir /var/lib/gleaner/raw && gleaner extract --format html > /var/lib/gleaner/raw/page.html && gleaner --root /var/lib/gleaner clean" < "$page"
dpkg -r gleaner
[ ! -e /usr/bin/gleaner ] || fail "the program is still there"
[ -f /etc/gleaner/config.toml ] || fail "the configuration is gone"
[ -d /var/lib/gleaner/clean ] || fail "the corpus is gone"

echo "== purge: the corpus stays, an empty folder does not"
dpkg -i "$package" > /dev/null
dpkg -P gleaner | has "is kept" "what purging says"
[ ! -e /etc/gleaner ] || fail "the configuration is still there"
[ -d /var/lib/gleaner/clean ] || fail "the corpus is gone"
rm -rf /var/lib/gleaner
dpkg -i "$package" > /dev/null
dpkg -P gleaner
[ ! -e /var/lib/gleaner ] || fail "the empty folder is still there"
deluser --quiet --system gleaner
echo "the package is in order"
