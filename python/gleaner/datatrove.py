"""datatrove: a step of a pipeline that makes articles of pages.

```python
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import WarcReader
from datatrove.pipeline.writers import ParquetWriter
from gleaner.datatrove import GleanerExtractor, parquet_schema

pipeline = [
    WarcReader("s3://crawl/", glob_pattern="*.warc.gz"),
    GleanerExtractor(only=["complete", "live"]),
    ParquetWriter("s3://articles/", expand_metadata=True, schema=parquet_schema("date")),
]
LocalPipelineExecutor(pipeline, tasks=8).run()
```
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from datatrove.data import Document
from datatrove.pipeline.extractors.base import BaseExtractor, ExtractorSandbox
from datatrove.utils.typeshelper import StatHints

from . import _rule_files
from ._gleaner import ExtractionError, extract

if TYPE_CHECKING:
    import pyarrow as pa
    from datatrove.pipeline.writers.disk_base import DiskWriter

    from ._gleaner import Completeness

__all__ = ["GleanerExtractor", "parquet_schema"]

# What is set in a document's metadata, and its type in Arrow. A reader's `date` is the day of the crawl: the article's is `published`.
FIELDS = {
    **dict.fromkeys(("title", "published", "modified", "language", "site", "section", "description", "licence"), "string"),
    **dict.fromkeys(("authors", "tags", "opt_out"), "list"),
    "completeness": "string",
    "confidence": "double",
    "words": "int64",
    "url": "string",
}


class GleanerExtractor(BaseExtractor):
    """Replaces a page's HTML with the text of its article, and sets `FIELDS` in its metadata.

    Pages without text and pages that cannot be read are dropped, as datatrove's own extractors do.

    - `only`: the kinds of completeness that are kept, such as `["complete", "live"]`; without it, `completeness` marks them.
    - `exclusion_writer`: a writer for what is dropped; the reason is `filter_reason` in its metadata.
    - `rules`: files and folders of rules, as in `gleaner.rules`; they are read here and sent to the workers.
    - `timeout`: seconds for a page, in a process beside the worker. Extraction takes time and memory in proportion to the page, within limits, so that
      there is none by default: what is kept then depends on no clock.
    """

    name = "gleaner"

    def __init__(
        self,
        *,
        only: Collection[Completeness] | None = None,
        exclusion_writer: DiskWriter | None = None,
        precision: bool = False,
        recall: bool = False,
        rules: Iterable[str | os.PathLike[str]] = (),
        timeout: float | None = None,
    ) -> None:
        super().__init__(timeout)
        self.only = only
        self.exclusion_writer = exclusion_writer
        self.options: dict[str, Any] = {"precision": precision, "recall": recall}
        self.rule_files = _rule_files.read(rules)

    def extract(self, text: str) -> str:
        """The text of a page's article."""
        return str(self.article(text, {})["text"])

    def article(self, page: str, metadata: dict[str, Any]) -> dict[str, Any]:
        """The text of a page's article and its fields; `url` and `date` of the metadata, where the reader sets them, are the page's URL and when it was fetched."""
        fetched_at, rules = _time(metadata.get("date")), _rule_files.compiled(self.rule_files)
        try:
            article = extract(page, metadata.get("url"), fetched_at=fetched_at, rules=rules, **self.options)
        except ExtractionError:
            return {"text": "", "completeness": "empty"}
        fields = {name: getattr(article, "date" if name == "published" else name) for name in FIELDS}
        return {"text": article.text} | {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}

    def run(self, data: Iterable[Document], rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        """Extracts each page's article; drops and counts what is not to be kept."""
        sandbox = contextlib.nullcontext() if self.timeout is None else ExtractorSandbox(self.timeout, warmup_text=("", {}))
        with self.exclusion_writer or contextlib.nullcontext() as writer, sandbox as process:
            for document in data:
                self.stat_update(StatHints.total)
                with self.track_time():
                    reason = self._extract_into(document, process)
                if reason is None:
                    self.stat_update(StatHints.forwarded)
                    self.update_doc_stats(document)
                    yield document
                    continue
                self.stat_update(StatHints.dropped, f"dropped_{reason}")
                if writer:
                    document.metadata["filter_reason"] = reason
                    writer.write(document, rank)

    def _extract_into(self, document: Document, process: ExtractorSandbox | None) -> str | None:
        """Puts the article into the document; the reason why it is not to be kept, if there is one."""
        page = (document.text, {name: document.metadata.get(name) for name in ("url", "date")})
        try:
            article = process.process_document(page, self.article) if process else self.article(*page)
        except TimeoutError:
            return "timeout"
        except EOFError:
            return "broken_process"
        document.text = article.pop("text")
        document.metadata.update(article)
        completeness = article["completeness"]
        kept = document.text and (self.only is None or completeness in self.only)
        return None if kept else str(completeness)


def _time(date: Any) -> datetime | None:
    """The time of a reader's `date`, which is `2024-05-06T08:00:00Z` in WARC files."""
    try:
        time = date if isinstance(date, datetime) else datetime.fromisoformat(str(date).replace("Z", "+00:00"))
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=timezone.utc)


def parquet_schema(*others: str) -> pa.Schema:
    """A schema for datatrove's `ParquetWriter` with `expand_metadata=True`, which otherwise takes the types from the first document, where fields may be null.

    `others` are texts that the reader or a filter adds to the metadata, such as `date` and `file_path`.
    """
    import pyarrow as pa

    fields = {"text": "string", "id": "string", **dict.fromkeys(others, "string"), **FIELDS}
    types = {"string": pa.string(), "list": pa.list_(pa.string()), "double": pa.float64(), "int64": pa.int64()}
    return pa.schema([(name, types[kind]) for name, kind in fields.items()])
