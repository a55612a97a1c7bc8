#!/usr/bin/env python3
"""A large set of pages made of labelled ones, to measure jobs of many documents: `many_pages.py --count 200000 OUT MANIFEST…`.

The pages that are used are those of the manifests up to --max-bytes whose labelled text is found in their markup (nine words of ten). Documents are made in tens, in turn of each page,
and spread over the files. Everything else of a page stays, so that a site's lines repeat. Of ten variants of a page,

- seven (0 to 6) are stories of their own: each word of the labelled text gives way to one drawn from the same text, so that length, punctuation and language stay
  and next to no passage is left (variant 0 of all is the page itself);
- one (7) is a copy of variant 0 of the ten under another host;
- one (8) is variant 0 of the ten with one word in twenty changed;
- one (9) is variant 1 of the ten without the second half of its text, as a preview.

In characters of Han, kana, Hangul and Thai, each is a word. Where a page names its URL, it names that of the variant. Titles and other metadata stay. --one-site
gives a share of all documents to one host. The same arguments give the same documents. Columns of the Parquet files: `id`, `url`, `html`, and `of`, the id of the
document that this one is a copy of. WARC files have one `response` per document (needs warcio).
"""

import argparse
import concurrent.futures
import functools
import html
import io
import json
import pathlib
import random
import re
import uuid
from urllib.parse import urlsplit

GROUP = 10
# Documents of a group are this far apart, modulo the number of documents: a prime.
SPREAD = 1_000_003
# Positions in a group: of which other one a copy is made, and how.
COPIES = {7: (0, "copy"), 8: (0, "edit"), 9: (1, "cut")}
CHANGED = 0.05
FOUND = 0.9
ROWS = 500

MARKUP = re.compile(r"(<!--.*?-->|<(script|style|svg|noscript)\b.*?</\2\s*>|<[^>]*>)", re.S | re.I)
WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\W\d_]+")
CHARSET = re.compile(rb"""charset=["']?([\w-]+)""", re.I)
CANONICAL = re.compile(r"""<link[^>]*rel=["']?canonical[^>]*href=["']([^"']+)|<link[^>]*href=["']([^"']+)["'][^>]*rel=["']?canonical""", re.I)


