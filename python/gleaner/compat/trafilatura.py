"""trafilatura's functions, answered by gleaner: `from trafilatura import extract` becomes `from gleaner.compat.trafilatura import extract`.

>>> from gleaner.compat.trafilatura import bare_extraction, extract, extract_metadata
>>> page = '''<html lang="en"><title>Mill burns down</title><nav><a href="/">Home</a></nav><article><h1>Mill burns down</h1>
... <p>The old mill at the river burnt down <b>in the night</b>. Nobody was hurt, the fire brigade said on Monday.</p>
... <p>The fire broke out in the loft, where grain was stored until the mill closed four years ago.</p></article></html>'''
>>> print(extract(page, output_format="markdown"))
The old mill at the river burnt down **in the night**. Nobody was hurt, the fire brigade said on Monday.
<BLANKLINE>
The fire broke out in the loft, where grain was stored until the mill closed four years ago.
>>> bare_extraction(page).title
'Mill burns down'
>>> extract_metadata(page, "https://www.news.example/mill").hostname
'news.example'

The text is gleaner's: the story without its headline, which is metadata. `docs/python-compat.md` says what else differs.

Arguments without effect: `fast`, `no_fallback`, `tei_validation` (TEI is valid against trafilatura's schema anyway), `extensive_search` in
`date_extraction_params`, and all settings but `MIN_OUTPUT_SIZE` and `MAX_FILE_SIZE`. `deduplicate` gives a warning, as gleaner compares no pages here.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Collection, Mapping
from configparser import ConfigParser
from importlib import import_module
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from .. import Article, ExtractionError
from .. import extract as gleaner_extract
from . import _formats as formats
from ._document import Document, document_of, simhash
from ._options import Extractor, config_of, page_of, pruned
from ._tree import leave_out, text_of

__all__ = ["Document", "Extractor", "bare_extraction", "extract", "extract_metadata", "extract_with_metadata"]

LOGGER = logging.getLogger(__name__)


class Story(NamedTuple):
    """A document, and the elements of its text and comments."""

    document: Document
    root: Element
    body: Element
    comments: Element | None


def extract(
    filecontent: Any,
    url: str | None = None,
    record_id: str | None = None,
    fast: bool = False,
    no_fallback: bool = False,
    favor_precision: bool = False,
    favor_recall: bool = False,
    include_comments: bool = True,
    output_format: str = "txt",
    tei_validation: bool = False,
    target_language: str | None = None,
    include_tables: bool = True,
    include_images: bool = False,
    include_formatting: bool | None = None,
    include_links: bool = False,
    deduplicate: Any = False,
    date_extraction_params: Mapping[str, Any] | None = None,
    with_metadata: bool = False,
    only_with_metadata: bool = False,
    max_tree_size: int | None = None,
    url_blacklist: Collection[str] | None = None,
    author_blacklist: Collection[str] | None = None,
    settingsfile: str | None = None,
    prune_xpath: str | list[str] | None = None,
    config: ConfigParser | None = None,
    options: Any = None,
) -> str | None:
    """The text of a page in a format: `txt`, `markdown`, `json`, `csv`, `html`, `xml` or `xmltei`; `None` if there is none."""
    config = config_of(settingsfile, config)
    checked(max_tree_size, output_format, no_fallback)
    chosen = options or Extractor(
        config=config,
        output_format=output_format,
        precision=favor_precision,
        recall=favor_recall,
        comments=include_comments,
        formatting=include_formatting,
        links=include_links,
        images=include_images,
        tables=include_tables,
        dedup=deduplicate,
        lang=target_language,
        url=url,
        with_metadata=with_metadata,
        only_with_metadata=only_with_metadata,
        author_blacklist=author_blacklist,
        url_blacklist=url_blacklist,
        date_params=date_extraction_params,
    )
    return written(filecontent, Extractor.of(chosen), record_id, prune_xpath)[0]


def bare_extraction(
    filecontent: Any,
    url: str | None = None,
    fast: bool = False,
    no_fallback: bool = False,
    favor_precision: bool = False,
    favor_recall: bool = False,
    include_comments: bool = True,
    output_format: str = "python",
    target_language: str | None = None,
    include_tables: bool = True,
    include_images: bool = False,
    include_formatting: bool | None = None,
    include_links: bool = False,
    deduplicate: Any = False,
    date_extraction_params: Mapping[str, Any] | None = None,
    with_metadata: bool = False,
    only_with_metadata: bool = False,
    max_tree_size: int | None = None,
    url_blacklist: Collection[str] | None = None,
    author_blacklist: Collection[str] | None = None,
    as_dict: bool = False,
    prune_xpath: str | list[str] | None = None,
    config: ConfigParser | None = None,
    options: Any = None,
) -> Any:
    """The text and metadata of a page as a `Document`, or with `as_dict` as a dictionary; `None` if there is no text. It has metadata in any case.

    `body` and `commentsbody` are elements of lxml if that is installed, else of `xml.etree`.
    """
    checked(max_tree_size, no_fallback=no_fallback, as_dict=as_dict)
    chosen = options or Extractor(
        config=config,
        output_format=output_format,
        precision=favor_precision,
        recall=favor_recall,
        comments=include_comments,
        formatting=include_formatting,
        links=include_links,
        images=include_images,
        tables=include_tables,
        dedup=deduplicate,
        lang=target_language,
        url=url,
        only_with_metadata=only_with_metadata,
        author_blacklist=author_blacklist,
        url_blacklist=url_blacklist,
        date_params=date_extraction_params,
    )
    story = story_of(filecontent, Extractor.of(chosen), prune_xpath)
    if story is None:
        return None
    document = story.document
    document.body, document.commentsbody = (with_lxml(element) for element in (story.body, story.comments))
    return document.as_dict() if as_dict else document


def extract_with_metadata(
    filecontent: Any,
    url: str | None = None,
    record_id: str | None = None,
    fast: bool = False,
    favor_precision: bool = False,
    favor_recall: bool = False,
    include_comments: bool = True,
    output_format: str = "txt",
    tei_validation: bool = False,
    target_language: str | None = None,
    include_tables: bool = True,
    include_images: bool = False,
    include_formatting: bool | None = None,
    include_links: bool = False,
    deduplicate: Any = False,
    date_extraction_params: Mapping[str, Any] | None = None,
    url_blacklist: Collection[str] | None = None,
    author_blacklist: Collection[str] | None = None,
    settingsfile: str | None = None,
    prune_xpath: str | list[str] | None = None,
    config: ConfigParser | None = None,
    options: Any = None,
) -> Document | None:
    """The metadata of a page as a `Document` whose `text` is what `extract` gives in that format; `None` if there is none."""
    config = config_of(settingsfile, config)
    checked(None, output_format)
    chosen = options or Extractor(
        config=config,
        output_format=output_format,
        precision=favor_precision,
        recall=favor_recall,
        comments=include_comments,
        formatting=include_formatting,
        links=include_links,
        images=include_images,
        tables=include_tables,
        dedup=deduplicate,
        lang=target_language,
        url=url,
        with_metadata=True,
        author_blacklist=author_blacklist,
        url_blacklist=url_blacklist,
        date_params=date_extraction_params,
    )
    content, document = written(filecontent, Extractor.of(chosen), record_id, prune_xpath)
    if document is not None:
        document.text = content
    return document


def extract_metadata(
    filecontent: Any,
    default_url: str | None = None,
    date_config: Mapping[str, Any] | None = None,
    extensive: bool = True,
    author_blacklist: Collection[str] | None = None,
) -> Document:
    """The metadata of a page; empty if the page cannot be read."""
    if filecontent is None:
        raise TypeError("there is no page: it is None")
    page = page_of(filecontent)
    article = None if page is None else article_of(page, Extractor(url=default_url, comments=False))
    return Document() if article is None else document_of(article, default_url, date_config, author_blacklist)


def checked(max_tree_size: int | None, output_format: str = "txt", no_fallback: bool = False, as_dict: bool = False) -> None:
    """Refuses what trafilatura refuses, and warns of what it will refuse."""
    for name, is_set, instead in (("no_fallback", no_fallback, "fast"), ("as_dict", as_dict, "the method as_dict")):
        if is_set:
            warnings.warn(f"{name} will be removed from trafilatura: use {instead}", DeprecationWarning, stacklevel=3)
    if max_tree_size is not None:
        raise ValueError("max_tree_size is no longer an argument; gleaner has limits of its own")
    if output_format == "python":
        raise ValueError("the format python is that of bare_extraction")


def article_of(page: bytes | str, options: Extractor) -> Article | None:
    """The article of a page, with what is needed for its format; `None` if the page cannot be read."""
    if options.dedup:
        warnings.warn("deduplicate has no effect: see `gleaner clean` and `gleaner.containment`", stacklevel=4)
    try:
        return gleaner_extract(
            page,
            options.url,
            format="tei" if options.output_format == "xmltei" else "xml",
            precision=options.precision and not options.recall,
            recall=options.recall,
            links=options.links,
            images=options.images,
            comments=options.comments,
        )
    except ExtractionError as error:
        LOGGER.warning("%s: %s", options.url or "a page", error)
        return None


def story_of(filecontent: Any, options: Extractor, prune_xpath: str | list[str] | None) -> Story | None:
    """A page's document with its text; `None` if there is none, or if the options leave it out."""
    page = page_of(filecontent)
    if page is None or not page or len(page) > options.number("MAX_FILE_SIZE", 20_000_000):
        LOGGER.warning("%s: nothing to read, or more than MAX_FILE_SIZE", options.url or "a page")
        return None
    article = article_of(pruned(page, prune_xpath) if prune_xpath else page, options)
    if article is None:
        return None
    document = document_of(article, options.url, options.date_params, options.author_blacklist)
    comments = "\n".join(comment.text for comment in article.comments or ())
    if is_left_out(document, options) or len(article.text) + len(comments) < options.number("MIN_OUTPUT_SIZE", 1):
        return None
    root = ElementTree.fromstring(article.content)
    leave_out(root, options)
    main, below = root.find("main"), root.find("comments")
    body = Element("body") if main is None else main
    body.tag = "body"
    gap = "\n\n" if options.formatting else "\n"
    document.raw_text = article.text
    document.text = article.text if main is None else text_of(body, bool(options.formatting))
    document.comments = gap.join(line for line in comments.split("\n") if line) if options.comments else None
    return Story(document, root, body, below)


