"""Articles on Ray: the same as without it, whatever the batches and workers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import gleaner
import pytest

from .pages import STORY, URL, page

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("ray", reason="Ray is not installed: pip install './python[ray]'")

EXAMPLE = Path(__file__).parent.parent / "examples" / "ray_articles.py"


def pages(count: int = 60) -> Any:
    """Pages of which each tenth has no text, with a column that is none of gleaner's."""
    html = ["" if number % 10 == 9 else page(f"Story {number}") for number in range(count)]
    return pa.table({"id": range(count), "html": html, "url": [f"{URL}-{number}" for number in range(count)], "crawl": ["May"] * count})


def by_id(articles: Any) -> Any:
    return articles.sort_by("id").combine_chunks()


def test_it_reports_to_nobody(ray: Any) -> None:
    from ray._common.usage import usage_lib

    assert not usage_lib.usage_stats_enabled()
    assert ray.util.get_node_ip_address() == "127.0.0.1"


@pytest.mark.parametrize("batch_size", [7, 128])
def test_articles_are_those_of_extract_arrow(ray: Any, tmp_path: Path, batch_size: int) -> None:
    import gleaner.ray

    table = pages()
    blocks = ray.data.from_arrow([table.slice(0, 20), table.slice(20, 30), table.slice(50)])
    gleaner.ray.extract(blocks, batch_size=batch_size, concurrency=2).write_parquet(str(tmp_path))
    expected = pa.table(gleaner.extract_arrow(table))
    assert by_id(pq.read_table(tmp_path)).equals(expected)


def test_incomplete_pages_are_left_out_and_columns_kept(ray: Any) -> None:
    import gleaner.ray

    articles = gleaner.ray.extract(ray.data.from_arrow(pages()), only=["complete"], keep=["crawl"])
    rows = articles.sort("id").take_all()
    assert [row["id"] for row in rows] == [number for number in range(60) if number % 10 != 9]
    assert {row["crawl"] for row in rows} == {"May"} and {row["completeness"] for row in rows} == {"complete"}


def test_rules_reach_the_workers(ray: Any, tmp_path: Path) -> None:
    import gleaner.ray

    rules = tmp_path / "news.example.txt"
    rules.write_text("strip_id_or_class: newsletter\nstrip: //article/p[2]\n")
    (row,) = gleaner.ray.extract(ray.data.from_arrow(pages(1)), rules=[rules]).take_all()
    assert row["text"] == gleaner.extract(page("Story 0"), URL, rules=gleaner.rules(rules)).text
    assert STORY[1] not in row["text"]


def test_a_page_that_cannot_be_read_is_a_row(ray: Any) -> None:
    import gleaner.ray

    table = pa.table({"html": pa.array([page().encode(), None], pa.binary())})
    rows = gleaner.ray.extract(ray.data.from_arrow(table)).take_all()
    assert sorted(row["error"] is None for row in rows) == [False, True]


def test_the_example(ray: Any, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    pq.write_table(pages(), tmp_path / "pages" / "0.parquet")
    address = ray.get_runtime_context().gcs_address
    subprocess.run([sys.executable, EXAMPLE, tmp_path / "pages", tmp_path / "articles", "--address", address], check=True, timeout=600)
    assert pq.read_table(tmp_path / "articles").num_rows == 54
