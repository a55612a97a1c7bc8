//! The table of hostile shapes: what is repeated, in what format, and what comes before it.

use super::formats::Format;

/// One shape.
pub struct Shape {
    pub name: &'static str,
    pub format: Format,
    /// What comes before the repetitions: a piece, and how often.
    before: (&'static str, usize),
    /// What is repeated; `{n}` becomes the number of the repetition.
    piece: &'static str,
    /// What comes after the repetitions.
    after: &'static str,
}

impl Shape {
    /// A file of about this many bytes, decoded.
    pub fn input(&self, bytes: usize) -> Vec<u8> {
        self.format.pack(self.text(bytes / self.format.bytes_per_byte()))
    }

    /// The text of an input, of about this many bytes.
    pub fn text(&self, bytes: usize) -> String {
        let (start, end) = self.format.frame();
        let mut input = start.to_owned() + &self.before.0.repeat(self.before.1);
        let mut number = 0;
        while input.len() < bytes {
            match self.piece.contains("{n}") {
                true => input += &self.piece.replace("{n}", &number.to_string()),
                false => input += self.piece,
            }
            number += 1;
        }
        input + self.after + end
    }
}

/// A piece that is repeated.
pub const fn repeated(name: &'static str, format: Format, piece: &'static str) -> Shape {
    Shape { name, format, before: ("", 0), piece, after: "" }
}

/// A piece that is repeated, after another one that is, in a format.
pub const fn deep(name: &'static str, format: Format, before: (&'static str, usize), piece: &'static str) -> Shape {
    Shape { name, format, before, piece, after: "" }
}

/// A piece that is repeated in the body of a page, after another one that is.
const fn after(name: &'static str, before: (&'static str, usize), piece: &'static str) -> Shape {
    deep(name, Format::Html, before, piece)
}

/// A piece that is repeated inside something, such as an attribute or a list.
pub const fn inside(name: &'static str, format: Format, before: &'static str, piece: &'static str, after: &'static str) -> Shape {
    Shape { name, format, before: (before, 1), piece, after }
}

use Format::{Head, Html, JsonLd, Markdown, Text};

