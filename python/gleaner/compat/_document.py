"""The document that trafilatura's functions give, with gleaner's metadata."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from .. import Article, fingerprint


@dataclass
class Document:
    """A page's metadata and text. Fields that gleaner does not know are `None`.

    >>> Document(title="Mill burns down").as_dict()["title"]
    'Mill burns down'
    """

    title: str | None = None
    author: str | None = None
    url: str | None = None
    hostname: str | None = None
    description: str | None = None
    sitename: str | None = None
    date: str | None = None
    categories: list[str] | None = None
    tags: list[str] | None = None
    fingerprint: str | None = None
    id: str | None = None
    license: str | None = None
    body: Any = None
    comments: str | None = None
    commentsbody: Any = None
    raw_text: str | None = None
    text: str | None = None
    language: str | None = None
    image: str | None = None
    pagetype: str | None = None
    filedate: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The fields as a dictionary."""
        return {name.name: getattr(self, name.name) for name in fields(self)}


def document_of(
    article: Article, url: str | None, date_params: Mapping[str, Any] | None, author_blacklist: Collection[str] | None
) -> Document:
    """The metadata of an article. Its URL is the one that the page declares, else the one that was passed."""
    url = article.canonical_url or url or article.url
    barred = {author.casefold() for author in author_blacklist or ()}
    authors = [author for author in article.authors if author.casefold() not in barred]
    return Document(
        title=article.title,
        author="; ".join(authors) or None,
        url=url,
        hostname=hostname(url),
        description=article.description,
        sitename=article.site,
        date=day_of(article, date_params or {}),
        categories=[article.section] if article.section else [],
        tags=list(article.tags),
        license=article.licence,
        language=article.language,
        image=article.image,
        filedate=date.today().isoformat(),
    )


def hostname(url: str | None) -> str | None:
    """The host of a URL, without `www`."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host[4:] if host and host.startswith("www.") else host


def day_of(article: Article, params: Mapping[str, Any]) -> str | None:
    """The day of publication, or with `original_date=False` that of the last change, within the limits and in the format of the parameters."""
    day = article.date if params.get("original_date", True) else article.modified or article.date
    if day is None:
        return None
    earliest, latest = (limit(params.get(name)) for name in ("min_date", "max_date"))
    if (earliest and day < earliest) or (latest and day > latest):
        return None
    form = params.get("outputformat")
    return date.fromisoformat(day).strftime(form) if form else day


def limit(value: Any) -> str | None:
    """A limit of dates as `YYYY-MM-DD`."""
    return value.date().isoformat() if isinstance(value, datetime) else str(value)[:10] if value else None


def simhash(text: str) -> str:
    """A simhash of 64 bits (Charikar 2002) over the hashes of the text's passages, as hexadecimal digits: those of similar texts differ in few bits.

    >>> simhash("")
    '0000000000000000'
    """
    hashes = fingerprint(text)
    # The passages are those with the smallest hashes, so that these have to be spread over all bits again.
    bits = "".join(format(number * 0x9E3779B97F4A7C15 % 2**64, "064b") for number in hashes)
    common = (bits[place::64].count("1") * 2 > len(hashes) for place in range(64))
    return format(int("".join("1" if bit else "0" for bit in common), 2), "016x")
