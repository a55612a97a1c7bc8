"""The Spark job on a local cluster: the same corpus as the program makes, whatever happens on the way."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .corpora import Corpus, differences, of_job, of_program
from .crawls import damage, of_datasets, pages, write

pytest.importorskip("pyspark")

from gleaner import _gleaner, spark as job  # noqa: E402

pytestmark = pytest.mark.skipif(shutil.which("java") is None and "JAVA_HOME" not in os.environ, reason="Spark needs Java")
PROGRAM = os.environ.get("GLEANER_BIN")
NOW = 1_790_000_000


def started(master: str = "local[2]") -> Any:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(master).appName("gleaner tests").config("spark.ui.enabled", "false")
    for name, value in {**job.SETTINGS, "spark.sql.shuffle.partitions": "3", "spark.default.parallelism": "3"}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    spark = started()
    yield spark
    spark.stop()


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Archives, one of them with a damaged record. Half of all stories are of one site."""
    paths = write(tmp_path_factory.mktemp("crawl"), pages())
    damage(paths[1], 7)
    return paths


@pytest.fixture(scope="module")
def report(session: Any, archives: list[Path]) -> dict[str, Any]:
    out = archives[0].parent / "spark"
    return job.run(job.Job(session, str(out), NOW), job.pages_of_archives(session, [str(path) for path in archives]))


@pytest.fixture(scope="module")
def made(report: dict[str, Any], archives: list[Path]) -> Corpus:
    return of_job(archives[0].parent / "spark")


@pytest.mark.skipif(PROGRAM is None, reason="GLEANER_BIN names no program to compare with")
def test_the_job_makes_what_the_program_makes(made: Corpus, archives: list[Path]) -> None:
    assert PROGRAM is not None
    expected = of_program(PROGRAM, archives, archives[0].parent / "program")
    assert differences(expected, made) == []
    kinds = {kind for _, kind, *_ in expected.relations}
    assert {"near", "exact", "preview_of", "has_preview"} <= kinds and len(expected.documents) > 80


@pytest.mark.skipif(PROGRAM is None or "GLEANER_SPARK_DOCUMENTS" not in os.environ, reason="GLEANER_SPARK_DOCUMENTS is no number of documents")
def test_pages_of_shared_datasets(session: Any, tmp_path: Path) -> None:
    assert PROGRAM is not None
    crawl = of_datasets(Path(os.environ["GLEANER_DATASETS"]), int(os.environ["GLEANER_SPARK_DOCUMENTS"]))
    paths = write(tmp_path, crawl, archives=8)
    expected = of_program(PROGRAM, paths, tmp_path / "program")
    found = job.run(job.Job(session, str(tmp_path / "spark"), NOW), job.pages_of_archives(session, [str(path) for path in paths]))
    print(json.dumps(found, indent=1))
    assert differences(expected, of_job(tmp_path / "spark")) == []


