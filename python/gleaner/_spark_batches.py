"""What `gleaner.spark` runs on the workers: functions of Arrow batches, around those that are written in Rust. No Spark here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any, Protocol, TypeVar

import pyarrow as pa
import pyarrow.compute

from . import _gleaner

# Pages of an archive are passed on in batches of at most so many pages, and about so many bytes.
MAX_PAGES = 256
MAX_BYTES = 32 << 20

PAGES = pa.schema(
    [
        pa.field("source", pa.string()),
        pa.field("number", pa.int64()),
        *(pa.field(name, pa.string()) for name in ("url", "fetched_at", "content_type", "http")),
        pa.field("html", pa.binary()),
        pa.field("damage", pa.string()),
    ]
)
# What is kept of a page beside its document.
KEPT = ("source", "number", "fetched_at", "content_type", "http", "html", "damage")

Batches = Iterable[pa.RecordBatch]
T_co = TypeVar("T_co", covariant=True)


class Broadcast(Protocol[T_co]):
    """What every worker has a copy of."""

    @property
    def value(self) -> T_co: ...


def open_archive(path: str) -> IO[bytes]:
    """A file, or by fsspec whatever has a scheme in front of its path."""
    if "://" not in path:
        return open(path, "rb")
    import fsspec

    opened: IO[bytes] = fsspec.open(path, "rb").open()
    return opened


def read_archives(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The pages of the archives whose paths are in `source`; a record that cannot be read is a row with `damage`."""
    for source in (source for batch in batches for source in batch.column("source").to_pylist()):
        rows: list[dict[str, Any]] = []
        size = 0
        with open_archive(source) as file:
            for number, page in enumerate(_gleaner.read_warc(file)):
                row = {name: getattr(page, name) for name in ("url", "fetched_at", "content_type", "http", "html")}
                rows.append({**row, "source": source, "number": number, "damage": page.error})
                size += len(page.html)
                if len(rows) >= MAX_PAGES or size >= MAX_BYTES:
                    yield pa.RecordBatch.from_pylist(rows, PAGES)
                    rows, size = [], 0
        if rows:
            yield pa.RecordBatch.from_pylist(rows, PAGES)


def documents(batches: Batches, now: int, sites: _gleaner.Sites | None = None) -> Iterator[pa.RecordBatch]:
    """The documents of pages, with what is kept of the pages."""
    for batch in batches:
        found = pa.record_batch(_gleaner.documents_arrow(batch, now=now, sites=sites))
        columns = {name: batch.column(name) for name in KEPT} | dict(zip(found.schema.names, found.columns))
        yield pa.RecordBatch.from_pydict(columns)


def documents_of_archives(batches: Batches, now: int) -> Iterator[pa.RecordBatch]:
    """The documents of the pages of archives."""
    return documents(read_archives(batches), now)


def without_recurring(batches: Batches, now: int, tables: Broadcast[dict[str, bytes]]) -> Iterator[pa.RecordBatch]:
    """The documents of pages again, without what recurs on their sites. Only pages of which that removes something are cleaned again."""
    sites = _gleaner.Sites(tables.value)
    for batch in batches:
        keys, lines = batch.column("site_key").to_pylist(), batch.column("lines").to_pylist()
        changes = pa.array([key is not None and sites.changes(key, line) for key, line in zip(keys, lines)], pa.bool_())
        unchanged, changed = batch.filter(pa.compute.invert(changes)), batch.filter(changes)
        for part in (unchanged, *documents([changed], now, sites)):
            if part.num_rows:
                yield part.drop_columns(["html", "http", "content_type", "lines"])


def count_sites(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The lines of sites that are their boilerplate, for those that have any."""
    for batch in batches:
        stories = ([(story["id"], story["day"], story["lines"]) for story in site] for site in batch.column("stories").to_pylist())
        tables = [_gleaner.count_site(site) for site in stories]
        counted = pa.RecordBatch.from_pydict({"site_key": batch.column("site_key"), "lines": pa.array(tables, pa.binary())})
        yield counted.filter(pa.array([bool(table) for table in tables], pa.bool_()))


def samples(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The texts by which it is decided whether a hash is boilerplate."""
    for batch in batches:
        keys = [_gleaner.lowest_keys([text["key"] for text in texts]) for texts in batch.column("texts").to_pylist()]
        yield pa.RecordBatch.from_pydict({"hash": batch.column("hash"), "sample": pa.array(keys, pa.list_(pa.int64()))})


def unrelated(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The samples of texts that are unrelated, so that what they share is boilerplate."""
    for batch in batches:
        all_texts = [sorted(texts, key=lambda text: text["at"]) for texts in batch.column("texts").to_pylist()]
        hot = [_gleaner.are_unrelated([(text["shingles"], text["fingerprint"]) for text in texts]) for texts in all_texts]
        yield batch.select(["sample"]).filter(pa.array(hot, pa.bool_()))


def pairs(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The pairs of texts that share a hash."""
    for batch in batches:
        for texts in batch.column("texts").to_pylist():
            found = _gleaner.pairs_of_group([(text["key"], text["shingles"]) for text in texts])
            types = (pa.int64(), pa.int64(), pa.int32(), pa.int32())
            columns = [
                pa.Array.from_buffers(of, len(values) * 8 // of.bit_width, [None, pa.py_buffer(values)])
                for of, values in zip(types, found)
            ]
            yield pa.RecordBatch.from_arrays(columns, ["a", "b", "shingles_a", "shingles_b"])


def candidates(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The pairs that share enough hashes to be compared."""
    for batch in batches:
        numbers = zip(*(batch.column(name).to_pylist() for name in ("shingles_a", "shingles_b", "shared")))
        wanted = pa.array([_gleaner.are_candidates(*three) for three in numbers], pa.bool_())
        yield batch.select(["a", "b"]).filter(wanted)


def judged(batches: Batches, hot: Broadcast[list[int]]) -> Iterator[pa.RecordBatch]:
    """The relations of pairs of texts."""
    judge = _gleaner.Judge(hot.value)
    for batch in batches:
        rows = []
        for a, b, text_a, text_b in zip(*(batch.column(name).to_pylist() for name in ("a", "b", "text_a", "text_b"))):
            found = judge.judge((a, text_a), (b, text_b))
            if found is not None:
                rows.append((a, b, *found))
        types = (pa.int64(), pa.int64(), pa.string(), pa.string(), pa.float64(), pa.float64())
        columns = [pa.array(values, of) for of, values in zip(types, zip(*rows) if rows else [()] * len(types))]
        yield pa.RecordBatch.from_arrays(columns, ["a", "b", "kind", "inverse", "here", "there"])
