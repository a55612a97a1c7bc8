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

TEXTS = ("place", "url", "fetched_at", "content_type", "http")
TYPES: dict[str, Any] = {"source": pa.string(), "number": pa.int64(), "html": pa.binary(), "damage": pa.string()}
PAGES = pa.schema({**TYPES, **{name: pa.string() for name in TEXTS}})
# What is kept of a page beside its document.
KEPT = ("source", "number", "place", "fetched_at", "content_type", "http", "html", "damage")

Batches = Iterable[pa.RecordBatch]
T_co = TypeVar("T_co", covariant=True)


class Broadcast(Protocol[T_co]):
    """What every worker has a copy of."""

    @property
    def value(self) -> T_co: ...


def rows_of(batch: pa.RecordBatch, *names: str) -> Iterator[tuple[Any, ...]]:
    """The values of these columns, row by row."""
    return zip(*(batch.column(name).to_pylist() for name in names))


def batch_of(rows: Iterable[tuple[Any, ...]], **types: pa.DataType) -> pa.RecordBatch:
    """A batch with these columns."""
    rows = list(rows)
    columns = zip(*rows) if rows else ([] for _ in types)
    return pa.RecordBatch.from_arrays([pa.array(values, of) for of, values in zip(types.values(), columns)], list(types))


def open_archive(path: str) -> IO[bytes]:
    """A file, or by fsspec whatever has a scheme in front of its path."""
    if "://" not in path:
        return open(path, "rb")
    import fsspec

    opened: IO[bytes] = fsspec.open(path, "rb").open()
    return opened


def read_archives(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The pages of the archives whose paths are in `source`; a record that cannot be read is a row with `damage`."""
    for (source,) in (row for batch in batches for row in rows_of(batch, "source")):
        rows: list[dict[str, Any]] = []
        size = 0
        with open_archive(source) as file:
            for number, page in enumerate(_gleaner.read_warc(file)):
                row = {name: getattr(page, name) for name in (*TEXTS, "html")}
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
        rows = rows_of(batch, "site_key", "lines")
        changes = pa.array([key is not None and sites.changes(key, lines) for key, lines in rows], pa.bool_())
        unchanged, changed = batch.filter(pa.compute.invert(changes)), batch.filter(changes)
        for part in (unchanged, *documents([changed], now, sites)):
            if part.num_rows:
                yield part.drop_columns(["html", "http", "content_type", "lines"])


def count_sites(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The lines of sites that are their boilerplate, for those that have any."""
    for batch in batches:
        sites = ((key, [(of["id"], of["day"], of["lines"]) for of in stories]) for key, stories in rows_of(batch, "site_key", "stories"))
        counted = ((key, _gleaner.count_site(stories)) for key, stories in sites)
        yield batch_of(((key, table) for key, table in counted if table), site_key=pa.string(), lines=pa.binary())


def in_order(bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The bodies of pages in the order of their archives, and in these."""
    return sorted(bodies, key=lambda body: (body["source"], body["number"]))


def addresses(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The bodies of pages, each with the address that its document is known by."""
    for batch in batches:
        rows = []
        for identity, bodies in ((identity, in_order(bodies)) for identity, bodies in rows_of(batch, "identity", "bodies")):
            belong, _ = _gleaner.bodies_of(identity, bodies)
            rows += [(identity if belongs else body["answered"], body) for belongs, body in zip(belong, bodies)]
        yield batch_of(rows, address=pa.string(), body=batch.schema.field("bodies").type.value_type)


def chosen(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The body that each document has in the end."""
    for batch in batches:
        rows = []
        for address, bodies in ((address, in_order(bodies)) for address, bodies in rows_of(batch, "address", "bodies")):
            _, current = _gleaner.bodies_of(address, bodies)
            rows += [(address, body["source"], body["number"]) for at, body in enumerate(bodies) if at == current]
        yield batch_of(rows, address=pa.string(), source=pa.string(), number=pa.int64())


def samples(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The texts by which it is decided whether a hash is boilerplate."""
    for batch in batches:
        rows = ((hash, _gleaner.lowest_keys([text["key"] for text in texts])) for hash, texts in rows_of(batch, "hash", "texts"))
        yield batch_of(rows, hash=pa.int64(), sample=pa.list_(pa.int64()))


def unrelated(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The samples of texts that are unrelated, so that what they share is boilerplate."""
    for batch in batches:
        ordered = (sorted(texts, key=lambda text: int(text["at"])) for (texts,) in rows_of(batch, "texts"))
        hot = [_gleaner.are_unrelated([(text["shingles"], text["fingerprint"]) for text in texts]) for texts in ordered]
        yield batch.select(["sample"]).filter(pa.array(hot, pa.bool_()))


def pairs(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The pairs of texts that share a hash."""
    names, types = ["a", "b", "shingles_a", "shingles_b"], (pa.int64(), pa.int64(), pa.int32(), pa.int32())
    for (texts,) in (row for batch in batches for row in rows_of(batch, "texts")):
        found = zip(types, _gleaner.pairs_of_group([(text["key"], text["shingles"]) for text in texts]))
        columns = [pa.Array.from_buffers(of, len(values) * 8 // of.bit_width, [None, pa.py_buffer(values)]) for of, values in found]
        yield pa.RecordBatch.from_arrays(columns, names)


def candidates(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The pairs that share enough hashes to be compared."""
    for batch in batches:
        wanted = [_gleaner.are_candidates(*numbers) for numbers in rows_of(batch, "shingles_a", "shingles_b", "shared")]
        yield batch.select(["a", "b"]).filter(pa.array(wanted, pa.bool_()))


def judged(batches: Batches, hot: Broadcast[list[int]]) -> Iterator[pa.RecordBatch]:
    """The relations of pairs of texts."""
    judge = _gleaner.Judge(hot.value)
    for batch in batches:
        rows = []
        for a, b, text_a, text_b in rows_of(batch, "a", "b", "text_a", "text_b"):
            found = judge.judge((a, text_a), (b, text_b))
            rows += [(a, b, *found)] if found else []
        shares = {"here": pa.float64(), "there": pa.float64()}
        yield batch_of(rows, a=pa.int64(), b=pa.int64(), kind=pa.string(), inverse=pa.string(), **shares)
