"""The story as a tree of elements: what is left out of it, and how it is written as text or Markdown, XML and HTML."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ._options import Extractor

INLINE = frozenset({"hi", "ref", "lb", "graphic", "strong", "i", "a", "br", "img"})
"""Elements that stand in a line of text."""

HTML = {"main": "body", "list": "ul", "item": "li", "row": "tr", "cell": "td", "quote": "blockquote", "ref": "a", "graphic": "img", "lb": "br"}


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def leave_out(element: Element, options: Extractor) -> None:
    """Takes out what was not asked for: tables with their text, links and emphasis without it."""
    unwrapped = {name for name, kept in (("ref", options.links), ("hi", options.formatting)) if not kept}
    if unwrapped or not options.tables:
        leave_out_names(element, unwrapped, options.tables)


def leave_out_names(element: Element, unwrapped: set[str], tables: bool) -> None:
    """Unwraps elements of some names, and removes tables unless they are kept. The tables of TEI are lists."""
    children = list(element)
    for child in children:
        element.remove(child)
    for child in children:
        if not tables and "table" in (local(child), child.get("rend")):
            continue
        leave_out_names(child, unwrapped, tables)
        if local(child) in unwrapped:
            append_text(element, child.text)
            element.extend(list(child))
            append_text(element, child.tail)
        else:
            element.append(child)


def append_text(element: Element, text: str | None) -> None:
    """Adds text at the end of an element."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + (text or "")
    else:
        element.text = (element.text or "") + (text or "")


def text_of(body: Element, formatting: bool) -> str:
    """The story as text, a line a paragraph; with formatting as Markdown, with blank lines between its blocks."""
    return ("\n\n" if formatting else "\n").join(blocks(body, formatting))


def blocks(body: Element, formatting: bool) -> Iterator[str]:
    """The blocks of an element as text, those without any left out."""
    for element in body:
        text = block(element, formatting)
        if text.strip():
            yield text


def block(element: Element, formatting: bool) -> str:
    """One block."""
    name = local(element)
    if name == "list":
        return "\n".join(items(element, formatting, 0))
    if name == "table":
        return "\n".join(rows(element, formatting))
    if name == "quote":
        text = text_of(element, formatting) if len(element) else inline(element, formatting)
        return "\n".join(f"> {line}".rstrip() for line in text.split("\n")) if formatting else text
    if name == "code":
        text = "".join(element.itertext()).strip("\n")
        return f"```\n{text}\n```" if formatting else text
    text = inline(element, formatting).strip()
    if name == "head" and formatting:
        return "#" * int((element.get("rend") or "h2")[1:]) + " " + text
    return text


def items(element: Element, formatting: bool, depth: int) -> Iterator[str]:
    """The lines of a list."""
    numbered = formatting and element.get("rend") == "ol"
    for number, item in enumerate(element, 1):
        text = " ".join(inline(item, formatting, apart="list").split())
        if text:
            yield f"{'  ' * depth}{f'{number}.' if numbered else '-'} {text}"
        for child in item:
            if local(child) == "list":
                yield from items(child, formatting, depth + 1)


def rows(element: Element, formatting: bool) -> Iterator[str]:
    """The lines of a table. In Markdown the first row is always its header."""
    for number, row in enumerate(element):
        cells = [" ".join(inline(cell, formatting).split()) for cell in row]
        yield f"| {' | '.join(cells)} |"
        if number == 0 and (formatting or any(cell.get("role") == "head" for cell in row)):
            yield "|" + "---|" * len(cells)


def inline(element: Element, formatting: bool, apart: str | None = None) -> str:
    """The text of an element, with the markup of its links, images and emphasis."""
    name, text = local(element), element.text or ""
    text += "".join(("" if local(child) == apart else inline(child, formatting)) + (child.tail or "") for child in element)
    if name == "ref":
        return f"[{text}]({element.get('target')})"
    if name == "graphic":
        return f"![{element.get('alt') or ''}]({element.get('src')})"
    if name == "hi" and formatting:
        mark = "**" if element.get("rend") == "#b" else "*"
        return f"{mark}{text}{mark}"
    return text


def markup(element: Element) -> str:
    """A tree as XML, a line and two spaces of indentation for each element of a container."""
    indent(element, 0)
    # Nowhere else can there be this sequence, as texts and attributes have `&gt;`.
    return ElementTree.tostring(element, encoding="unicode").strip().replace(" />", "/>")


def indent(element: Element, depth: int) -> None:
    """Puts white space where it means nothing: between elements that are not part of a text."""
    texts = [element.text, *(child.tail for child in element)]
    if not len(element) or any(text and text.strip() for text in texts) or any(local(child) in INLINE for child in element):
        strip_ends(element)
        return
    element.text = "\n" + "  " * (depth + 1)
    for child in element:
        indent(child, depth + 1)
        child.tail = element.text
    element[-1].tail = "\n" + "  " * depth


def strip_ends(element: Element) -> None:
    """Removes line breaks from the beginning and the end of a text, unless it is code."""
    if local(element) in {"code", "pre"} or element.get("type") == "code":
        return
    element.text = (element.text or "").lstrip("\n")
    if len(element):
        element[-1].tail = (element[-1].tail or "").rstrip("\n")
    else:
        element.text = element.text.rstrip("\n")


def html_of(body: Element) -> Element:
    """The elements of HTML for those of a story."""
    name = HTML.get(body.tag, body.tag)
    if body.tag == "head":
        name = body.get("rend") or "h2"
    elif body.tag == "list" and body.get("rend") == "ol":
        name = "ol"
    elif body.tag == "cell" and body.get("role") == "head":
        name = "th"
    elif body.tag == "hi":
        name = "strong" if body.get("rend") == "#b" else "i"
    element = Element(name)
    attributes = {"target": "href", "src": "src", "alt": "alt"}
    for key, value in body.items():
        if key in attributes:
            element.set(attributes[key], value)
    element.text, element.tail = body.text, body.tail
    if body.tag == "code" and "\n" in (body.text or ""):
        element.tag = "pre"
    element.extend(map(html_of, body))
    return element
