"""Tables in, tables out, with the libraries that people use."""

from __future__ import annotations

from typing import Any

import gleaner
import pytest

from .pages import STORY, URL, dump, page

pa = pytest.importorskip("pyarrow")

TEXT = "\n\n".join(STORY)


def pages(**columns: Any) -> Any:
    return pa.record_batch(columns)


def test_a_batch_of_pages_becomes_a_batch_of_articles() -> None:
    batch = pages(id=pa.array([7, 8, 9]), html=[page().encode(), b"", None], url=[URL, None, None])
    articles = pa.record_batch(gleaner.extract_arrow(batch))
    rows = articles.to_pylist()
    assert [row["id"] for row in rows] == [7, 8, 9]
    assert rows[0]["text"] == TEXT and rows[0]["title"] == "Mill burns down" and rows[0]["authors"] == ["Ada Field"]
    assert str(rows[0]["date"]) == "2024-05-06" and rows[0]["error"] is None and rows[0]["completeness"] == "complete"
    assert rows[1]["text"] == "" and rows[1]["error"].startswith("failed to ")
    assert "null" in rows[2]["error"]
    articles.validate(full=True)


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view", "binary", "large_binary", "binary_view"])
def test_every_kind_of_column(kind: str) -> None:
    values = [page(), dump()]
    column = pa.array(values if "string" in kind else [value.encode() for value in values], type=getattr(pa, kind)())
    articles = pa.record_batch(gleaner.extract_arrow(pages(text=column)))
    assert articles.column("text").to_pylist() == [TEXT, TEXT]


@pytest.mark.parametrize("of", ["string", "binary", "string_view"])
def test_dictionaries_and_columns_without_values(of: str) -> None:
    values = [dump(), None, page(), dump()]
    column = pa.array(values, pa.string()).cast(getattr(pa, of)()).dictionary_encode()
    articles = pa.record_batch(gleaner.extract_arrow(pages(html=column, url=pa.nulls(4))))
    assert articles.column("text").to_pylist() == [TEXT, "", TEXT, TEXT]
    for empty in (pa.nulls(2), pa.nulls(2, pa.string()).dictionary_encode()):
        assert [row["text"] for row in pa.record_batch(gleaner.extract_arrow(pages(html=empty))).to_pylist()] == ["", ""]


def test_columns_that_are_no_text() -> None:
    with pytest.raises(ValueError, match="Int64 instead of text or bytes"):
        gleaner.extract_arrow(pages(html=[1, 2]))
    with pytest.raises(TypeError, match="no table"):
        gleaner.extract_arrow([page()])  # type: ignore[arg-type]


def test_a_stream_is_read_once() -> None:
    articles = gleaner.extract_arrow(pa.Table.from_batches([pages(html=[page()])]))
    assert pa.table(articles).num_rows == 1
    with pytest.raises(ValueError, match="read already"):
        pa.table(articles)


def test_a_table_is_read_batch_by_batch() -> None:
    table = pa.Table.from_batches([pages(html=[page(f"Story {number}")] * 3) for number in range(4)])
    articles = pa.RecordBatchReader.from_stream(gleaner.extract_arrow(table, threads=2))
    assert [batch.column("title").to_pylist() for batch in articles] == [[f"Story {number}"] * 3 for number in range(4)]


def test_threads_change_nothing() -> None:
    batch = pages(html=[page(f"Story {number}") for number in range(20)], url=[URL] * 20)
    one, many = (pa.record_batch(gleaner.extract_arrow(batch, threads=threads)) for threads in (1, 4))
    assert one.equals(many)


def test_a_table_without_pages_is_an_error() -> None:
    with pytest.raises(ValueError, match="no column `html` or `text`"):
        gleaner.extract_arrow(pages(body=["x"]))


def test_an_empty_batch() -> None:
    assert pa.record_batch(gleaner.extract_arrow(pages(html=pa.array([], pa.string())))).num_rows == 0


def test_polars() -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"html": [page()], "url": [URL]})
    assert polars.DataFrame(gleaner.extract_arrow(frame))["text"].to_list() == [TEXT]


def test_duckdb() -> None:
    duckdb = pytest.importorskip("duckdb")
    relation = duckdb.sql("SELECT $1 AS html, 3 AS id", params=[page()])
    articles = pa.table(gleaner.extract_arrow(relation))  # noqa: F841 - DuckDB finds it by its name
    assert duckdb.sql("SELECT id, text FROM articles").fetchall() == [(3, TEXT)]


def test_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"html": [page()], "url": [URL]})
    assert pa.table(gleaner.extract_arrow(frame)).to_pandas()["text"].tolist() == [TEXT]
