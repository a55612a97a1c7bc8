"""One page, many pages, and functions of texts."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import gleaner
import pytest

from .pages import STORY, URL, dump, page, rich_page


def test_an_article_has_its_text_and_metadata() -> None:
    article = gleaner.extract(page().encode(), URL)
    assert article.text == "\n\n".join(STORY)
    assert article.title == "Mill burns down"
    assert article.authors == ("Ada Field",)
    assert article.date == "2024-05-06"
    assert article.language == "en"
    assert article.url == URL
    assert article.completeness == "complete"
    assert 0 < article.confidence <= 1
    assert article.words == len(" ".join(STORY).split())
    assert article.error is None
    assert str(article) == article.content == article.text
    assert repr(article) == f"<Article 'Mill burns down' complete, {article.words} words>"


@pytest.mark.parametrize("convert", [str, str.encode, lambda text: bytearray(text.encode())])
def test_a_page_may_be_bytes_or_text(convert: object) -> None:
    assert callable(convert)
    assert gleaner.extract(convert(page())).text == "\n\n".join(STORY)


def test_the_content_type_gives_the_charset() -> None:
    text = page(paragraphs=tuple("Старая мельница у реки сгорела в ночь на понедельник, сообщили пожарные. " * 2 for _ in range(3)))
    article = gleaner.extract(text.encode("cp1251"), content_type="text/html; charset=windows-1251")
    assert article.text.startswith("Старая мельница")


def test_formats() -> None:
    contents = {name: gleaner.extract(page(), URL, format=name).content for name in ("markdown", "html", "tei", "xml", "json")}
    assert contents["markdown"].startswith("# Mill burns down\n")
    assert "<html" in contents["html"] and "<TEI" in contents["tei"] and "<doc" in contents["xml"]
    assert json.loads(contents["json"])["title"] == "Mill burns down"
    assert gleaner.extract(page(), URL, format="markdown").text == "\n\n".join(STORY)


def test_what_was_removed_is_explained() -> None:
    article = gleaner.extract(page(), URL, explain=True)
    removals = article.removals
    assert removals is not None
    newsletter = next(removal for removal in removals if "newsletter" in removal.text)
    assert newsletter.category == "newsletter" and newsletter.rule and newsletter.why
    assert 0 <= newsletter.score <= 1
    assert gleaner.extract(page(), URL).removals is None


def test_links_images_and_comments() -> None:
    article = gleaner.extract(rich_page(), URL, links=True, images=True, comments=True)
    assert article.links is not None and article.images is not None and article.comments is not None
    assert [(link.url, link.text, link.paragraph) for link in article.links] == [("https://news.example/brigade", "fire brigade", 0)]
    assert [(image.url, image.alt, image.paragraph) for image in article.images] == [("https://news.example/mill.jpg", "The mill", 1)]
    (comment,) = article.comments
    assert (comment.author, comment.date, comment.text) == ("Bob", None, "This is a great loss to the town and to all of us here.")
    assert [repr(part).partition(" ")[0] for part in (article.links[0], article.images[0], comment)] == ["<Link", "<Image", "<Comment"]
    assert article.content == f"{article.text}\n\nComments\n\nBob:\n{comment.text}"
    fields = article.to_dict()
    assert (len(fields["links"]), len(fields["images"]), len(fields["comments"])) == (1, 1, 1)
    plain = gleaner.extract(rich_page(), URL)
    assert plain.text == article.text == plain.content
    assert (plain.links, plain.images, plain.comments) == (None, None, None)
    assert "links" not in plain.to_dict()
    assert gleaner.extract(page(), URL, comments=True).comments == ()


@pytest.mark.parametrize("name", ["markdown", "html", "tei", "xml", "json"])
def test_formats_have_what_is_included(name: Any) -> None:
    (content,) = (article.content for article in gleaner.extract_many([(rich_page(), URL)], format=name, images=True, comments=True))
    assert "https://news.example/mill.jpg" in content and "a great loss to the town" in content
    plain = gleaner.extract(rich_page(), URL, format=name).content
    assert "mill.jpg" not in plain and "a great loss" not in plain


def test_a_dictionary_has_what_the_program_writes() -> None:
    article = gleaner.extract(page(), URL, explain=True)
    fields = article.to_dict()
    assert fields["text"] == article.text and fields["authors"] == ["Ada Field"] and fields["removals"]
    assert {**json.loads(article.to_json())} == {**fields, "id": None, "ms": 0.0}


def test_articles_cannot_be_changed() -> None:
    article = gleaner.extract(page())
    with pytest.raises(AttributeError):
        article.text = "other"  # type: ignore[misc]


@pytest.mark.parametrize("page", [b"", b'{"a": 1}', b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"])
def test_what_is_no_page_is_an_error_with_a_hint(page: bytes) -> None:
    with pytest.raises(gleaner.ExtractionError, match="failed to .*; "):
        gleaner.extract(page)


def test_wrong_arguments_are_explained() -> None:
    with pytest.raises(TypeError, match="bytes or str, not int"):
        gleaner.extract(3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="format is one of text, markdown"):
        gleaner.extract(page(), format="pdf")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="both"):
        gleaner.extract(page(), precision=True, recall=True)


def test_no_date_is_later_than_the_time_of_fetching() -> None:
    dates = {gleaner.extract(page(), fetched_at=at).date for at in (datetime(2023, 3, 4, 12, tzinfo=timezone.utc), 1677931200)}
    assert dates == {None}


def test_own_rules_act(tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    rules_file = tmp_path / "sites" / "news.example.toml"
    rules_file.write_text(
        '[[drop]]\nid = "council"\nwhy = "A test."\ncategory = "advertising"\nmatch = "starts"\nphrases = ["the council wanted"]\n'
    )
    rules = gleaner.rules(tmp_path)
    assert gleaner.extract(page(), URL, rules=rules).text == "\n\n".join(STORY[:2])
    assert gleaner.extract(page(), URL).text == "\n\n".join(STORY)
    with pytest.raises(ValueError, match="line 1"):
        gleaner.Rules([("paywall.toml", "nonsense")])


def test_a_dump_becomes_clean_text() -> None:
    assert gleaner.clean_text(dump()) == "\n\n".join(STORY)


def test_many_pages_come_in_order() -> None:
    pages = [page(f"Story {number}") for number in range(40)]
    titles = [article.title for article in gleaner.extract_many(pages, threads=3)]
    assert titles == [f"Story {number}" for number in range(40)]


def test_pages_of_many_kinds() -> None:
    pages: list[Any] = [page(), page().encode(), (page(), URL), {"html": page(), "url": URL}, {"text": dump(), "url": None}]
    urls = [article.url for article in gleaner.extract_many(pages)]
    assert urls == [None, None, URL, URL, None]


def test_a_bad_page_does_not_end_the_others() -> None:
    found = list(gleaner.extract_many([page(), b"", page()]))
    assert [bool(article.text) for article in found] == [True, False, True]
    assert found[1].error is not None and found[1].error.startswith("failed to ")
    assert found[1].completeness == "empty"


def test_pages_are_read_only_as_far_as_needed() -> None:
    taken = 0

    def pages() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield page()

    articles = gleaner.extract_many(pages(), threads=2)
    for _ in range(5):
        next(articles)
    assert taken <= 5 + 2 * 4


def test_an_error_of_the_source_is_passed_on() -> None:
    def pages() -> Iterator[str]:
        yield page()
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="disk"):
        list(gleaner.extract_many(pages()))
    with pytest.raises(TypeError, match="bytes or str"):
        list(gleaner.extract_many([3]))  # type: ignore[list-item]
    with pytest.raises(ValueError, match="threads"):
        gleaner.extract_many([], threads=0)


def test_other_threads_run_meanwhile() -> None:
    ticks = 0
    done = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.wait(0.001):
            ticks += 1

    ticking = threading.Thread(target=tick)
    ticking.start()
    long = page(paragraphs=STORY * 400)
    for _ in range(3):
        gleaner.extract(long)
    list(gleaner.extract_many([long] * 8, threads=2))
    done.set()
    ticking.join()
    assert ticks > 0


def test_texts_that_share_passages() -> None:
    one, other = "\n".join(STORY), "\n".join([*STORY, *(f"Sentence number {n} is in this text alone." for n in range(9))])
    overlap = gleaner.containment(one, other)
    assert overlap.here == 1 and overlap.there < 0.8 and overlap.shared > 20
    assert set(gleaner.fingerprint(one)) & set(gleaner.fingerprint(other))
