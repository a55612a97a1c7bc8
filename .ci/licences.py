#!/usr/bin/env python3
"""Lists the licences of all dependencies in docs/licences.md and refuses those that deny.toml does not allow.

licences.py          writes docs/licences.md
licences.py --check  fails where the file is out of date
"""

import json
import pathlib
import re
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIST = ROOT / "docs" / "licences.md"
HEAD = """# Licences of dependencies

Every crate that gleaner, its tests, its training program or its benchmarks are built from, on any platform. Written by `just licences`; `deny.toml`
says which licences are allowed.

The program also contains htmx 4.0.1 (`src/serve/assets/htmx.min.js`, <https://htmx.org>), under the Zero-Clause BSD licence (0BSD).

| crate | licence |
|---|---|
"""


def is_allowed(expression, allowed):
    """Whether an SPDX expression can be met with allowed licences. `/` is the old way to write OR."""
    tokens = re.findall(r"[()]|[^\s()]+", expression.replace("/", " OR "))

    def either():
        found = both()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            found = both() or found
        return found

    def both():
        found = one()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            found = one() and found
        return found

    def one():
        token = tokens.pop(0)
        if token == "(":
            found = either()
            tokens.pop(0)
            return found
        if tokens and tokens[0] == "WITH":
            token += f" WITH {tokens[1]}"
            del tokens[:2]
        return token in allowed

    return either()


def main():
    allowed = set(tomllib.loads((ROOT / "deny.toml").read_text())["licenses"]["allow"])
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--all-features"]
    packages = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)["packages"]
    licences = {(package["name"], package["license"] or "none") for package in packages if package["source"]}

    refused = sorted(f"{name}: {licence}" for name, licence in licences if not is_allowed(licence, allowed))
    if refused:
        sys.exit("deny.toml does not allow:\n" + "\n".join(refused))
    text = HEAD + "".join(f"| {name} | {licence} |\n" for name, licence in sorted(licences))
    if "--check" not in sys.argv:
        LIST.write_text(text)
    elif not LIST.is_file() or LIST.read_text() != text:
        sys.exit("docs/licences.md is out of date: run `just licences`")
    print(f"{len(licences)} dependencies, all of them allowed")


main()
