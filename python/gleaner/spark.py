"""A Spark job that makes a clean corpus of web archives or of a table of pages: the same documents, relations and clusters as `gleaner clean --all`.

    gleaner-spark --archives 's3://crawl/2024-05/*.warc.gz' --out s3://corpus/2024-05

Each stage writes Parquet below `OUT/work` and the next one reads it, so that what a lost worker has done is done again from there, and counts once.
`docs/scale.md` says what the stages do and what to set.
"""

from __future__ import annotations

import argparse
import glob
import json
import os
import sys
import time
from collections.abc import Sequence
from functools import partial

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from . import _spark_batches as batches
from . import _spark_relations as relations
from ._gleaner import MAX_STORIES
from ._spark_job import Job as Job
from ._spark_report import report

SETTINGS = {
    # Pages are large: batches of thousands, as are usual, would be gigabytes.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "128",
    "spark.sql.parquet.columnarReaderBatchSize": "128",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.session.timeZone": "UTC",
}


def document_schema() -> StructType:
    """The columns of documents with what is kept of their pages."""
    none = pa.RecordBatch.from_pylist([], batches.PAGES)
    return from_arrow_schema(next(batches.documents([none], now=0)).schema)


def pages_of_archives(spark: SparkSession, paths: Sequence[str]) -> DataFrame:
    """One task for each archive, however many cores there are: the largest first."""
    rows = spark.sparkContext.parallelize([(path,) for path in paths], max(1, len(paths)))
    return spark.createDataFrame(rows, "source string")


def pages_of_table(table: DataFrame) -> DataFrame:
    """The pages of a table with `html` or `text`, and perhaps `url`, `content_type`, `http` and `fetched_at`."""
    page = F.col("html") if "html" in table.columns else F.encode("text", "UTF-8")
    markup = F.ltrim("text").startswith("<") & F.contains("text", F.lit("</")) if "html" not in table.columns else F.lit(True)
    kind = F.when(markup, None if "html" in table.columns else "text/html; charset=utf-8").otherwise("text/plain; charset=utf-8")
    given = {name: F.col(name) if name in table.columns else F.lit(None) for name in ("place", "url", "fetched_at", "content_type", "http")}
    given["content_type"] = F.coalesce(given["content_type"], kind)
    columns = [F.lit("").alias("source"), F.monotonically_increasing_id().alias("number")]
    columns += [value.cast("string").alias(name) for name, value in given.items()]
    return table.select(*columns, page.cast("binary").alias("html"), F.lit(None).cast("string").alias("damage"))


def extract(job: Job, pages: DataFrame) -> DataFrame:
    """Each page on its own, and what there is on it of its site."""
    read = batches.documents_of_archives if pages.columns == ["source"] else batches.documents
    return job.stage("pages", pages.mapInArrow(partial(read, now=job.now), document_schema()))


def recurring(job: Job, pages: DataFrame) -> dict[str, bytes]:
    """What recurs on each site: counted over all of its stories, or those by which a large one is judged."""
    document, day = F.coalesce(F.sha2("identity", 256), "body_sha256"), F.col("date").cast("string")
    kept = pages.where("error IS NULL AND refused IS NULL")
    stories = kept.select(document.alias("id"), day.alias("day"), "site_key", "lines", "source", "number")
    stories = relations.first_by(stories, ["id"], [F.desc("source"), F.desc("number")])
    newest = relations.first_by(stories, ["site_key"], [F.desc_nulls_last("day"), F.asc("id")], MAX_STORIES)
    lowest = relations.first_by(stories, ["site_key"], [F.asc("id")], MAX_STORIES)
    counted = newest.unionByName(lowest).dropDuplicates(["id"])
    sites = counted.groupBy("site_key").agg(F.collect_list(F.struct("id", "day", "lines")).alias("stories"))
    tables = sites.mapInArrow(batches.count_sites, "site_key string, lines binary")
    return {row.site_key: bytes(row.lines) for row in job.stage("sites", tables).collect()}


def without_recurring(job: Job, pages: DataFrame, tables: dict[str, bytes]) -> DataFrame:
    """The second pass: pages again of which something is removed because it recurs on their sites."""
    clean = partial(batches.without_recurring, now=job.now, tables=job.spark.sparkContext.broadcast(tables))
    schema = StructType([field for field in pages.schema if field.name not in {"html", "http", "content_type", "lines"}])
    return job.stage("clean", pages.mapInArrow(clean, schema))


def run(job: Job, pages: DataFrame) -> dict[str, object]:
    """All stages. Gives the quality report."""
    extracted = extract(job, pages)
    clean = without_recurring(job, extracted, recurring(job, extracted))
    documents = job.stage("documents", relations.documents(clean))
    texts = job.stage("texts", relations.texts(documents))
    related = job.stage("related", relations.related(job, texts))
    clusters = relations.with_clusters(documents, relations.components(job, related.where("kind = 'near'")))
    month = F.coalesce(F.date_format("date", "yyyy-MM"), F.lit("undated"))
    clusters.withColumn("month", month).write.mode("overwrite").partitionBy("month").parquet(f"{job.out}/documents")
    relations.of_documents(documents, related).write.mode("overwrite").parquet(f"{job.out}/relations")
    found = report(job.spark, job.out, clean)
    job.spark.createDataFrame([(json.dumps(found),)], "value string").coalesce(1).write.mode("overwrite").text(f"{job.out}/report")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command `gleaner-spark`."""
    parser = argparse.ArgumentParser(prog="gleaner-spark", description="Makes a clean corpus of web archives or of a table of pages.")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--archives", nargs="+", metavar="PATH", help="WARC or WET files, or patterns of local ones")
    source.add_argument("--table", metavar="PATH", help="a Parquet table with `html` or `text`, and perhaps `url`")
    parser.add_argument("--out", required=True, metavar="FOLDER", help="where documents, relations and the report are written")
    parser.add_argument("--master", help="Spark's master, such as local[2]; not needed under spark-submit")
    given = parser.parse_args(arguments)
    # Without it, workers on this machine would take whatever Python comes first.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("gleaner")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = (builder.master(given.master) if given.master else builder).getOrCreate()
    if given.archives:
        paths = [path for pattern in given.archives for path in (sorted(glob.glob(pattern)) or [pattern])]
    pages = pages_of_archives(spark, paths) if given.archives else pages_of_table(spark.read.parquet(given.table))
    print(json.dumps(run(Job(spark, given.out, int(time.time())), pages), indent=2))
    spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
