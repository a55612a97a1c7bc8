"""Files of rules: read where a job is started, compiled where its pages are."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable
from pathlib import Path

from ._gleaner import Rules

RuleFiles = tuple[tuple[str, str], ...]


def read(paths: Iterable[str | os.PathLike[str]]) -> RuleFiles:
    """The paths and contents of files of rules, and of all such files in folders."""
    files: list[tuple[str, str]] = []
    for path in map(Path, paths):
        found = sorted(file for file in path.rglob("*") if file.suffix in {".toml", ".txt"}) if path.is_dir() else [path]
        files.extend((os.fspath(file), file.read_text(encoding="utf-8")) for file in found)
    return tuple(files)


@functools.lru_cache(maxsize=8)
def compiled(files: RuleFiles) -> Rules | None:
    """The rules of the files and the built-in ones, compiled once in a process; `None` if there are no files: those are compiled already."""
    return Rules(files) if files else None
