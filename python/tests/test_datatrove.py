"""Articles in a pipeline of datatrove, between its own readers, filters and writers."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import gleaner
import pytest

from .pages import STORY, URL, page

pytest.importorskip("datatrove", reason="datatrove is not installed: pip install './python[datatrove]'")
pq = pytest.importorskip("pyarrow.parquet")

from datatrove.data import Document  # noqa: E402
from datatrove.executor import LocalPipelineExecutor  # noqa: E402
from datatrove.pipeline.filters import LambdaFilter  # noqa: E402
from datatrove.pipeline.readers import JsonlReader  # noqa: E402
from datatrove.pipeline.writers import JsonlWriter, ParquetWriter  # noqa: E402

from gleaner.datatrove import FIELDS, GleanerExtractor, parquet_schema  # noqa: E402

EXAMPLES = Path(__file__).parent.parent / "examples"
TEXT = "\n\n".join(STORY)
FETCHED = "2024-05-07T10:00:00Z"


def documents(**metadata: Any) -> list[Document]:
    return [
        Document(text=page(), id="story", metadata={"url": URL, **metadata}),
        Document(text="<title>Sport</title>", id="empty", metadata={"url": "https://news.example/sport", **metadata}),
    ]


def ids(pipeline: Iterable[Document]) -> list[str]:
    return [document.id for document in pipeline]


def test_a_page_becomes_its_article() -> None:
    story, *others = GleanerExtractor()(documents(date=FETCHED))
    assert not others and story.text == TEXT
    metadata = story.metadata
    assert metadata["title"] == "Mill burns down" and metadata["authors"] == ["Ada Field"] and metadata["published"] == "2024-05-06"
    assert metadata["completeness"] == "complete" and metadata["words"] == len(TEXT.split()) and metadata["url"] == URL
    assert metadata["date"] == FETCHED, "the day of the crawl is the reader's"
    assert set(metadata) == {*FIELDS, "date"}


def test_no_date_is_later_than_the_crawl() -> None:
    dates = (FETCHED, "2024-05-01T00:00:00Z", "2024-05-01", datetime(2024, 5, 1, tzinfo=timezone.utc), "yesterday", None)
    published = [next(iter(GleanerExtractor()(documents(date=date)))).metadata["published"] for date in dates]
    assert published == ["2024-05-06", None, None, None, "2024-05-06", "2024-05-06"]


def test_a_page_of_another_charset_was_decoded_by_the_reader() -> None:
    html = page().replace("<head>", "<head><meta charset='windows-1251'>").replace("fire brigade", "пожарная служба")
    (story,) = GleanerExtractor()([Document(text=html, id="story")])
    assert "пожарная служба" in story.text


def test_only_what_is_asked_for_is_kept() -> None:
    assert ids(GleanerExtractor(only=["truncated"])(documents())) == []
    extractor = GleanerExtractor(only=["complete"])
    assert ids(extractor(documents())) == ["story"]
    counts = {name: stat.total for name, stat in extractor.stats.stats.items()}
    assert counts["total"] == 2 and counts["forwarded"] == 1 and counts["dropped"] == 1


def test_what_is_dropped_is_written_with_the_reason(tmp_path: Path) -> None:
    extractor = GleanerExtractor(only=["truncated"], exclusion_writer=JsonlWriter(str(tmp_path), compression=None))
    assert ids(extractor(documents())) == []
    dropped = [json.loads(line) for line in (tmp_path / "00000.jsonl").read_text().splitlines()]
    assert [(row["id"], row["metadata"]["filter_reason"]) for row in dropped] == [("story", "complete"), ("empty", "empty")]


def test_a_process_of_its_own_gives_the_same() -> None:
    within, beside = list(GleanerExtractor()(documents())), list(GleanerExtractor(timeout=60)(documents()))
    assert within == beside
    assert ids(GleanerExtractor(timeout=0)(documents())) == []


def test_rules_of_a_file(tmp_path: Path) -> None:
    rules = tmp_path / "news.example.txt"
    rules.write_text("strip_id_or_class: newsletter\nstrip: //article/p[2]\n")
    (story,) = GleanerExtractor(rules=[rules])(documents())
    assert story.text == gleaner.extract(page(), URL, rules=gleaner.rules(rules)).text
    assert STORY[1] not in story.text


def test_a_pipeline_on_two_workers(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    for part in range(4):
        rows = [{"id": f"{part}-{number}", "text": page(f"Story {number}"), "metadata": {"url": f"{URL}-{number}"}} for number in range(5)]
        rows.append({"id": f"{part}-empty", "text": "<p></p>"})
        (tmp_path / "pages" / f"{part}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    pipeline = [
        JsonlReader(str(tmp_path / "pages")),
        GleanerExtractor(only=["complete", "live"]),
        LambdaFilter(lambda document: document.metadata["title"] != "Story 3"),
        ParquetWriter(str(tmp_path / "articles"), expand_metadata=True, schema=parquet_schema("file_path")),
    ]
    LocalPipelineExecutor(pipeline, tasks=4, workers=2, logging_dir=str(tmp_path / "logs")).run()
    articles = pq.read_table(tmp_path / "articles")
    assert sorted(articles["id"].to_pylist()) == [f"{part}-{number}" for part in range(4) for number in (0, 1, 2, 4)]
    assert set(articles["text"].to_pylist()) == {TEXT}
    assert articles.schema.names == ["text", "id", "file_path", *FIELDS]


def warc(pages: dict[str, bytes]) -> bytes:
    """A compressed WARC file of pages by URL."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    file = io.BytesIO()
    writer = WARCWriter(file, gzip=True)
    for url, html in pages.items():
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            url, "response", payload=io.BytesIO(html), http_headers=headers, warc_headers_dict={"WARC-Date": FETCHED}
        )
        writer.write_record(record)
    return file.getvalue()


def test_the_example_reads_warc_files(tmp_path: Path) -> None:
    pytest.importorskip("warcio", reason="warcio is not installed: pip install './python[datatrove]'")
    placeholder = page("Placeholder", (STORY[0], STORY[1], "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod."))
    (tmp_path / "warcs").mkdir()
    pages = {URL: page().encode(), "https://news.example/empty": b"<html><p></p></html>", "https://news.example/lorem": placeholder.encode()}
    (tmp_path / "warcs" / "0.warc.gz").write_bytes(warc(pages))
    command = [sys.executable, *map(str, (EXAMPLES / "datatrove_articles.py", tmp_path / "warcs", tmp_path / "articles"))]
    subprocess.run(command, check=True, timeout=300)
    (article,) = pq.read_table(tmp_path / "articles" / "kept").to_pylist()
    assert article["text"] == TEXT and article["url"] == URL and article["date"] == FETCHED and article["published"] == "2024-05-06"
    dropped = {path.parent.name: gzip.decompress(path.read_bytes()) for path in (tmp_path / "articles" / "dropped").glob("*/*.gz")}
    assert {step: len(rows.splitlines()) for step, rows in dropped.items()} == {"extract": 1, "placeholder": 1}
