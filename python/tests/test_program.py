"""The package gives what the program gives: on the pages of these tests, and on the shared datasets where they are."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import gleaner
import pytest

from .pages import URL, dump, rich_page

PROGRAM = os.environ.get("GLEANER_BIN")
needs_program = pytest.mark.skipif(PROGRAM is None, reason="GLEANER_BIN names no program to compare with")


def compare(manifest: Path, *include: str) -> int:
    """Compares the pages of a manifest, with `links`, `images` and `comments` as far as they are named."""
    assert PROGRAM is not None
    options = [f"--{name}" for name in include]
    lines = subprocess.run([PROGRAM, "extract", *options, "--batch", manifest], check=True, capture_output=True).stdout.splitlines()
    entries = [json.loads(line) for line in manifest.read_text(encoding="utf-8").split("\n") if line.strip()]
    pages = ({"html": (manifest.parent / entry["file"]).read_bytes(), "url": entry.get("url")} for entry in entries)
    included: dict[str, Any] = dict.fromkeys(include, True)
    different = []
    for entry, line, article in zip(entries, lines, gleaner.extract_many(pages, **included)):
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
    (tmp_path / "a.html").write_text(rich_page(), encoding="utf-8")
    (tmp_path / "b.txt").write_text(dump(), encoding="utf-8")
    (tmp_path / "c.html").write_bytes(b"")
    entries = [{"id": 1, "file": "a.html", "url": URL}, {"id": 2, "file": "b.txt"}, {"id": 3, "file": "c.html"}]
    manifest.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    assert compare(manifest) == 3
    assert compare(manifest, "links", "images", "comments") == 3


@needs_program
@pytest.mark.parametrize("name", ["text", "markdown", "html", "tei", "xml"])
def test_formats(tmp_path: Path, name: Any) -> None:
    assert PROGRAM is not None
    file = tmp_path / "page.html"
    file.write_text(rich_page(), encoding="utf-8")
    command = [PROGRAM, "extract", "--url", URL, "--format", name, "--links", "--images", "--comments", file]
    expected = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = gleaner.extract(file.read_bytes(), URL, format=name, links=True, images=True, comments=True).content
    assert found.strip() == expected.strip()


@needs_program
def test_shared_datasets() -> None:
    folder = os.environ.get("GLEANER_DATASETS")
    manifests = sorted(Path(folder).glob("*/manifest.jsonl")) if folder else []
    if not manifests:
        pytest.skip("GLEANER_DATASETS names no folder with unpacked datasets")
    for manifest in manifests:
        assert compare(manifest) > 0
        assert compare(manifest, "links", "images", "comments") > 0
