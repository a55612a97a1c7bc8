"""Pages from object storage and articles to it, through fsspec: plain scripts, Ray and datatrove, with a real S3 server."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import gleaner
import pytest

from .pages import by_id, table

fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed: pip install './python[s3]'")
pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

EXAMPLES = Path(__file__).parent.parent / "examples"


def expected() -> Any:
    return pa.table(gleaner.extract_arrow(table()))


def write(url: str, table: Any) -> None:
    with fsspec.open(url, "wb") as file:
        pq.write_table(table, file)


def read(url: str) -> Any:
    files, path = fsspec.url_to_fs(url)
    return by_id(pq.read_table(path, filesystem=files))


def through_the_example(folder: str) -> None:
    write(f"{folder}/pages.parquet", table())
    example = runpy.run_path(str(EXAMPLES / "object_storage.py"))
    assert example["extract_file"](f"{folder}/pages.parquet", f"{folder}/articles.parquet", 2) == 60
    assert read(f"{folder}/articles.parquet").equals(expected())


def test_files(tmp_path: Path) -> None:
    through_the_example(f"file://{tmp_path}")


def test_memory() -> None:
    through_the_example("memory://news")


def test_a_bucket(bucket: str) -> None:
    through_the_example(bucket)


def test_ray_reads_and_writes_a_bucket(ray: Any, bucket: str) -> None:
    pages = table()
    for part in range(3):
        write(f"{bucket}/pages/{part}.parquet", pages.slice(part * 20, 20))
    example = runpy.run_path(str(EXAMPLES / "ray_articles.py"))
    example["extract_files"](f"{bucket}/pages", f"{bucket}/articles", incomplete=True)
    assert read(f"{bucket}/articles").equals(expected())


def test_datatrove_reads_and_writes_a_bucket(bucket: str, tmp_path: Path) -> None:
    pytest.importorskip("datatrove", reason="datatrove is not installed: pip install './python[datatrove]'")
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import ParquetReader
    from datatrove.pipeline.writers import ParquetWriter

    from gleaner.datatrove import GleanerExtractor, parquet_schema

    pages = table().cast(pa.schema([(name, pa.string()) for name in table().schema.names]))
    for part in range(2):
        write(f"{bucket}/pages/{part}.parquet", pages.slice(part * 30, 30))
    pipeline = [
        ParquetReader(f"{bucket}/pages", text_key="html"),
        GleanerExtractor(),
        ParquetWriter(f"{bucket}/articles", expand_metadata=True, schema=parquet_schema("crawl")),
    ]
    LocalPipelineExecutor(pipeline, tasks=2, workers=2, logging_dir=str(tmp_path)).run()
    articles = {row["id"]: row for row in read(f"{bucket}/articles").to_pylist()}
    rows = {str(row["id"]): row for row in expected().to_pylist() if row["text"]}
    assert set(articles) == set(rows)
    assert all(articles[name]["text"] == row["text"] and articles[name]["title"] == row["title"] for name, row in rows.items())
    assert {row["crawl"] for row in articles.values()} == {"May"}
