"""Corpora of the program and of the Spark job, in one form, to be compared."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIELDS = ("title", "authors", "modified", "language", "site", "section", "tags", "description", "licence", "opt_out")

# From one document to another: its kind, and how much of each is in the other.
Relation = tuple[str, str, str, float, float]


@dataclass(frozen=True)
class Corpus:
    """What is compared: of each document its text, metadata and cluster; and every relation."""

    documents: dict[str, dict[str, Any]]
    relations: set[Relation]


def of_program(program: str, archives: Iterable[Path], out: Path) -> Corpus:
    """Cleans archives with the program."""
    command = [program, "clean", "--all", *map(str, archives), "--output", str(out)]
    done = subprocess.run(command, capture_output=True, cwd=out.parent, env={**os.environ, "GLEANER_CONFIG": ""})
    # 3: some inputs failed, as damaged records do.
    assert done.returncode in (0, 3), done.stderr.decode()
    documents, relations = {}, set()
    # Below hidden folders are earlier versions.
    for file in (file for file in out.rglob("*.json") if not any(part.startswith(".") for part in file.relative_to(out).parts)):
        sidecar = json.loads(file.read_text(encoding="utf-8"))
        if "relations" not in sidecar:
            continue
        found = {name: (sidecar[name] or {}).get("value") for name in (*FIELDS, "published")}
        lists = {name: found[name] or [] for name in ("authors", "tags", "opt_out")}
        days = {name: (found[of] or {}).get("day") for name, of in (("date", "published"), ("modified", "modified"))}
        plain = {name: sidecar[name] for name in ("text_sha256", "completeness", "words", "cluster")}
        kept = {name: found[name] for name in FIELDS if name not in lists and name not in days}
        documents[sidecar["id"]] = {**kept, **lists, **days, **plain}
        relations |= {(sidecar["id"], r["type"], r["id"], r["here"], r["there"]) for r in sidecar["relations"]}
    return Corpus(documents, relations)


def of_job(out: Path) -> Corpus:
    """Reads what the job has written."""
    import pyarrow.parquet as pq

    rows = pq.read_table(out / "documents").to_pylist()
    assert len(rows) == len({row["id"] for row in rows}), "a document is there twice"
    documents = {}
    for row in rows:
        days = {name: row[name] and str(row[name]) for name in ("date", "modified")}
        documents[row["id"]] = {name: row[name] for name in (*FIELDS, "text_sha256", "completeness", "words", "cluster")} | days
    found = pq.read_table(out / "relations").to_pylist()
    relations = {(row["id"], row["kind"], row["other"], row["here"], row["there"]) for row in found}
    assert len(found) == len(relations), "a relation is there twice"
    return Corpus(documents, relations)


def differences(one: Corpus, other: Corpus) -> list[str]:
    """Where two corpora differ, in words."""
    missing = [f"{id} is in one only" for id in one.documents.keys() ^ other.documents.keys()]
    both = sorted(one.documents.keys() & other.documents.keys())
    fields = [
        f"{id}: {name}: {value!r} and {other.documents[id][name]!r}"
        for id in both
        for name, value in one.documents[id].items()
        if other.documents[id][name] != value
    ]
    first = [f"only in the first: {relation}" for relation in sorted(one.relations - other.relations)]
    second = [f"only in the second: {relation}" for relation in sorted(other.relations - one.relations)]
    return [*missing, *fields, *first, *second]
