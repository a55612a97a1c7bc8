"""The Python package measured: its speed against the program and trafilatura, the time that its import takes, and the size of its wheel.

    pip install gleaner-*.whl trafilatura
    python benches/python_package.py pages/manifest.jsonl --program target/dist/gleaner --wheel gleaner-*.whl

The manifest is that of `gleaner extract --batch`. Each reads all pages in a process of its own, on one thread; what counts is the processor time
of the process, its start included. They take turns, and the least of several rounds counts, as other programs can only add to it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

MEASURED = ("program", "extract", "extract_many", "compat", "trafilatura")


def pages(manifest: Path) -> Iterator[tuple[bytes, str | None]]:
    """The bytes and URLs of a manifest's pages."""
    with manifest.open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            yield (manifest.parent / entry["file"]).read_bytes(), entry.get("url")


def extract(manifest: Path, out: Any) -> None:
    """`gleaner.extract`, and a line of JSON for each page, as the program writes it."""
    import gleaner

    for page, url in pages(manifest):
        try:
            out.write(gleaner.extract(page, url).to_json() + "\n")
        except gleaner.ExtractionError as error:
            out.write(f"{error}\n")


def extract_many(manifest: Path, out: Any) -> None:
    """The same by `gleaner.extract_many` on one thread."""
    import gleaner

    for article in gleaner.extract_many(pages(manifest), threads=1):
        out.write(article.to_json() + "\n")


def texts(function: Callable[..., str | None], manifest: Path, out: Any) -> None:
    """The text of every page, by trafilatura's function or gleaner's of that name."""
    for page, url in pages(manifest):
        out.write((function(page, url=url) or "") + "\n")


def work(name: str, manifest: Path) -> None:
    """Does what one of those measured does."""
    with open(os.devnull, "w", encoding="utf-8") as out:
        if name == "compat":
            from gleaner.compat.trafilatura import extract as function

            texts(function, manifest, out)
        elif name == "trafilatura":
            import trafilatura

            texts(trafilatura.extract, manifest, out)
        else:
            {"extract": extract, "extract_many": extract_many}[name](manifest, out)


def seconds(command: list[str]) -> float:
    """The processor time that a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def command_of(name: str, manifest: Path, program: Path | None) -> list[str]:
    """The command of one of those measured."""
    if name == "program":
        return [str(program), "extract", "--batch", str(manifest), "--jobs", "1"]
    return [sys.executable, __file__, "--work", name, str(manifest)]


def first_pages(manifest: Path, number: int, folder: Path) -> Path:
    """A manifest of the first pages of another."""
    lines = manifest.read_text(encoding="utf-8").splitlines()[:number]
    entries = map(json.loads, lines)
    shorter = folder / "manifest.jsonl"
    wanted = [{"id": entry["id"], "url": entry.get("url"), "file": str(manifest.parent.resolve() / entry["file"])} for entry in entries]
    shorter.write_text("".join(json.dumps(entry) + "\n" for entry in wanted), encoding="utf-8")
    return shorter


def compare(manifest: Path, program: Path | None, rounds: int, names: list[str]) -> None:
    """Prints pages per second of processor time."""
    number = sum(1 for _ in pages(manifest))
    times: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds):
        for name in [*names[turn % len(names) :], *names[: turn % len(names)]]:
            times[name].append(seconds(command_of(name, manifest, program)))
    reference = min(times.get("program", times[names[0]]))
    for name, taken in times.items():
        print(f"{name:13} {min(taken):8.2f} s  {number / min(taken):8.1f} pages/s  {reference / min(taken):.3f} of the program")


def import_time(module: str, runs: int) -> None:
    """Prints the processor time of an import: of a process with it, less that of one without."""
    times = {code: median(seconds([sys.executable, "-c", code]) for _ in range(runs)) for code in ("", f"import {module}")}
    print(f"import {module}: {1000 * (times[f'import {module}'] - times['']):.1f} ms more than the {1000 * times['']:.1f} ms of an empty process")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the Python package.")
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--program", type=Path, help="the program `gleaner`, built with the profile of the package")
    parser.add_argument("--wheel", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=10**9, help="as many pages of the manifest")
    parser.add_argument("--only", action="append", choices=MEASURED)
    parser.add_argument("--work", choices=MEASURED, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        return work(arguments.work, arguments.manifest)
    if arguments.wheel:
        print(f"{arguments.wheel.name}: {arguments.wheel.stat().st_size / 1e6:.2f} MB")
    for module in ("gleaner", "gleaner.compat.trafilatura"):
        import_time(module, 21)
    names = [name for name in arguments.only or MEASURED if name != "program" or arguments.program]
    with tempfile.TemporaryDirectory() as folder:
        compare(first_pages(arguments.manifest, arguments.pages, Path(folder)), arguments.program, arguments.rounds, names)


if __name__ == "__main__":
    main()