/// Every shape, by what it strains.
pub const SHAPES: &[Shape] = &[
    // JSON-LD: lists, references, nesting, repairs.
    inside("keywords", JsonLd, "{\"@type\":\"NewsArticle\",\"headline\":\"x\",\"keywords\":\"", "word{n}, ", "\"}"),
    inside("keyword list", JsonLd, "{\"@type\":\"NewsArticle\",\"keywords\":[", "\"word{n}\",", "\"z\"]}"),
    inside(
        "authors",
        JsonLd,
        "{\"@type\":\"NewsArticle\",\"author\":[",
        "{\"@type\":\"Person\",\"name\":\"Ann Bee{n}\"},",
        "{}]}",
    ),
    inside("author names", JsonLd, "{\"@type\":\"NewsArticle\",\"author\":\"", "Ann Bee{n}, ", "\"}"),
    inside("articles", JsonLd, "[", "{\"@type\":\"NewsArticle\",\"headline\":\"The story {n}\",\"author\":\"Ann B\"},", "{}]"),
    inside(
        "references",
        JsonLd,
        "{\"@graph\":[",
        "{\"@id\":\"#{n}\",\"@type\":\"NewsArticle\",\"author\":{\"@id\":\"#{n}\"},\"isPartOf\":{\"@id\":\"#0\"}},",
        "{}]}",
    ),
    inside("types", JsonLd, "{\"@type\":[", "\"T{n}\",", "\"NewsArticle\"]}"),
    inside("publishers", JsonLd, "{\"@type\":\"NewsArticle\",\"publisher\":[", "{\"name\":\"Org {n}\"},", "{}]}"),
    inside("live updates", JsonLd, "{\"@type\":\"LiveBlogPosting\",\"liveBlogUpdate\":[", "{\"headline\":\"Post {n}\"},", "{}]}"),
    inside("article body", JsonLd, "{\"@type\":\"NewsArticle\",\"articleBody\":\"", "word{n} ", "\"}"),
    repeated("open arrays", JsonLd, "["),
    repeated("open objects", JsonLd, "{\"author\":"),
    repeated("values after each other", JsonLd, "{\"a\":1}"),
    inside("quotes in a string", JsonLd, "{\"headline\":\"", "\"a\" b ", "\"}"),
    inside("quotes before spaces", JsonLd, "{\"headline\":\"", "\",                          ", "x"),
    inside("commas", JsonLd, "{\"headline\":\"x\"", ", ", "}"),
    inside("open comments", JsonLd, "{a", "/*", "}"),
    inside("escaped quotes", JsonLd, "{", "&quot;a&quot;:", "}"),
    repeated("scripts", Head, "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"headline\":\"a b c\"}</script>"),
    // The head.
    repeated("og:title", Head, "<meta property=og:title content=\"The title {n} of it\">"),
    repeated("twitter:title", Head, "<meta name=twitter:title content=\"The title {n} of it\">"),
    repeated("og:site_name", Head, "<meta property=og:site_name content=\"The site {n}\">"),
    repeated("article:author", Head, "<meta property=article:author content=\"Ann Bee{n}\">"),
    repeated("published_time", Head, "<meta property=article:published_time content=\"2024-01-01T00:{n}\">"),
    repeated("dates of publication", Head, "<meta name=x-published-{n} content=\"2024-01-01\">"),
    repeated("article:tag", Head, "<meta property=article:tag content=\"tag {n}\">"),
    repeated("content tier", Head, "<meta name=article:content_tier content=locked><meta name=a{n} content=b>"),
    inside("long author", Head, "<meta name=author content=\"", "Ann Bee{n} and ", "\">"),
    inside("long keywords", Head, "<meta name=keywords content=\"", "word{n}, ", "\">"),
    inside("long title", Head, "</title><title>", "a | b - ", "</title>"),
    repeated("rel=next", Head, "<link rel=next href=/p/{n}>"),
    repeated("canonical", Head, "<link rel=canonical href=https://a.example/{n}>"),
    repeated("base", Head, "<base href=https://a.example/{n}/>"),
    // The tree: formatting elements, depth, tables, foreign elements.
    repeated("formatting under a link", Html, "<a><b><i><u></a>x"),
    repeated("formatting closed outside in", Html, "<b><i></b>x"),
    repeated("every formatting element", Html, "<b><big><code><em><font><i><s><small><strike><strong><tt><u></b>x"),
    repeated("different formatting", Html, "<p><b id={n}><i id={n}></b>x</p>"),
    repeated("different formatting, open", Html, "<p><b id={n}>x"),
    repeated("formatting in cells", Html, "<table><tr><td><b><i>x"),
    repeated("formatting with attributes", Html, "<b a{n}=1 b{n}=2 c{n}=3 d{n}=4>x</b>"),
    after("formatting compared", ("<b id=a>", 500), "<b id=b></b>"),
    after("formatting reopened", ("<p><b id=a1><i id=a2><u id=a3><s id=a4></p>", 100), "<p>x</p>"),
    repeated("adoption", Html, "<b><p></b>"),
    after("adoption in depth", ("<b><div>", 200), "<i></b>x</div>"),
    after("paragraphs in depth", ("<span>", 500), "<p>x"),
    after("list items in depth", ("<span>", 500), "<li>x</li>"),
    after("definitions in depth", ("<span>", 500), "<dd>x"),
    after("divs in depth", ("<div>", 505), "<div>a</div>"),
    after("breaks in depth", ("<div>", 600), "a<br><br>"),
    after("stray ends in depth", ("<svg><g>", 250), "</x>"),
    after("ends in depth", ("<div>", 500), "</b></i></x>"),
    repeated("open divs", Html, "<div>"),
    repeated("open tables", Html, "<table><tr><td>a"),
    repeated("open templates", Html, "<template><tr>"),
    repeated("open selects", Html, "<select><option>a"),
    repeated("open custom elements", Html, "<x-{n}>a"),
    repeated("custom elements", Html, "<x-{n}>a</x-{n}>"),
    inside("text in a table", Html, "<table>", "<tr>x", ""),
    inside("paragraphs in a table", Html, "<table>", "<p>x</p>", ""),
    inside("rows", Html, "<table>", "<tr><td>a<td>b", ""),
    repeated("tables", Html, "<table><tr><td>a</table>"),
    repeated("foreign elements", Html, "<svg></p>x"),
    inside("CDATA", Html, "<svg>", "a <![CDATA[ ", ""),
    repeated("forms", Html, "<form>a</form>"),
    inside("attributes", Html, "<b", " a{n}=1", ">x</b>"),
    inside("classes", Html, "<p class=\"", "word{n} ", "\">x</p>"),
    repeated("open comments", Html, "<!--"),
    repeated("open scripts", Html, "<!--<script>"),
    repeated("open tags", Html, "<a b=\""),
    // Blocks and their surroundings.
    repeated("short paragraphs", Html, "<p>a"),
    repeated("short divs", Html, "<div>a</div>"),
    repeated("list items", Html, "<li>a"),
    repeated("different containers", Html, "<div class=\"c{n} x{n}\">word</div>"),
    repeated("headings", Html, "<h2>The head {n}</h2>"),
    repeated("main headings", Html, "<h1>The mill {n} at the river</h1>"),
    repeated("sections", Html, "<h3>Related articles</h3><p>a</p>"),
    repeated("hidden and visible", Html, "<p hidden>word</p><p>word"),
    repeated("links", Html, "<li><a href=/p/{n}>word {n}</a>"),
    repeated("page links", Html, "<a href=/story?page={n}>2</a> "),
    repeated("author links", Html, "<a href=/author/ann-b{n}>Ann B{n}</a> "),
    repeated("bylines", Html, "<p class=byline>By Ann Bee{n}</p>"),
    repeated("open bylines", Html, "<div class=author>a<br>"),
    repeated("times", Html, "<time datetime=2024-01-01>1 January 2024</time>"),
    repeated(
        "live entries",
        Html,
        "<div class=live-entry><time datetime=2024-01-01T00:00Z>12:00</time><h2>Head</h2><p>The word.</p></div>",
    ),
    inside("text without elements", Html, "<noscript>", "<p>The word is here</p>", "</noscript>"),
    repeated("words", Html, "word{n} "),
    repeated("sentences", Html, "<p>The mayor {n} said that it was a good day for the town."),
    // Text: lines, and one line.
    repeated("short lines", Text, "a\n"),
    repeated("short paragraphs of text", Text, "a\n\n"),
    repeated("different lines", Text, "word {n}\n"),
    repeated("agency lines", Text, "From a@b …\n"),
    repeated("author lines", Text, "By Ann Bee{n}\n"),
    repeated("date lines", Text, "Published: 1 January 2024\n"),
    repeated("title lines", Text, "Title: a b c\n"),
    repeated("capital lines", Text, "A HEADLINE {n} IN CAPITALS\n"),
    repeated("address lines", Text, "Shut: http://a.example/{n}\n"),
    repeated("datelines", Text, "LONDON (Reuters) - The mayor {n} said.\n"),
    repeated("bullets", Text, "- a\n"),
    repeated("wrapped lines", Text, "The ferry had been late for the third day in a row when the\n"),
    inside("front matter", Text, "---\ntitle: x\ntags: ", "word{n}, ", "\n---\nThe story.\n"),
    repeated("one letter", Text, "a"),
    repeated("one line", Text, "word{n} "),
    repeated("abbreviations", Text, "U.S. "),
    repeated("Thai", Text, "ก"),
    repeated("Arabic", Text, "كلمة "),
    repeated("Han", Text, "字\n"),
    inside("combining marks on a letter", Text, "a", "\u{301}", ""),
    repeated("combining marks", Text, "\u{301}\u{323}"),
    repeated("open tags in text", Text, "a <b"),
    repeated("quotation marks", Text, "\"a "),
    // Markdown.
    repeated("brackets", Markdown, "["),
    repeated("images in images", Markdown, "![[a]( "),
    repeated("CDATA in Markdown", Markdown, "a <![CDATA[ "),
    repeated("open links", Markdown, "[a]("),
    repeated("links with spaces", Markdown, "[a](b c) "),
    repeated("links of Markdown", Markdown, "[a](b) "),
    inside("label of brackets", Markdown, "", "[", "](a b)"),
    repeated("reference links", Markdown, "[w{n}][{n}]\n\n[{n}]: http://a.example/\n\n"),
    repeated("emphasis", Markdown, "*a _b **c `d "),
    repeated("open emphasis", Markdown, "*_`["),
];
