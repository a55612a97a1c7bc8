"""The quality report of `gleaner.spark`: counts, from which one sees what a run has kept and why the rest is gone."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

# Sites in the report, those with the most documents.
MAX_SITES = 1000


def counts(rows: DataFrame, by: str | Column, most: int = MAX_SITES) -> dict[str, int]:
    """Numbers of rows by a value, the greatest first."""
    named = rows.groupBy(F.coalesce(by, F.lit("unknown")).alias("name")).agg(F.count("*").alias("rows"))
    return {row.name: row.rows for row in named.orderBy(F.desc("rows"), "name").limit(most).collect()}


def report(spark: SparkSession, out: str, pages: DataFrame) -> dict[str, object]:
    """What became of all pages, and what the documents and relations that were written are."""
    documents, relations = spark.read.parquet(f"{out}/documents"), spark.read.parquet(f"{out}/relations")
    kept = pages.where("error IS NULL AND refused IS NULL")
    return {
        "pages": pages.where("damage IS NULL").count(),
        "damaged_records": pages.where("damage IS NOT NULL").count(),
        "unreadable_pages": pages.where("damage IS NULL AND error IS NOT NULL").count(),
        "refused": counts(pages.where("refused IS NOT NULL"), "refused"),
        "other_bodies": kept.count() - documents.count(),
        "documents": documents.count(),
        "words": sum(row.words for row in documents.agg(F.coalesce(F.sum("words"), F.lit(0)).alias("words")).collect()),
        "completeness": counts(documents, "completeness"),
        "languages": counts(documents, "language"),
        "sites": counts(documents, F.regexp_extract("address", "^https?://([^/]+)", 1)),
        "removals": counts(documents.select(F.explode("removed").alias("category")), "category"),
        "clusters": documents.where("cluster IS NOT NULL").select("cluster").distinct().count(),
        "relations": counts(relations, "kind"),
    }
