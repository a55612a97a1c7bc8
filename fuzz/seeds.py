#!/usr/bin/env python3
"""Fills fuzz/corpus/TARGET with files to start from: fuzz/seeds/TARGET, the pages and rules of this repository, and public test vectors where they are.

    fuzz/seeds.py [TARGET…]        all targets if none is named; GLEANER_SHARED names the folder that has the vectors
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VECTORS = Path(os.environ.get("GLEANER_SHARED", ROOT.parent / "shared")) / "vectors"


def repository(pattern):
    """Files of the repository, as (name, bytes)."""
    for path in sorted(ROOT.glob(pattern)):
        yield f"{path.parent.name}-{path.name}", path.read_bytes()


def vectors(archive, pattern):
    """Files of a public test vector, if it is there."""
    if not (VECTORS / f"{archive}.tar.zst").is_file():
        print(f"not there: {VECTORS}/{archive}.tar.zst", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["tar", "--zstd", "-xf", VECTORS / f"{archive}.tar.zst", "-C", folder], check=True)
        for path in sorted(Path(folder).rglob(pattern)):
            if path.is_file():
                yield path.name, path.read_bytes()


def html5lib():
    """The documents of the tree construction tests."""
    for name, content in vectors("html5lib", "*.dat"):
        for number, data in enumerate(re.findall(rb"#data\n(.*?)\n#errors", content, re.S)):
            yield f"{name}-{number}", data


def naughty_strings():
    for name, content in vectors("naughty-strings", "blns.json"):
        for number, line in enumerate(json.loads(content)):
            yield f"{name}-{number}", line.encode()


def robots():
    """The files of the robots.txt cases, each below a path."""
    for name, content in vectors("robots", "*.textproto"):
        for number, text in enumerate(re.findall(rb'robotstxt: "((?:[^"\\]|\\.)*)"', content)):
            yield f"{name}-{number}", b"/path/a\n" + text.replace(b"\\n", b"\n").replace(b'\\"', b'"')


MORE = {
    "html_tree": [html5lib],
    "page": [lambda: repository("extract/tests/pages/*/source.html"), html5lib],
    "text": [lambda: repository("extract/tests/pages/*/source.txt"), naughty_strings],
    "markdown": [lambda: repository("extract/tests/pages/*/source.txt"), naughty_strings],
    "json_ld": [naughty_strings],
    "feed": [lambda: vectors("feeds", "*.xml")],
    "robots": [robots],
    "rules": [lambda: repository("extract/rules/**/*.toml")],
}


def main(targets):
    known = sorted(path.name for path in (ROOT / "fuzz/seeds").iterdir())
    unknown = [target for target in targets if target not in known]
    if unknown:
        sys.exit(f"no such target: {', '.join(unknown)}; there are {', '.join(known)}")
    for target in targets or known:
        folder = ROOT / "fuzz/corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        count = 0
        for source in [lambda: repository(f"fuzz/seeds/{target}/*"), *MORE.get(target, [])]:
            for name, content in source():
                (folder / re.sub(r"[^A-Za-z0-9._-]", "_", name)).write_bytes(content)
                count += 1
        print(f"{target}: {count} seeds")


main(sys.argv[1:])
