"""Ray Data: a data set of pages becomes a data set of articles.

```python
import ray, gleaner.ray

pages = ray.data.read_parquet("pages/")              # columns `html` or `text`, perhaps `url`, `content_type` and `id`
articles = gleaner.ray.extract(pages, only=["complete", "live"], keep=["crawl"])
articles.write_parquet("articles/")
```

The columns of articles are those of `gleaner.extract_arrow`. Ray runs as many tasks at once as there are processors; each extracts on one thread.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from . import _rule_files
from ._gleaner import extract_arrow

if TYPE_CHECKING:
    import pyarrow as pa
    from ray.data import Dataset

    from ._gleaner import Completeness, FetchedAt

__all__ = ["extract"]

READ = ("html", "text", "url", "content_type", "id")


def extract(
    pages: Dataset,
    *,
    only: Collection[Completeness] | None = None,
    keep: Sequence[str] = (),
    batch_size: int = 128,
    precision: bool = False,
    recall: bool = False,
    fetched_at: FetchedAt | None = None,
    rules: Iterable[str | os.PathLike[str]] = (),
    **map_batches: Any,
) -> Dataset:
    """The articles of a data set of pages.

    - `only`: the kinds of completeness that are kept, such as `["complete", "live"]`; without it, every page is a row, those that cannot be read too.
    - `keep`: further columns of the pages that the articles have as well.
    - `batch_size`: the pages of which a task has the text and the articles in memory at once.
    - `rules`: files and folders of rules, as in `gleaner.rules`; they are read here and sent to the workers.
    - `map_batches`: further arguments of `Dataset.map_batches`, such as `concurrency`, `num_cpus` or `memory`.
    """
    options = {"precision": precision, "recall": recall, "fetched_at": fetched_at}
    return pages.map_batches(
        _articles,
        batch_format="pyarrow",
        batch_size=batch_size,
        udf_modifying_row_count=only is not None,
        fn_kwargs={"only": only, "keep": tuple(keep), "files": _rule_files.read(rules), "options": options},
        **map_batches,
    )


def _articles(
    pages: pa.Table, *, only: Collection[Completeness] | None, keep: Sequence[str], files: _rule_files.RuleFiles, options: dict[str, Any]
) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    read = pages.select([name for name in pages.column_names if name in READ])
    articles = pa.table(extract_arrow(read, rules=_rule_files.compiled(files), **options))
    for name in keep:
        articles = articles.append_column(pages.schema.field(name), pages.column(name))
    if only is None:
        return articles
    return articles.filter(pc.is_in(articles["completeness"], pa.array(list(only), pa.string())))
