"""trafilatura's functions as gleaner answers them: its arguments, its formats, and when there is nothing."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from configparser import ConfigParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from gleaner.compat.trafilatura import Document, Extractor, bare_extraction, extract, extract_metadata, extract_with_metadata

from .pages import STORY, URL, page, rich_page

COMMENT = "This is a great loss to the town and to all of us here."


def found(filecontent: Any = None, **arguments: Any) -> str:
    text = extract(rich_page() if filecontent is None else filecontent, url=URL, **arguments)
    assert text is not None
    return text


def test_text_has_a_line_for_each_paragraph() -> None:
    lines = found().split("\n")
    assert lines[0] == STORY[0] and lines[1] == "The loft" and lines[2] == STORY[1] and lines[-1] == COMMENT
    assert "- The library was to have two floors." in lines and "| 1990 | 200 tons of grain |" in lines
    assert COMMENT not in found(include_comments=False)
    assert "grain |" not in found(include_tables=False)
    assert "![The mill](https://news.example/mill.jpg)" in found(include_images=True)
    assert "[fire brigade](https://news.example/brigade)" in found(include_links=True)
    assert found(page()) == "\n".join(STORY)


def test_markdown() -> None:
    blocks = found(output_format="markdown").split("\n\n")
    assert blocks[0].startswith("The **old** mill") and blocks[1] == "## The loft" and blocks[-1] == COMMENT
    assert "> We wanted a library, and we still do, the mayor said on Monday." in blocks
    assert "| Year | Grain stored |\n|---|---|\n| 1990 | 200 tons of grain |" in blocks
    assert found(include_formatting=True) == found(output_format="markdown")
    assert "**" not in found(output_format="markdown", include_formatting=False)


def test_xml_and_html() -> None:
    document = ElementTree.fromstring(found(output_format="xml", with_metadata=True, record_id="7", include_links=True))
    assert document.tag == "doc" and document.get("title") == "Mill burns down" and document.get("id") == "7"
    assert document.get("hostname") == "news.example" and len(document.get("fingerprint") or "") == 16
    assert [element.tag for element in document] == ["main", "comments"]
    assert {element.tag for element in document.iter()} >= {"p", "head", "list", "item", "quote", "table", "row", "cell", "ref"}
    plain = ElementTree.fromstring(found(output_format="xml"))
    assert not {"ref", "hi", "graphic"} & {element.tag for element in plain.iter()} and plain.get("title") is None
    html = ElementTree.fromstring(found(output_format="html", with_metadata=True, include_formatting=True, include_images=True))
    assert {element.tag for element in html.iter()} >= {"head", "meta", "body", "h2", "ul", "li", "th", "td", "blockquote", "strong", "img"}


def test_tei() -> None:
    tei = found(output_format="xmltei", record_id="7", tei_validation=True)
    assert tei.startswith("<TEI xmlns=") and '<note type="id">7</note>' in tei and COMMENT in tei
    assert "200 tons" in tei and "200 tons" not in found(output_format="xmltei", include_tables=False)
    assert "<ref" not in tei and "<ref" in found(output_format="xmltei", include_links=True)


def test_json_and_csv() -> None:
    fields = json.loads(found(output_format="json", with_metadata=True))
    assert fields["text"] == found(include_comments=False) and fields["comments"] == COMMENT
    assert fields["source"] == URL and fields["author"] == "Ada Field" and fields["date"] == "2024-05-06"
    assert set(json.loads(found(output_format="json"))) == {"text", "comments"}
    (row,) = csv.reader(io.StringIO(found(output_format="csv", record_id="7")), delimiter="\t")
    assert row[0] == URL and row[1] == "7" and row[7] == found(include_comments=False) and row[8] == COMMENT and row[10] == "null"


def test_metadata_above_the_text() -> None:
    header, text = found(with_metadata=True).removeprefix("---\n").split("\n---\n")
    assert text == found()
    lines = header.split("\n")
    assert lines[0] == "title: Mill burns down" and f'url: "{URL}"' in lines and 'date: "2024-05-06"' in lines


def test_bare_extraction() -> None:
    document = bare_extraction(rich_page(), url=URL, include_links=True)
    assert isinstance(document, Document) and document.title == "Mill burns down" and document.language == "en"
    assert document.text is not None and document.text.startswith("The old mill") and document.comments == COMMENT
    assert [element.get("target") for element in document.body.iter("ref")] == ["https://news.example/brigade"]
    with pytest.warns(DeprecationWarning, match="as_dict"):
        fields = bare_extraction(rich_page(), url=URL, as_dict=True)
    assert isinstance(fields, dict) and fields["date"] == "2024-05-06" and len(fields) == 21


def test_metadata_alone() -> None:
    metadata = extract_metadata(page(), URL)
    assert (metadata.title, metadata.author, metadata.date, metadata.url) == ("Mill burns down", "Ada Field", "2024-05-06", URL)
    assert extract_metadata(page(), date_config={"outputformat": "%d.%m.%Y"}).date == "06.05.2024"
    assert extract_metadata(page(), date_config={"max_date": "2024-01-01"}).date is None
    assert extract_metadata(page(), author_blacklist={"ADA FIELD"}).author is None
    assert extract_metadata("") == Document()
    document = extract_with_metadata(page(), url=URL, output_format="json", record_id="7")
    assert document is not None and document.id == "7" and json.loads(document.text or "")["text"] == "\n".join(STORY)


@pytest.mark.parametrize("nothing", [None, "", b"", 7, b"\x00\x01\x02", '{"a": 1}'])
def test_nothing(nothing: Any) -> None:
    assert extract(nothing) is None and bare_extraction(nothing) is None and extract_with_metadata(nothing) is None


def test_pages_that_are_left_out() -> None:
    assert extract(page(), URL, target_language="de") is None and found(page(), target_language="en")
    assert extract(page(), URL, url_blacklist={URL}) is None
    assert extract(page(), only_with_metadata=True) is None and found(page(), only_with_metadata=True)
    config = ConfigParser()
    config["DEFAULT"] = {"MIN_OUTPUT_SIZE": "10000"}
    assert extract(page(), config=config) is None
    config["DEFAULT"] = {"MIN_OUTPUT_SIZE": "0"}
    assert extract("<p>Few</p>", config=config) == ""
    config["DEFAULT"] = {"MAX_FILE_SIZE": "10"}
    assert extract(page(), config=config) is None


def test_settings_of_a_file(tmp_path: Path) -> None:
    settings = tmp_path / "settings.cfg"
    settings.write_text("[DEFAULT]\nMIN_OUTPUT_SIZE = 10000\n", encoding="utf-8")
    assert extract(page(), settingsfile=str(settings)) is None
    with pytest.raises(FileNotFoundError):
        extract(page(), settingsfile=str(tmp_path / "missing.cfg"))


def test_kinds_of_input() -> None:
    class Response:
        data = page().encode()

    text = "\n".join(STORY)
    for content in (page(), page().encode(), gzip.compress(page().encode()), zlib.compress(page().encode()), Response()):
        assert extract(content) == text
    html = pytest.importorskip("lxml.html")
    assert extract(html.fromstring(page())) == text


def test_elements_may_be_pruned() -> None:
    pytest.importorskip("lxml")
    assert "The loft" in found() and "The loft" not in found(prune_xpath="//h2")
    assert "The loft" not in found(prune_xpath=["//ul", "//h2"])


def test_options_in_one_object() -> None:
    class Foreign:
        format, focus, dedup, lang, url, source, config = "xml", "balanced", False, None, URL, None, None
        fast = links = images = formatting = with_metadata = only_with_metadata = tei_validation = False
        comments = tables = True
        author_blacklist = url_blacklist = date_params = None

    assert found(options=Extractor(output_format="xml", url=URL)) == found(output_format="xml") == found(options=Foreign())


def test_arguments_that_are_refused_or_have_no_effect() -> None:
    with pytest.warns(DeprecationWarning, match="no_fallback"):
        assert found(no_fallback=True) == found()
    assert found(fast=True, tei_validation=True, date_extraction_params={"extensive_search": False}) == found()
    assert found(page(), favor_precision=True, favor_recall=True) == found(page(), favor_recall=True)
    with pytest.raises(AttributeError, match="output_format is one of"):
        extract(page(), output_format="pdf")
    with pytest.raises(ValueError, match="bare_extraction"):
        extract(page(), output_format="python")
    with pytest.raises(ValueError, match="max_tree_size"):
        extract(page(), max_tree_size=1000)
    with pytest.raises(TypeError):
        extract_metadata(None)
    with pytest.warns(UserWarning, match="deduplicate has no effect"):
        assert extract(page(), deduplicate=True)