def is_left_out(document: Document, options: Extractor) -> bool:
    """Whether a page has another language than that asked for, a URL that is not wanted, or too little metadata."""
    if options.lang and document.language and document.language != options.lang:
        return True
    if options.url_blacklist and {document.url, (document.url or "").rstrip("/")}.intersection(options.url_blacklist):
        return True
    return options.only_with_metadata and not (document.title and document.date and document.url)


def written(
    filecontent: Any, options: Extractor, record_id: str | None, prune_xpath: str | list[str] | None
) -> tuple[str | None, Document | None]:
    """A page in the format of the options, with its document."""
    story = story_of(filecontent, options, prune_xpath)
    if story is None:
        return None, None
    document, body, comments, form = story.document, story.body, story.comments, options.output_format
    document.id = record_id
    if options.with_metadata or form in {"csv", "xml", "xmltei"}:
        document.fingerprint = simhash(document.raw_text or "")
    with_metadata = options.with_metadata or options.only_with_metadata
    if form == "xmltei":
        return formats.to_tei(document, story.root), document
    if form == "xml":
        return formats.to_xml(document, body, comments, with_metadata), document
    if form == "html":
        return formats.to_html(document, body, comments, with_metadata), document
    if form == "csv":
        return formats.to_csv(document), document
    if form == "json":
        return formats.to_json(document, with_metadata), document
    return formats.text(document, with_metadata, bool(options.formatting)), document


def with_lxml(element: Element | None) -> Any:
    """An element as one of lxml, if that is installed."""
    if element is None:
        return None
    try:
        etree = import_module("lxml.etree")
    except ImportError:
        return element
    return etree.fromstring(ElementTree.tostring(element))
