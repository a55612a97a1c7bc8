"""Reads the exports in the current folder with readers that gleaner does not use, and compares them with expected.json: the lines of the JSON Lines
export, by id. Prints a line for each format that has what was exported, and fails otherwise.

Needs: pip install -r tests/shared/read_exports.txt. TRAFILATURA_DTD may name the schema that trafilatura publishes (data/tei_corpus.dtd of its package).
"""

import json
import os
import re
import sys
import xml.etree.ElementTree as ElementTree

import bibtexparser
import duckdb
import feedparser
import jsonschema
import pandas
import pyarrow
import pyarrow.dataset
import pyarrow.parquet
import yaml
from lxml import etree
from pybtex.database.input import bibtex as pybtex

EXPECTED = json.load(open("expected.json", encoding="utf-8"))
TEI = "{http://www.tei-c.org/ns/1.0}"


def same(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: {found!r} is not {expected!r}")


def by_id(what, rows):
    rows = list(rows)
    same(f"{what}: number of documents", len(rows), len(EXPECTED))
    found = {row["id"]: row for row in rows}
    same(f"{what}: ids", sorted(found), sorted(EXPECTED))
    return found


def squeezed(text):
    return " ".join(text.split())


def read_jsonl():
    frame = pandas.read_json("all.jsonl", lines=True, dtype=False)
    rows = by_id("jsonl", frame.to_dict("records"))
    for key, row in rows.items():
        same("jsonl: text", row["text"], EXPECTED[key]["text"])
    same("jsonl in DuckDB", duckdb.sql("SELECT count(*) FROM 'all.jsonl' WHERE words > 0").fetchall()[0][0], len(EXPECTED))


def read_csv():
    rows = by_id("csv", pandas.read_csv("all.csv", dtype=str, keep_default_na=False).to_dict("records"))
    for key, row in rows.items():
        expected = EXPECTED[key]
        for name in ("url", "title", "text", "language", "completeness"):
            value = expected[name] or ""
            same(f"csv: {name}", row[name], "'" + value if value[:1] in ("=", "+", "-", "@") else value)
        same("csv: authors", row["authors"], "; ".join(expected["authors"]))
        same("csv: words", int(row["words"]), expected["words"])
        if any(cell[:1] in ("=", "+", "-", "@", "\t", "\r") for cell in row.values()):
            sys.exit("csv: a cell is a formula")
    found = duckdb.sql("SELECT id, text FROM read_csv('all.csv', all_varchar = true, max_line_size = 10000000)").fetchall()
    same("csv in DuckDB", {key: text for key, text in found}, {key: line["text"] for key, line in EXPECTED.items()})


def check_rows(what, rows):
    for key, row in by_id(what, rows).items():
        expected = EXPECTED[key]
        for name in ("url", "title", "authors", "tags", "opt_out", "language", "site", "section", "licence", "completeness", "confidence", "words",
                     "copy_of", "cluster", "text_sha256", "text"):
            same(f"{what}: {name}", row[name], expected[name])
        same(f"{what}: published", row["published"] and row["published"].isoformat(), expected["published"])


def read_parquet():
    table = pyarrow.parquet.read_table("all.parquet")
    for name, kind in (("authors", pyarrow.list_(pyarrow.string())), ("tags", pyarrow.list_(pyarrow.string())), ("published", pyarrow.date32()),
                       ("published_at", pyarrow.timestamp("us", tz="UTC")), ("fetched_at", pyarrow.timestamp("us", tz="UTC")),
                       ("words", pyarrow.int64()), ("confidence", pyarrow.float64()), ("text", pyarrow.string())):
        found = table.schema.field(name).type
        # What the items of a list are called is nobody's business.
        if pyarrow.types.is_list(kind):
            same(f"parquet: items of {name}", (pyarrow.types.is_list(found), found.value_type), (True, kind.value_type))
        else:
            same(f"parquet: type of {name}", found, kind)
    check_rows("parquet", table.to_pylist())
    group = pyarrow.parquet.ParquetFile("all.parquet").metadata.row_group(0)
    columns = {group.column(at).path_in_schema: group.column(at) for at in range(group.num_columns)}
    statistics = columns["words"].statistics
    words = [line["words"] for line in EXPECTED.values()]
    same("parquet: statistics", (statistics.min, statistics.max), (min(words), max(words)))
    same("parquet: compression", columns["text"].compression, "ZSTD")
    same("parquet in pandas", sorted(pandas.read_parquet("all.parquet")["id"]), sorted(EXPECTED))
    query = "SELECT count(*) FROM 'all.parquet' WHERE list_contains(authors, 'Mei Lin') AND published_at = TIMESTAMPTZ '2024-03-02 04:30:00+00'"
    same("parquet in DuckDB", duckdb.sql(query).fetchall()[0][0], 1)
    for by in ("by_month", "by_site"):
        check_rows(by, pyarrow.dataset.dataset(by, partitioning="hive").to_table().to_pylist())
        rows = duckdb.sql(f"SELECT {by}, count(*) FROM read_parquet('{by}/*/*.parquet', hive_partitioning = true) GROUP BY ALL").fetchall()
        same(f"{by} in DuckDB", sum(count for _, count in rows), len(EXPECTED))
        if ("2024-03" if by == "by_month" else "example.com", 1) not in [(str(value), count) for value, count in rows]:
            sys.exit(f"{by}: {rows}")


def read_markdown():
    rows = []
    for folder, _, names in os.walk("vault"):
        for name in names:
            text = open(os.path.join(folder, name), encoding="utf-8").read()
            front = yaml.safe_load(re.match(r"---\n(.*?)\n---\n", text, re.S)[1])
            rows.append(front)
    for key, row in by_id("markdown", rows).items():
        expected = EXPECTED[key]
        for name in ("title", "url", "site", "section", "language", "licence", "words", "copy_of"):
            same(f"markdown: {name}", row.get(name), expected[name])
        same("markdown: authors", row.get("authors", []), expected["authors"])
        same("markdown: keywords", row.get("keywords", []), expected["tags"])
        same("markdown: date", row.get("date") and row["date"].isoformat(), expected["published"])
        if any(" " in tag for tag in row.get("tags", [])):
            sys.exit(f"markdown: {row['tags']}")


def plain(latex):
    for command, character in (("textbackslash", "\\"), ("textbraceleft", "{"), ("textbraceright", "}"), ("textasciitilde", "~"), ("textasciicircum", "^")):
        latex = latex.replace("{\\" + command + "}", {"{": "\x01", "}": "\x02"}.get(character, character))
    latex = latex.replace("\\{", "\x01").replace("\\}", "\x02")
    latex = re.sub(r"\\([$&%#_])", r"\1", latex)
    return latex.replace("{", "").replace("}", "").replace("\x01", "{").replace("\x02", "}")


def read_bibtex():
    library = bibtexparser.parse_file("all.bib")
    same("bibtex: blocks that failed", library.failed_blocks, [])
    entries = library.entries
    same("bibtex: keys", len({entry.key for entry in entries}), len(EXPECTED))
    titles = sorted(line["title"] for line in EXPECTED.values())
    same("bibtex: titles", sorted(plain(entry["title"]) for entry in entries), titles)
    others = pybtex.Parser().parse_file("all.bib").entries
    same("bibtex in pybtex", sorted(plain(entry.fields["title"]) for entry in others.values()), titles)
    names = {str(person) for entry in others.values() for person in entry.persons.get("author", [])}
    same("bibtex: authors", names, {"Özgür, Zoë", "Lin, Mei"})
    urls = {entry.fields["url"] for entry in others.values() if "url" in entry.fields}
    same("bibtex: urls", urls, {line["url"].replace("{", "%7B").replace("}", "%7D") for line in EXPECTED.values() if line["url"]})


def read_csl():
    items = json.load(open("all.csl.json", encoding="utf-8"))
    same("csl: titles", sorted(item["title"] for item in items), sorted(line["title"] for line in EXPECTED.values()))
    same("csl: ids", len({item["id"] for item in items}), len(EXPECTED))


def read_tei():
    tree = etree.parse("all.tei.xml")
    for text in by_id("tei", [{"id": tei.findtext(f".//{TEI}note[@type='id']"), "tei": tei} for tei in tree.getroot().iter(f"{TEI}TEI")]).values():
        paragraphs = text["tei"].find(f".//{TEI}body").iter(f"{TEI}p")
        same("tei: text", "\n\n".join("".join(paragraph.itertext()) for paragraph in paragraphs), EXPECTED[text["id"]]["text"])
        same("tei: title", text["tei"].findtext(f".//{TEI}title"), EXPECTED[text["id"]]["title"])
    page = etree.parse("page.xml")
    same("xml: elements", {element.tag for element in page.iter()} >= {"doc", "main", "head", "p", "list", "item", "quote", "table", "row", "cell", "hi", "ref"}, True)
    page = etree.parse("extras-page.xml")
    same("xml: image", page.find(".//main/graphic").get("alt"), "The boat & its crew")
    page = etree.parse("extras-page.tei.xml")
    same("tei: image", page.findtext(f".//{TEI}graphic/{TEI}desc"), "The boat & its crew")
    schema = os.environ.get("TRAFILATURA_DTD")
    if schema:
        for name in ("all.tei.xml", "page.tei.xml", "extras-page.tei.xml"):
            dtd, bare = etree.DTD(schema), etree.parse(name)
            if not dtd.validate(bare):
                sys.exit(f"tei: {name}: {dtd.error_log}")


def read_vertical():
    text = open("all.vert", encoding="utf-8").read()
    # Vertical text is no XML document, but its structures are well-formed.
    for doc in by_id("vertical", [dict(doc.attrib, doc=doc) for doc in ElementTree.fromstring(f"<corpus>{text}</corpus>")]).values():
        words = "".join("".join(doc["doc"].itertext()).split())
        same("vertical: text", words, "".join(EXPECTED[doc["id"]]["text"].split()))


def read_feeds():
    for name in ("all.atom", "all.rss"):
        feed = feedparser.parse(name)
        same(f"{name}: faults", feed.bozo, False)
        ids = [{"id": entry.id.removeprefix("urn:sha256:"), "entry": entry} for entry in feed.entries]
        for key, row in by_id(name, ids).items():
            html = re.sub(r"<[^>]*>", " ", row["entry"].content[0].value)
            html = html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
            same(f"{name}: text", squeezed(html), squeezed(EXPECTED[key]["text"]))
    schema = {
        "type": "object", "required": ["version", "title", "items"],
        "properties": {"items": {"type": "array", "items": {
            "type": "object", "required": ["id", "content_html"],
            "properties": {name: {"type": "string"} for name in ("id", "url", "title", "content_text", "date_published", "language")}}}},
    }
    feed = json.load(open("all.feed.json", encoding="utf-8"))
    jsonschema.validate(feed, schema)
    for key, item in by_id("jsonfeed", [dict(item, id=item["id"].removeprefix("urn:sha256:")) for item in feed["items"]]).items():
        same("jsonfeed: text", item["content_text"], EXPECTED[key]["text"])


READERS = {
    "jsonl": read_jsonl, "csv": read_csv, "parquet": read_parquet, "markdown": read_markdown, "bibtex": read_bibtex, "csl": read_csl, "tei": read_tei,
    "vertical": read_vertical, "atom": read_feeds, "rss": read_feeds, "jsonfeed": read_feeds,
}
for name, reader in READERS.items():
    reader()
    print(f"{name}: as exported")
