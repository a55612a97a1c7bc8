"""Small crawls that the tests make up: archives of sites with boilerplate, wire stories in several papers, previews, copies and pages that are none."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

SUBJECTS = "mill bridge library harbour school theatre market orchard station museum chapel ferry dam quarry brewery windmill".split()
PLACES = "Holm Varde Ask Lund Torp Berg Vik Nes Sund Haga Dalen Ekeby Norby Skara Eide Moss Tranby Lillehammer".split()
VERBS = "closes opens floods burns grows moves shrinks reopens expands collapses".split()
PEOPLE = "engineers farmers pupils sailors bakers teachers miners painters nurses drivers gardeners carpenters weavers".split()
THINGS = "stones beams boats tools windows records letters ropes barrels lamps paintings seeds maps bricks wheels bells".split()
DEEDS = "counted carried repaired painted sorted buried measured restored cleaned weighed bought sold stored burnt moved lent".split()
TIMES = "at dawn;after the flood;before the winter;in the spring;on Monday;during the fair;last week;this autumn;at noon".split(";")

NOTICE = (
    "This report was supplied by the Northern Wire, an agency owned by its members. It may be printed by subscribers only, in whole or in part, with the "
    "name of the agency at its head; any other use needs permission in writing, which the desk in Torp gives between eight and ten on weekdays."
)


@dataclass(frozen=True)
class Page:
    """A page and when it was fetched."""

    url: str
    html: str
    fetched: str
    status: int = 200


def sentence(random: random.Random) -> str:
    pick = random.choice
    return (
        f"{random.randrange(2, 9000)} {pick(PEOPLE)} from {pick(PLACES)} {pick(DEEDS)} the {pick(THINGS)} of the {pick(SUBJECTS)} near {pick(PLACES)} "
        f"{pick(TIMES)}, and {pick(PEOPLE)} {pick(DEEDS)} {random.randrange(2, 900)} {pick(THINGS)} with {pick(PEOPLE)} of the {pick(SUBJECTS)}."
    )


def story(seed: int, paragraphs: int = 6) -> list[str]:
    """Paragraphs that no other seed has."""
    of = random.Random(seed)
    return [" ".join(sentence(of) for _ in range(3)) for _ in range(paragraphs)]


def html(site: str, title: str, day: str, paragraphs: Iterable[str], head: str = "") -> str:
    """A page with a menu, a line that the site has under each story, and a footer."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title><meta property='og:site_name' content='The {site}'>{head}"
        f"<meta property='article:published_time' content='{day}T08:00:00Z'></head><body>"
        "<nav><ul><li><a href='/'>Home</a></li><li><a href='/sport'>Sport</a></li></ul></nav>"
        f"<article><h1>{title}</h1>{text}<p>Readers of the {site} paper who saw any of this are asked to write to the desk of the {site} paper.</p></article>"
        f"<footer><p>© 2024 The {site}. All rights reserved.</p></footer></body></html>"
    )


def title(seed: int) -> str:
    of = random.Random(seed)
    return f"{of.choice(SUBJECTS).title()} of {of.choice(PLACES)} {of.choice(VERBS)} {of.choice(TIMES)}"


