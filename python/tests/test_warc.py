"""Pages of web archives."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import gleaner
import pytest

from .crawls import damage, pages, record, write


def test_pages_come_with_what_the_archive_knows_of_them() -> None:
    first, *_ = pages(stories=1)
    for data in (record(first), gzip.compress(record(first))):
        for source in (data, bytearray(data), io.BytesIO(data)):
            (page,) = gleaner.read_warc(source)
            assert (page.url, page.fetched_at, page.error) == (first.url, first.fetched, None)
            assert page.html == first.html.encode() and page.content_type == "text/html; charset=utf-8"
            assert gleaner.extract(page.html, page.url, content_type=page.content_type).text


def test_a_damaged_record_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    (path,) = write(tmp_path, pages(stories=20), archives=1)
    whole = [page.url for page in gleaner.read_warc(path.read_bytes())]
    damage(path, 5)
    with path.open("rb") as file:
        found = list(gleaner.read_warc(file))
    assert [page.url for page in found if page.error is None] == whole[:5] + whole[6:]
    assert [page.error is not None and page.html == b"" for page in found if page.url is None] == [True]


def test_a_file_that_fails_is_no_damaged_archive(tmp_path: Path) -> None:
    (path,) = write(tmp_path, pages(stories=20), archives=1)

    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() >= 4096:
                raise TimeoutError("the storage does not answer")
            return super().read(min(size or 0, 4096))

    with pytest.raises(TimeoutError, match="storage"):
        list(gleaner.read_warc(Failing(path.read_bytes())))
    with pytest.raises(TypeError, match="bytes or a file"):
        gleaner.read_warc(3)  # type: ignore[arg-type]
