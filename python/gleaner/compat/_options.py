"""What trafilatura's functions take, and what gleaner makes of it."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Collection, Mapping
from configparser import ConfigParser
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

FORMATS = frozenset({"csv", "html", "json", "markdown", "python", "txt", "xml", "xmltei"})

MAX_BYTES = 20 * 1024 * 1024
"""What gleaner reads of a page; what is decompressed stops just behind it."""


def config_of(settingsfile: str | None, config: ConfigParser | None) -> ConfigParser | None:
    """The settings of a file, which is an error if it is not there, else those that were passed."""
    if settingsfile is None:
        return config
    read = ConfigParser()
    with Path(settingsfile).open(encoding="utf-8") as file:
        read.read_file(file)
    return read


@dataclass
class Extractor:
    """The options of an extraction, by the names that trafilatura's class of this name takes.

    >>> Extractor(output_format="markdown").formatting
    True
    """

    config: ConfigParser | None = None
    output_format: str = "txt"
    fast: bool = False
    precision: bool = False
    recall: bool = False
    comments: bool = True
    formatting: bool | None = None
    links: bool = False
    images: bool = False
    tables: bool = True
    dedup: Any = False
    lang: str | None = None
    url: str | None = None
    source: str | None = None
    with_metadata: bool = False
    only_with_metadata: bool = False
    tei_validation: bool = False
    author_blacklist: Collection[str] | None = None
    url_blacklist: Collection[str] | None = None
    date_params: Mapping[str, Any] | None = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.output_format not in FORMATS:
            raise AttributeError(f"output_format is one of {', '.join(sorted(FORMATS))}, not {self.output_format!r}")
        if self.formatting is None:
            self.formatting = self.output_format == "markdown"

    @classmethod
    def of(cls, options: Any) -> Extractor:
        """Options of this class, or of trafilatura's own."""
        if isinstance(options, cls):
            return options
        same = "config fast comments formatting links images tables dedup lang url source with_metadata only_with_metadata"
        known = {name: getattr(options, name) for name in same.split()}
        others = {name: getattr(options, name) for name in ("tei_validation", "author_blacklist", "url_blacklist", "date_params")}
        focus = {name: options.focus == name for name in ("precision", "recall")}
        return cls(output_format=options.format, **known, **others, **focus)

    def number(self, name: str, default: int) -> int:
        """A number of the configuration."""
        return default if self.config is None else self.config.getint("DEFAULT", name, fallback=default)


def page_of(filecontent: Any) -> bytes | str | None:
    """The page in what was passed: bytes, compressed or not, a text, a response, or an element of lxml; `None` if there is none."""
    data = getattr(filecontent, "data", None)
    if isinstance(data, bytes):
        filecontent = data
    if isinstance(filecontent, (bytes, bytearray)):
        return decompressed(bytes(filecontent))
    if isinstance(filecontent, str):
        return filecontent
    if type(filecontent).__module__.partition(".")[0] == "lxml":
        etree = import_module("lxml.etree")
        return str(etree.tostring(filecontent, encoding="unicode", method="html"))
    return None


def decompressed(data: bytes) -> bytes:
    """What is compressed by gzip or zlib, decompressed; anything else as it is."""
    try:
        if data[:2] == b"\x1f\x8b":
            return gzip.GzipFile(fileobj=io.BytesIO(data)).read(MAX_BYTES + 1)
        if data[:1] == b"\x78" and len(data) > 1 and int.from_bytes(data[:2], "big") % 31 == 0:
            return zlib.decompressobj().decompress(data, MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        pass
    return data


def pruned(page: bytes | str, prune_xpath: str | list[str]) -> bytes | str:
    """A page without the elements that XPath expressions name."""
    try:
        etree, html = import_module("lxml.etree"), import_module("lxml.html")
    except ImportError as error:
        raise ImportError("prune_xpath needs lxml: pip install lxml") from error
    tree = html.fromstring(page)
    for expression in [prune_xpath] if isinstance(prune_xpath, str) else prune_xpath:
        for element in tree.xpath(expression):
            if element.getparent() is not None:
                element.drop_tree()
    return str(etree.tostring(tree, encoding="unicode", method="html"))