def test_the_command_reads_archives_of_a_bucket(made: Corpus, archives: list[Path], bucket: str, tmp_path: Path) -> None:
    files = pytest.importorskip("fsspec").filesystem("s3")
    for path in archives:
        files.put_file(str(path), f"{bucket}/{path.name}")
    urls = [f"{bucket}/{path.name}" for path in archives]
    command = [sys.executable, "-m", "gleaner.spark", "--master", "local[2]", "--archives", *urls, "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, cwd=Path(__file__).parent.parent)
    assert done.returncode == 0, done.stderr.decode()[-4000:]
    assert differences(made, of_job(tmp_path / "out")) == []


def test_the_report_counts_what_became_of_the_pages(report: dict[str, Any], made: Corpus, archives: list[Path]) -> None:
    assert report["documents"] == len(made.documents) and report["damaged_records"] == 1
    assert report["pages"] == report["documents"] + report["other_bodies"] + sum(report["refused"].values()) + report["unreadable_pages"]
    assert report["other_bodies"] > 0 and report["completeness"] == {"complete": report["documents"]}
    assert sum(report["relations"].values()) == len(made.relations)
    # The lines that the sites have on all pages.
    assert report["removals"]["other"] > 60
    written = "".join(path.read_text() for path in (archives[0].parent / "spark/report").glob("*.txt"))
    assert json.loads(written) == report


def test_documents_are_divided_by_month(made: Corpus, archives: list[Path]) -> None:
    months = {path.name for path in (archives[0].parent / "spark/documents").iterdir() if path.is_dir()}
    assert months == {"month=2024-04", "month=2024-05", "month=2024-06"}


def test_a_table_of_pages(session: Any, tmp_path: Path) -> None:
    some = list(pages(stories=8))
    rows = [(page.html, page.url) for page in some] + [(None, "https://a.example/none"), ("", None)]
    table = session.createDataFrame(rows, "html string, url string")
    found = job.extract(job.Job(session, str(tmp_path), NOW), job.pages_of_table(table)).collect()
    assert len(found) == len(rows) and sum(row.error is not None for row in found) == 2
    # The mobile page declares the address of the other one.
    assert {row.identity for row in found if row.error is None} == {page.url for page in some if not page.url.startswith("https://m.")}
    texts = session.createDataFrame([(_gleaner.extract(page.html).text,) for page in some[:2]], "text string")
    assert [row.content_type for row in job.pages_of_table(texts).collect()] == ["text/plain; charset=utf-8"] * 2


def test_a_site_with_more_stories_than_are_counted(session: Any, archives: list[Path], tmp_path: Path, report: dict[str, Any]) -> None:
    from pyspark.sql import functions as F

    pages = session.read.parquet(str(archives[0].parent / "spark/work/pages")).where("site_key = 'paper0.example'")
    lines = [(bytes(row.lines), str(row.date)) for row in pages.select("lines", "date").limit(40).collect()]
    many = [(f"https://paper0.example/{n}", *lines[n % len(lines)], n) for n in range(3 * _gleaner.MAX_STORIES)]
    rows = session.createDataFrame(many, "identity string, lines binary, date string, number long")
    rows = rows.select("*", F.lit("x").alias("source"), F.lit("s").alias("site_key"), *(F.lit(None).alias(n) for n in ("body_sha256", "error", "refused")))
    tables = job.recurring(job.Job(session, str(tmp_path), NOW), rows)
    ids = [row.id for row in rows.orderBy("number").select(F.sha2("identity", 256).alias("id")).collect()]
    assert tables == {"s": _gleaner.count_site([(id, day, of) for id, (_, of, day, _) in zip(ids, many)])}


KILLING = """
import os, signal, sys
from pathlib import Path
from gleaner import spark as job
from gleaner._spark_relations import batches
from tests.test_spark import NOW, started

def once(marker, victim, run):
    # The first task that gets so far kills its worker, or the machine that the worker is on.
    def killing(found, **given):
        for made in run(found, **given):
            yield made
            try:
                os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                continue
            daemon = os.getppid()
            executor = int(Path(f"/proc/{daemon}/stat").read_text().rsplit(")", 1)[1].split()[1])
            os.kill({"worker": os.getpid(), "executor": executor}[victim], signal.SIGKILL)
            yield made
    return killing

out, *archives = sys.argv[1:]
for name, victim in (("documents_of_archives", "executor"), ("without_recurring", "worker"), ("judged", "executor")):
    setattr(batches, name, once(f"{out}-{name}", victim, getattr(batches, name)))
spark = started("local-cluster[2,1,1024]")
job.run(job.Job(spark, out, NOW), job.pages_of_archives(spark, archives))
spark.stop()
"""


def test_what_a_lost_worker_has_done_counts_once(made: Corpus, archives: list[Path], tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": str(root), "PYSPARK_PYTHON": sys.executable}
    command = [sys.executable, "-c", KILLING, str(tmp_path / "out"), *map(str, archives)]
    done = subprocess.run(command, capture_output=True, env=environment, cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()[-4000:]
    assert sorted(path.name for path in tmp_path.glob("out-*")) == ["out-documents_of_archives", "out-judged", "out-without_recurring"]
    assert differences(made, of_job(tmp_path / "out")) == []
