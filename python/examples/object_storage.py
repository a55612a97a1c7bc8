"""Articles of a Parquet file with pages, without an engine: `python object_storage.py PAGES ARTICLES`.

Both are paths or URLs that fsspec knows, such as `s3://crawl/pages.parquet` (needs s3fs, which reads AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL and the like). Pages are
read and articles written in batches, so that memory does not grow with the file.
"""

import argparse
import os

import fsspec
import gleaner
import pyarrow as pa
import pyarrow.parquet as pq

BATCH = 256


def extract_file(pages: str, articles: str, threads: int) -> int:
    """Writes the articles of a file of pages; how many there are."""
    count = 0
    with fsspec.open(pages, "rb") as source, fsspec.open(articles, "wb") as target:
        file = pq.ParquetFile(source)
        read = [name for name in file.schema_arrow.names if name in {"html", "text", "url", "content_type", "id"}]
        schema = pa.RecordBatchReader.from_stream(gleaner.extract_arrow(file.schema_arrow.empty_table().select(read))).schema
        with pq.ParquetWriter(target, schema, compression="zstd") as writer:
            for batch in file.iter_batches(BATCH, columns=read):
                writer.write_batch(pa.record_batch(gleaner.extract_arrow(batch, threads=threads)))
                count += len(batch)
    return count


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("pages")
    arguments.add_argument("articles")
    arguments.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    given = arguments.parse_args()
    print(extract_file(given.pages, given.articles, given.threads), "articles")


if __name__ == "__main__":
    main()
