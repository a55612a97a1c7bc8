"""The package gives what the program gives: on the pages of these tests, and on the shared datasets where they are."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import gleaner
import pytest

from .pages import URL, dump, page

PROGRAM = os.environ.get("GLEANER_BIN")
needs_program = pytest.mark.skipif(PROGRAM is None, reason="GLEANER_BIN names no program to compare with")


def compare(manifest: Path) -> int:
    assert PROGRAM is not None
    lines = subprocess.run([PROGRAM, "extract", "--batch", manifest], check=True, capture_output=True).stdout.splitlines()
    entries = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines() if line.strip()]
    pages = ({"html": (manifest.parent / entry["file"]).read_bytes(), "url": entry.get("url")} for entry in entries)
    different = []
    for entry, line, article in zip(entries, lines, gleaner.extract_many(pages)):
        expected = json.loads(line)
        found = json.loads(article.to_json())
        for key in ("id", "ms", "url", "error"):
            expected.pop(key, None), found.pop(key, None)
        if expected != found:
            different.append(entry["id"])
    assert len(lines) == len(entries)
    assert different == []
    return len(entries)


@needs_program
def test_pages_of_the_tests(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.jsonl"
    (tmp_path / "a.html").write_text(page(), encoding="utf-8")
    (tmp_path / "b.txt").write_text(dump(), encoding="utf-8")
    (tmp_path / "c.html").write_bytes(b"")
    entries = [{"id": 1, "file": "a.html", "url": URL}, {"id": 2, "file": "b.txt"}, {"id": 3, "file": "c.html"}]
    manifest.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    assert compare(manifest) == 3


@needs_program
def test_shared_datasets() -> None:
    folder = os.environ.get("GLEANER_DATASETS")
    manifests = sorted(Path(folder).glob("*/manifest.jsonl")) if folder else []
    if not manifests:
        pytest.skip("GLEANER_DATASETS names no folder with unpacked datasets")
    for manifest in manifests:
        assert compare(manifest) > 0
