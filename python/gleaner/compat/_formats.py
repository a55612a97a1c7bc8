"""The output formats: a document with its story as text, Markdown, XML, TEI, HTML, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from ._document import Document
from ._tree import html_of, markup

HEADER = ("sitename", "title", "author", "date", "url", "hostname", "description", "categories", "tags", "license", "id", "fingerprint", "language")
"""Metadata in XML and HTML."""

YAML = ("title", "author", "url", "hostname", "description", "sitename", "date", "categories", "tags", "fingerprint", "id", "license")
"""Metadata above text and Markdown."""

CSV = ("url", "id", "fingerprint", "hostname", "title", "image", "date", "text", "comments", "license", "pagetype")
"""The columns of CSV."""

RENAMED = {"url": "source", "sitename": "source-hostname", "description": "excerpt"}
"""Metadata that has another name in JSON."""

TEI = "http://www.tei-c.org/ns/1.0"

SAFE = re.compile(r"[^\W\d_][\w ,./()'-]*", re.ASCII)
"""What YAML takes as a text without quotation marks; anything else is quoted as JSON does, which YAML reads."""


def yaml(document: Document) -> str:
    """The metadata as a block of YAML; what is not known is left out."""
    lines = []
    for name in YAML:
        value = getattr(document, name)
        if value:
            plain = isinstance(value, str) and SAFE.fullmatch(value) and value.lower() not in {"true", "false", "yes", "no", "null", "on", "off"}
            lines.append(f"{name}: {value if plain else json.dumps(value, ensure_ascii=False)}")
    return "\n".join(["---", *lines, "---", ""])


def text(document: Document, with_metadata: bool, formatting: bool) -> str:
    """The text, or with formatting the Markdown, with the comments below it."""
    gap = "\n\n" if formatting else "\n"
    parts = filter(None, (document.text, document.comments))
    return (yaml(document) if with_metadata else "") + gap.join(parts)


def to_json(document: Document, with_metadata: bool) -> str:
    """The document as JSON; without metadata, its text and comments alone."""
    if not with_metadata:
        return json.dumps({"text": document.text or "", "comments": document.comments or ""}, ensure_ascii=False)
    fields = {RENAMED.get(name, name): joined(value) for name, value in document.as_dict().items() if "body" not in name}
    return json.dumps(fields, ensure_ascii=False)


def joined(value: Any) -> Any:
    """A list as one text."""
    return ";".join(value) if isinstance(value, list) else value


def to_csv(document: Document) -> str:
    """One line of CSV with tabulators, `null` for what is not known."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", quoting=csv.QUOTE_MINIMAL).writerow(getattr(document, name) or "null" for name in CSV)
    return out.getvalue()


def attributes(document: Document, with_metadata: bool) -> dict[str, str]:
    """The metadata that is known, by name."""
    names = HEADER if with_metadata else ("id", "fingerprint")
    values = {name: joined(getattr(document, name)) for name in names}
    return {name: value for name, value in values.items() if value}


def to_xml(document: Document, body: Element, comments: Element | None, with_metadata: bool) -> str:
    """XML with the story in `main` and the comments of readers in `comments`."""
    root = Element("doc", attributes(document, with_metadata))
    body.tag = "main"
    root.append(body)
    if comments is not None:
        root.append(comments)
    return markup(root)


def to_html(document: Document, body: Element, comments: Element | None, with_metadata: bool) -> str:
    """A page of HTML: the metadata in its head, the story and the comments in its body."""
    root = Element("html")
    if with_metadata:
        head = SubElement(root, "head")
        for name, value in attributes(document, True).items():
            SubElement(head, "meta", name=name, content=value)
    body.tag = "body"
    page = html_of(body)
    if comments is not None and len(comments):
        page.append(html_of(comments))
        page[-1].tag = "section"
    root.append(page)
    return markup(root)


def to_tei(document: Document, tei: Element) -> str:
    """TEI as gleaner writes it, with the id and the fingerprint in its notes."""
    ElementTree.register_namespace("", TEI)
    description = tei.find(f".//{{{TEI}}}fileDesc")
    notes = attributes(document, False)
    if description is not None and notes:
        statement = Element(f"{{{TEI}}}notesStmt")
        for kind, value in notes.items():
            SubElement(statement, f"{{{TEI}}}note", type=kind).text = value
        # The schema wants it after the statement on publication.
        description.insert([child.tag for child in description].index(f"{{{TEI}}}sourceDesc"), statement)
    return markup(tei)
