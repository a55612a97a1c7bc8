"""A run of `gleaner.spark`, as its stages know it."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession


@dataclass(frozen=True)
class Job:
    """One run: where it writes, and the time that counts as now in all of its tasks."""

    spark: SparkSession
    out: str
    now: int

    def stage(self, name: str, rows: DataFrame) -> DataFrame:
        """Writes what a stage has made, and reads it."""
        path = f"{self.out}/work/{name}"
        rows.write.mode("overwrite").parquet(path)
        return self.spark.read.schema(rows.schema).parquet(path)
