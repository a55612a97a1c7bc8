"""Which document each page is, and how documents are related: the joins and groups of `gleaner.spark`.

What is decided about a group or a pair is decided in Rust, by the functions that the program uses. Texts are known by their `key`, the first eight bytes of
the hash of their words. Of two texts with one key, which chance makes once in many billions, one would be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from . import _spark_batches as batches
from ._gleaner import MIN_SHARED, MIN_UNRELATED
from ._spark_job import Job

# By what the canonical document of a cluster is chosen, the least of all: most words, then dated, then the earliest.
STANDING = "struct(-words, date IS NULL, coalesce(CAST(date AS string), ''), id)"

# The words of a document by which exact copies are found.
WORDS = "coalesce(tokens_sha256, text_sha256)"


def first_by(rows: DataFrame, keys: Sequence[str], order: Sequence[Column], count: int = 1) -> DataFrame:
    """The first rows of each group."""
    rank = F.row_number().over(Window.partitionBy(*keys).orderBy(*order))
    return rows.withColumn("_rank", rank).where(F.col("_rank") <= count).drop("_rank")


def documents(pages: DataFrame) -> DataFrame:
    """One page for each document. A page is known by the address that it declares, unless another address has given that document another text. Of several
    bodies the fullest counts, and of those the newest. A page without an address is known by its bytes."""
    kept = pages.where("error IS NULL AND refused IS NULL").withColumn("identity", F.coalesce("identity", "body_sha256"))
    path = F.concat("source", F.lit("#"), F.coalesce("place", F.col("number").cast("string"))).alias("path")
    facts = ("source", "number", "answered", "text_sha256", "body_sha256", "completeness", "words", "fetched_at")
    bodies = kept.select("identity", F.struct(*facts, path).alias("body"))
    schema = f"address string, body {bodies.schema['body'].dataType.simpleString()}"
    grouped = bodies.groupBy("identity").agg(F.collect_list("body").alias("bodies"))
    known = grouped.mapInArrow(batches.addresses, schema).groupBy("address").agg(F.collect_list("body").alias("bodies"))
    chosen = known.mapInArrow(batches.chosen, "address string, source string, number bigint")
    document = F.when(F.col("identity") == F.col("body_sha256"), F.col("identity")).otherwise(F.sha2("address", 256))
    found = kept.join(chosen, ["source", "number"]).withColumn("id", document)
    return found.drop("error", "refused", "damage", "site_key", "identity", "answered", "place")


def texts(documents: DataFrame) -> DataFrame:
    """The texts that can be related to others, each once."""
    long = documents.where(F.col("shingles") >= MIN_SHARED)
    return long.select("key", "shingles", "fingerprint", "text").dropDuplicates(["key"])


def related(job: Job, texts: DataFrame) -> DataFrame:
    """The relations of texts: those that share enough hashes which are no boilerplate are compared."""
    postings = texts.select(F.explode("fingerprint").alias("hash"), F.struct("key", "shingles").alias("text"))
    groups = postings.groupBy("hash").agg(F.collect_list("text").alias("texts")).where(F.size("texts") > 1)
    groups = job.stage("groups", groups)
    hot = [row.hash for row in hot_hashes(job, groups, texts).collect()]
    masked = job.spark.createDataFrame([(hash,) for hash in hot], "hash bigint")
    pairs = groups.join(F.broadcast(masked), "hash", "left_anti").mapInArrow(
        batches.pairs, "a bigint, b bigint, shingles_a int, shingles_b int"
    )
    counted = pairs.groupBy(*pairs.columns).agg(F.count("*").alias("shared"))
    candidates = counted.mapInArrow(batches.candidates, "a bigint, b bigint")
    for side in ("a", "b"):
        candidates = candidates.join(texts.select(F.col("key").alias(side), F.col("text").alias(f"text_{side}")), side)
    judged = partial(batches.judged, hot=job.spark.sparkContext.broadcast(hot))
    schema = "a bigint, b bigint, kind string, inverse string, here double, there double"
    return candidates.mapInArrow(judged, schema)


def hot_hashes(job: Job, groups: DataFrame, texts: DataFrame) -> DataFrame:
    """The hashes that are boilerplate. Many are shared by the same texts, which are looked at once."""
    sampled = groups.where(F.size("texts") >= MIN_UNRELATED).mapInArrow(batches.samples, "hash bigint, sample array<bigint>")
    sampled = job.stage("samples", sampled)
    members = sampled.select("sample").distinct().select("sample", F.posexplode("sample").alias("at", "key"))
    prints = members.join(texts.select("key", "shingles", "fingerprint"), "key")
    grouped = prints.groupBy("sample").agg(F.collect_list(F.struct("at", "shingles", "fingerprint")).alias("texts"))
    return sampled.join(grouped.mapInArrow(batches.unrelated, "sample array<bigint>"), "sample").select("hash")


def components(job: Job, edges: DataFrame) -> DataFrame:
    """The connected components of texts: for each text the least key of its component. By large and small stars in turn (Kiveris et al., "Connected
    Components in MapReduce and Beyond", SoCC 2014): a round costs what there are of edges, and few are needed."""
    edges = job.stage("edges-0", edges.select(F.greatest("a", "b").alias("a"), F.least("a", "b").alias("b")).distinct())
    before = None
    for round in range(1, 100):
        both = edges.unionByName(edges.select(F.col("b").alias("a"), F.col("a").alias("b")))
        least = both.groupBy("a").agg(F.min("b").alias("least")).select("a", F.least("a", "least").alias("least"))
        larger = both.where("b > a").join(least, "a").select(F.col("b").alias("a"), F.col("least").alias("b"))
        least = larger.groupBy("a").agg(F.min("b").alias("least"))
        smaller = larger.join(least, "a").where("b > least").select(F.col("b").alias("a"), F.col("least").alias("b"))
        edges = job.stage(f"edges-{round % 2 + 1}", least.select("a", F.col("least").alias("b")).unionByName(smaller).distinct())
        now = edges.agg(F.count("*"), F.sum(F.xxhash64("a", "b").cast("decimal(38,0)"))).first()
        if now == before:
            break
        before = now
    return edges.select(F.col("a").alias("key"), F.col("b").alias("component"))


def with_clusters(documents: DataFrame, components: DataFrame) -> DataFrame:
    """Documents with the canonical one of their cluster; null for one that is in none."""
    labelled = documents.join(components, "key", "left")
    # The least text of a component is in no row of its own.
    heads = components.select(F.col("component").alias("key"), F.col("component").alias("head")).distinct()
    labelled = labelled.join(heads, "key", "left")
    cluster = F.coalesce(F.col("component").cast("string"), F.col("head").cast("string"), F.expr(WORDS))
    labelled = labelled.withColumn("_cluster", cluster).drop("component", "head")
    canonical = labelled.groupBy("_cluster").agg(F.min_by("id", F.expr(STANDING)).alias("canonical"), F.count("*").alias("members"))
    joined = labelled.join(canonical.where("members > 1").select("_cluster", "canonical"), "_cluster", "left")
    return joined.withColumnRenamed("canonical", "cluster").drop("_cluster", "fingerprint", "shingles", "key")


def of_documents(documents: DataFrame, related: DataFrame) -> DataFrame:
    """The relations of documents, each from both sides. Of documents with the same words, the canonical one has the relations of their text."""
    words = documents.select("id", "key", F.expr(WORDS).alias("words_sha256"), F.expr(STANDING).alias("standing"))
    first = words.groupBy("words_sha256").agg(F.min_by("id", "standing").alias("first"), F.first("key").alias("key"))
    copies = words.drop("key").join(first, "words_sha256").where("id != first")
    one, exact = F.lit(1.0), F.lit("exact")
    there = copies.select("id", exact.alias("kind"), F.col("first").alias("other"), one.alias("here"), one.alias("there"))
    back = copies.select(F.col("first").alias("id"), exact.alias("kind"), F.col("id").alias("other"), one.alias("here"), one.alias("there"))
    of = {side: first.select(F.col("key").alias(side), F.col("first").alias(f"of_{side}")) for side in ("a", "b")}
    pairs = related.join(of["a"], "a").join(of["b"], "b")
    forth = pairs.select(F.col("of_a").alias("id"), "kind", F.col("of_b").alias("other"), "here", "there")
    inverse = F.col("inverse").alias("kind")
    reverse = pairs.select(F.col("of_b").alias("id"), inverse, F.col("of_a").alias("other"), F.col("there").alias("here"), F.col("here").alias("there"))
    return there.unionByName(back).unionByName(forth).unionByName(reverse)
