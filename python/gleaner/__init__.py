"""Extracts the article from web pages and text dumps: clean text, metadata, and a reason for everything that was removed.

>>> import gleaner
>>> page = b'''<title>Mill burns down</title><nav><a href="/">Home</a></nav><article><h1>Mill burns down</h1>
... <p>The old mill at the river burnt down in the night. Nobody was hurt, the fire brigade said on Monday.</p>
... <p>The fire broke out in the loft, where grain was stored until the mill closed four years ago.</p></article>'''
>>> article = gleaner.extract(page, "https://news.example/2024/05/mill-burns-down")
>>> article.title
'Mill burns down'
>>> article.text.splitlines()[0]
'The old mill at the river burnt down in the night. Nobody was hurt, the fire brigade said on Monday.'

The same input gives the same article on every machine, and the same as the program `gleaner extract`.
"""

from __future__ import annotations

import os

from . import _rule_files
from ._gleaner import (
    ArchivedPage,
    ArchivedPages,
    Article,
    Articles,
    Comment,
    ExtractionError,
    Image,
    Link,
    Overlap,
    Removal,
    Rules,
    clean_text,
    containment,
    extract,
    extract_arrow,
    extract_many,
    fingerprint,
    read_warc,
)

__all__ = [
    "ArchivedPage",
    "ArchivedPages",
    "Article",
    "Articles",
    "Comment",
    "ExtractionError",
    "Image",
    "Link",
    "Overlap",
    "Removal",
    "Rules",
    "clean_text",
    "containment",
    "extract",
    "extract_arrow",
    "extract_many",
    "fingerprint",
    "read_warc",
    "rules",
]


def rules(*paths: str | os.PathLike[str]) -> Rules:
    """The rules that ship with gleaner, and those of one's own files and folders.

    A file is `<category>.toml`, `sites/<host>.toml`, or `<host>.txt` in the format of ftr-site-config; of a folder, all such files are read.

    >>> len(rules()) > 50
    True
    """
    return Rules(_rule_files.read(paths))