class Page:
    """A page as pieces, of which some are text of the story."""

    def __init__(self, number, entry, markup):
        self.number, self.url = number, entry["url"]
        story = " ".join(entry["gold"]["text"].split())
        self.labelled = len(WORD.findall(story))
        self.pieces, self.story = [], []
        at = 0
        for tag in MARKUP.finditer(markup):
            self._add(markup[at : tag.start()], story)
            self.pieces.append(tag.group())
            at = tag.end()
        self._add(markup[at:], story)
        self.words = [word for piece in self.story for word in WORD.findall(html.unescape(self.pieces[piece]))]
        canonical = CANONICAL.search(markup)
        declared = html.unescape(canonical.group(1) or canonical.group(2)) if canonical else self.url
        # Longer ones first, so that none is replaced within another; a bare host is in every link.
        self.urls = sorted({url for url in (self.url, declared) if urlsplit(url).path.strip("/")}, key=lambda url: (-len(url), url))

    def _add(self, text, story):
        plain = " ".join(html.unescape(text).split())
        if len(WORD.findall(plain)) >= 3 and plain in story:
            self.story.append(len(self.pieces))
        self.pieces.append(text)

    def drawn(self, seed, share, pieces):
        """The pieces with a share of the words of the story replaced."""
        rng = random.Random(seed)

        def other(match):
            if rng.random() >= share:
                return match.group()
            word = self.words[int(rng.random() * len(self.words))]
            return word.capitalize() if match.group()[0].isupper() else word.lower()

        pieces = list(pieces)
        for piece in self.story:
            pieces[piece] = html.escape(WORD.sub(other, html.unescape(pieces[piece])), quote=False)
        return pieces

    def story_of(self, variant):
        """The pieces of a variant that is a story of its own."""
        return self.drawn(f"story {self.number} {variant}", 1, self.pieces) if variant else self.pieces

    def document(self, variant, hosts, one_site):
        """A variant: id, url, html, and the id of what it is a copy of."""
        group, position = variant - variant % GROUP, variant % GROUP
        base, how = COPIES.get(position, (position, "own"))
        pieces = self.story_of(group + base)
        if how == "edit":
            pieces = self.drawn(f"edit {self.number} {variant}", CHANGED, pieces)
        elif how == "cut":
            pieces = list(pieces)
            for piece in self.story[len(self.story) // 2 :]:
                pieces[piece] = ""
        name = f"{self.number}-{variant}"
        rng = random.Random(f"host {name}")
        host = rng.choice(hosts) if how == "copy" else urlsplit(self.url).netloc
        if rng.random() < one_site:
            host = "large.example"
        url = f"https://{host}/{self.number}/{variant}{urlsplit(self.url).path}"
        markup = "".join(pieces)
        for old in self.urls:
            markup = markup.replace(old, url)
        return {"id": name, "url": url, "html": markup, "of": None if how == "own" else f"{self.number}-{group + base}"}


def decoded(page):
    """A page's text; `None` if it is not in the charset that it names."""
    for charset in ["utf-8", *(match.decode() for match in CHARSET.findall(page[:4096])[:1])]:
        try:
            return page.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return None


@functools.cache
def loaded(manifests, max_bytes):
    pages = []
    for manifest in map(pathlib.Path, manifests):
        for line in manifest.open(encoding="utf-8"):
            entry = json.loads(line)
            file = manifest.parent / entry["file"]
            gold = entry.get("gold") or {}
            if not entry.get("url") or not gold.get("text") or file.stat().st_size > max_bytes:
                continue
            markup = decoded(file.read_bytes())
            page = markup and Page(len(pages), entry, markup)
            if page and len(page.words) >= max(50, FOUND * page.labelled):
                pages.append(page)
    return pages


def write_parquet(path, documents):
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, pa.string()) for name in ("id", "url", "html", "of")])
    with pq.ParquetWriter(path.with_suffix(".parquet"), schema, compression="zstd") as writer:
        rows = []
        for document in documents:
            rows.append(document)
            if len(rows) == ROWS:
                writer.write_table(pa.Table.from_pylist(rows, schema))
                rows = []
        writer.write_table(pa.Table.from_pylist(rows, schema))


def write_warc(path, documents):
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
    with path.with_suffix(".warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for document in documents:
            named = {"WARC-Date": "2025-06-01T00:00:00Z", "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, document['url'])}>"}
            payload = io.BytesIO(document["html"].encode())
            writer.write_record(writer.create_warc_record(document["url"], "response", payload, http_headers=headers, warc_headers_dict=named))


def write_part(given, part):
    """Writes one file; how many bytes of HTML are in it."""
    pages = loaded(tuple(given.manifests), given.max_bytes)
    hosts = sorted({urlsplit(page.url).netloc for page in pages})
    size = 0

    def documents():
        nonlocal size
        for number in range(part * given.count // given.parts, (part + 1) * given.count // given.parts):
            group, position = divmod(number * SPREAD % given.count, GROUP)
            document = pages[group % len(pages)].document(group // len(pages) * GROUP + position, hosts, given.one_site)
            size += len(document["html"].encode())
            yield document

    write = write_warc if given.warc else write_parquet
    write(pathlib.Path(given.out) / f"pages-{part:05}", documents())
    return len(pages), size


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("out")
    arguments.add_argument("manifests", nargs="+")
    arguments.add_argument("--count", type=int, default=200_000, help="documents")
    arguments.add_argument("--parts", type=int, default=20, help="files")
    arguments.add_argument("--jobs", type=int, default=1, help="files that are written at once")
    arguments.add_argument("--max-bytes", type=int, default=150_000, help="pages with more are left out")
    arguments.add_argument("--one-site", type=float, default=0.0, help="share of the documents that one host gets")
    arguments.add_argument("--warc", action="store_true", help="WARC files instead of Parquet")
    given = arguments.parse_args()
    pathlib.Path(given.out).mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ProcessPoolExecutor(given.jobs) as pool:
        parts = list(pool.map(write_part, [given] * given.parts, range(given.parts)))
    print(f"{given.count} documents made of {parts[0][0]} pages, {sum(size for _, size in parts) / 1e9:.1f} GB of HTML")


if __name__ == "__main__":
    main()