def pages(stories: int = 60, sites: int = 4) -> Iterator[Page]:
    """The pages of a crawl. Half of all stories are on the first site."""
    for number in range(stories):
        site = f"paper{0 if number % 2 else number // 2 % sites}"
        day = f"2024-{4 + number % 3:02}-{1 + number % 27:02}"
        fetched = f"2024-07-{1 + number % 27:02}T10:00:{number % 60:02}Z"
        text = story(number, 4 + number % 5)
        url = f"https://www.{site}.example/2024/story-{number}"
        if number % 5 == 0:
            text = [*text, NOTICE]
        yield Page(url, html(site, title(number), day, text), fetched)
        if number % 6 == 0:  # A wire story that another paper has changed.
            other = f"https://other{number % 3}.example/wire/{number}"
            changed = [*text[:-1], " ".join(sentence(random.Random(1000 + number)) for _ in range(2))]
            yield Page(other, html(f"other{number % 3}", title(number), day, changed), fetched)
        if number % 10 == 1:  # A copy, and a preview.
            yield Page(f"https://copies.example/{number}", html("copies", title(number), day, text), fetched)
            yield Page(f"https://previews.example/{number}", html("previews", title(number), day, text[:1]), fetched)
        if number % 15 == 2:  # The same page again, later and with a correction; and under an address that declares the first.
            again = fetched.replace("2024-07", "2024-08")
            corrected = html(site, title(number), day, [*text, f"This story was corrected: {sentence(random.Random(2000 + number))}"])
            yield Page(url, corrected, again)
            mobile = html(site, title(number), day, text, f"<link rel='canonical' href='{url}'>")
            yield Page(f"https://m.{site}.example/s/{number}", mobile, again)
    yield Page("https://www.paper0.example/", html("paper0", "Front", "2024-05-01", []), "2024-07-01T10:00:00Z")
    yield Page("https://www.paper0.example/gone", "<p>Not found</p>", "2024-07-01T10:00:00Z", 404)


def of_datasets(folder: Path, count: int) -> Iterator[Page]:
    """As many pages made of those of datasets: half of them on one site, a tenth with some of their paragraphs again elsewhere."""
    of = random.Random(18)
    found: list[tuple[str, str]] = []
    for manifest in sorted(folder.glob("*/manifest.jsonl")):
        for line in manifest.read_text(encoding="utf-8").split("\n")[:-1]:
            entry = json.loads(line)
            if entry["file"].endswith(".html") and entry.get("url"):
                found.append((entry["url"], (manifest.parent / entry["file"]).read_bytes().decode("utf-8", "replace")))
    for number in range(count):
        url, text = found[number % len(found)]
        host = "https://large.example" if number % 2 else "https://" + url.split("/")[2].lower()
        fetched = f"2025-{1 + number % 12:02}-{1 + number % 28:02}T10:00:{number % 60:02}Z"
        parts = re.split(r"(?=<p[ >])", text)
        if number >= len(found) or number % 10 == 0:
            parts = [part for part in parts if of.random() < 0.8]
        if number % 2:
            parts.insert(len(parts) // 2, "<p>Readers of the large paper find more on this subject in its edition of Sunday, at all stands.</p>")
        yield Page(f"{host}/{number}/{url.split('/')[-1][:40].encode('ascii', 'ignore').decode().replace(' ', '')}", "".join(parts), fetched)


def record(page: Page) -> bytes:
    reason = "OK" if page.status == 200 else "Not Found"
    response = f"HTTP/1.1 {page.status} {reason}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page.html}".encode()
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {page.url}\r\nWARC-Date: {page.fetched}\r\nContent-Type: application/http\r\n"
    return f"{head}Content-Length: {len(response)}\r\n\r\n".encode() + response + b"\r\n\r\n"


def write(folder: Path, pages: Iterable[Page], archives: int = 3) -> list[Path]:
    """Archives with these pages, each record a gzip member."""
    paths = [folder / f"crawl-{number}.warc.gz" for number in range(archives)]
    members = [gzip.compress(record(page), mtime=0) for page in pages]
    for number, path in enumerate(paths):
        share = -(-len(members) // archives)
        path.write_bytes(b"".join(members[number * share : (number + 1) * share]))
    return paths


def damage(path: Path, member: int) -> None:
    """Overwrites the middle of one gzip member."""
    data = path.read_bytes()
    starts = [at for at in range(len(data)) if data[at : at + 4] == b"\x1f\x8b\x08\x00"]
    middle = (starts[member] + starts[member + 1]) // 2
    path.write_bytes(data[:middle] + bytes(24) + data[middle + 24 :])
