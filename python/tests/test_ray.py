"""Articles on Ray: the same as without it, whatever the batches and workers."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import gleaner
import pytest

from .pages import STORY, URL, by_id, page, table

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("ray", reason="Ray is not installed: pip install './python[ray]'")

EXAMPLE = Path(__file__).parent.parent / "examples" / "ray_articles.py"


def test_it_reports_to_nobody(ray: Any) -> None:
    from ray._common.usage import usage_lib

    assert not usage_lib.usage_stats_enabled()
    # It listens to this machine alone.
    assert [node["NodeManagerAddress"] for node in ray.nodes()] == ["127.0.0.1"]


@pytest.mark.parametrize("batch_size", [7, 128])
def test_articles_are_those_of_extract_arrow(ray: Any, tmp_path: Path, batch_size: int) -> None:
    import gleaner.ray

    pages = table()
    blocks = ray.data.from_arrow([pages.slice(0, 20), pages.slice(20, 30), pages.slice(50)])
    gleaner.ray.extract(blocks, batch_size=batch_size, concurrency=2).write_parquet(str(tmp_path))
    expected = pa.table(gleaner.extract_arrow(pages))
    assert by_id(pq.read_table(tmp_path)).equals(expected)


def test_incomplete_pages_are_left_out_and_columns_kept(ray: Any) -> None:
    import gleaner.ray

    articles = gleaner.ray.extract(ray.data.from_arrow(table()), only=["complete"], keep=["crawl"])
    rows = articles.take_all()
    assert sorted(row["id"] for row in rows) == [number for number in range(60) if number % 10 != 9]
    assert {row["crawl"] for row in rows} == {"May"} and {row["completeness"] for row in rows} == {"complete"}


def test_rules_reach_the_workers(ray: Any, tmp_path: Path) -> None:
    import gleaner.ray

    rules = tmp_path / "news.example.txt"
    rules.write_text("strip_id_or_class: newsletter\nstrip: //article/p[2]\n")
    (row,) = gleaner.ray.extract(ray.data.from_arrow(table(1)), rules=[rules]).take_all()
    assert row["text"] == gleaner.extract(page("Story 0"), URL, rules=gleaner.rules(rules)).text
    assert STORY[1] not in row["text"]


def test_a_page_that_cannot_be_read_is_a_row(ray: Any) -> None:
    import gleaner.ray

    pages = pa.table({"html": pa.array([page().encode(), None], pa.binary())})
    rows = gleaner.ray.extract(ray.data.from_arrow(pages)).take_all()
    assert sorted(row["error"] is None for row in rows) == [False, True]


def test_the_example(ray: Any, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    pq.write_table(table(), tmp_path / "pages" / "0.parquet")
    example = runpy.run_path(str(EXAMPLE))
    example["extract_files"](str(tmp_path / "pages"), f"file://{tmp_path}/articles", incomplete=False)
    assert pq.read_table(tmp_path / "articles").num_rows == 54
