"""Articles of WARC files, with datatrove: `python datatrove_articles.py WARCS ARTICLES`.

Both are folders: paths or URLs that fsspec knows, such as `s3://crawl/warcs` (needs s3fs, which reads AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL and the like). What is
dropped is kept with the reason in ARTICLES/dropped.
"""

import argparse

from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.filters import LambdaFilter, RegexFilter
from datatrove.pipeline.readers import WarcReader
from datatrove.pipeline.writers import JsonlWriter, ParquetWriter
from gleaner.datatrove import GleanerExtractor, parquet_schema


def is_long_enough(document: Document) -> bool:
    return document.metadata["words"] >= 20


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("warcs")
    arguments.add_argument("articles")
    arguments.add_argument("--tasks", type=int, default=1, help="parts of the work; a file is read by one")
    arguments.add_argument("--workers", type=int, default=1, help="tasks at once")
    given = arguments.parse_args()

    def dropped(step: str) -> JsonlWriter:
        return JsonlWriter(f"{given.articles}/dropped/{step}")

    pipeline = [
        WarcReader(given.warcs, glob_pattern="*.warc*"),
        GleanerExtractor(only=["complete", "live"], exclusion_writer=dropped("extract")),
        LambdaFilter(is_long_enough, exclusion_writer=dropped("short")),
        RegexFilter(r"(?i)lorem ipsum", exclusion_writer=dropped("placeholder")),
        ParquetWriter(f"{given.articles}/kept", expand_metadata=True, schema=parquet_schema("date", "file_path")),
    ]
    LocalPipelineExecutor(pipeline, tasks=given.tasks, workers=given.workers, logging_dir=f"{given.articles}/logs").run()


if __name__ == "__main__":
    main()
