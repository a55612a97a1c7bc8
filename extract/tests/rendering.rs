//! What the renderers write reads back as the story's text: Markdown by a CommonMark parser, HTML and XML by an HTML parser.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the same way tests do")]

use gleaner_extract::article::clean::{CleanContext, CleanedPage, clean_page};
use gleaner_extract::article::render::{OutputFormat, render};
use gleaner_extract::document::{Origin, RawDocument};
use gleaner_extract::label::{Verdict, role_of};
use gleaner_extract::page;
use gleaner_extract::rules::RuleSet;
use proptest::prelude::*;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// The page with every block kept.
fn all_kept(html: &str) -> CleanedPage {
    let raw = RawDocument::local(Origin::Stdin, html.as_bytes().to_vec());
    let url = "https://a.example/story/".parse().unwrap();
    let context = CleanContext { rules: &RuleSet::default(), limits: &page::Config::default(), now: None, sites: None };
    let mut cleaned = clean_page(&raw, Some(&url), context).unwrap();
    for (block, verdict) in cleaned.page.blocks.iter().zip(&mut cleaned.labelled.verdicts) {
        *verdict = Verdict::Kept { role: role_of(&cleaned.page, block), score: 1.0 };
    }
    cleaned
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn plain(cleaned: &CleanedPage) -> Vec<String> {
    cleaned.page.blocks.iter().flat_map(|block| words(&block.text)).collect()
}

/// The text of Markdown, cells joined as in clean text, without the title and empty header rows.
fn read_markdown(markdown: &str, has_title: bool) -> String {
    let (mut out, mut cells, mut in_title) = (String::new(), Vec::<String>::new(), false);
    let mut titles = usize::from(has_title);
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) if titles > 0 => {
                titles -= 1;
                in_title = true;
            }
            Event::End(TagEnd::Heading(_)) if in_title => in_title = false,
            Event::Start(Tag::TableCell) => cells.push(String::new()),
            Event::End(TagEnd::TableHead | TagEnd::TableRow) => {
                let mut row = std::mem::take(&mut cells);
                while row.last().is_some_and(String::is_empty) {
                    row.pop();
                }
                out += &format!("{}\n", row.join(" | "));
            }
            Event::Text(text) | Event::Code(text) if !in_title => match cells.last_mut() {
                Some(cell) => cell.push_str(&text),
                None => out.push_str(&text),
            },
            Event::SoftBreak | Event::HardBreak => out.push('\n'),
            Event::Html(text) | Event::InlineHtml(text) => panic!("raw HTML: {text}"),
            Event::Start(Tag::Image { .. } | Tag::Strikethrough | Tag::HtmlBlock) | Event::Rule => {
                panic!("{event:?} in:\n{markdown}")
            }
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::CodeBlock)
            | Event::Start(Tag::List(_)) => {
                out.push('\n');
            }
            _ => {}
        }
    }
    out
}

fn read_html(html: &str) -> String {
    let html = html.replace("</td><td>", " | ").replace("</th><th>", " | ");
    let document = scraper::Html::parse_document(&html);
    let article = scraper::Selector::parse("article").unwrap();
    let title = scraper::Selector::parse("h1").unwrap();
    let text = |element: scraper::ElementRef<'_>| element.text().collect::<String>();
    let all = document.select(&article).map(text).collect::<String>();
    let title = document.select(&title).next().map(text).unwrap_or_default();
    all.trim_start().strip_prefix(&title).unwrap_or(&all).to_owned()
}

/// The text of the story in TEI or XML: its elements are unknown to HTML, so that a parser of HTML keeps them as they are.
fn read_xml(xml: &str) -> String {
    let xml = xml.replace("</item><item>", " | ").replace("</cell><cell>", " | ").replace("</cell><cell role=\"head\">", " | ");
    let (_, story) = xml.split_once("<body>").or_else(|| xml.split_once("<main>")).unwrap();
    // As these elements mean something else in HTML, they get other names.
    let story = ["p", "table", "head", "code", "body", "text"]
        .iter()
        .fold(story.to_owned(), |story, name| story.replace(&format!("<{name}"), "<x-y").replace(&format!("</{name}"), "</x-y"));
    scraper::Html::parse_fragment(&story).root_element().text().collect()
}

/// Words that mean something in Markdown or HTML, among others that do not.
fn word() -> impl Strategy<Value = String> {
    let special = [
        "*",
        "**",
        "_",
        "__",
        "*a*",
        "_b_",
        "**c**",
        "a*b*c",
        "[x](y)",
        "[x]",
        "[x]:",
        "![i](j)",
        "<b>",
        "</b>",
        "<!--",
        "&amp;",
        "&copy;",
        "&",
        "1.",
        "2)",
        "0.",
        "123456789.",
        "1234567890.",
        "#",
        "##",
        "a#",
        "-",
        "+",
        "=",
        "===",
        "---",
        "- -",
        "***",
        "|",
        "||",
        "a|b",
        "\\",
        "\\|",
        "\\\\|",
        "\\*",
        "`",
        "``",
        "```",
        "`d`",
        "~",
        "~~e~~",
        "~~~",
        ":---",
        ":",
        ">",
        ">>",
        "(f)",
        "“g”",
        "\"h\"",
        "!",
        "!!",
        "$5",
        "http://a.example/b_c*d",
        "<https://a.example>",
        "a@b.example",
        "…",
        "—",
        "·",
    ];
    prop_oneof![
        2 => prop::sample::select(special.to_vec()).prop_map(str::to_owned),
        3 => prop::sample::select(vec!["ferry", "Wörter", "日本", "x", "The", "storm.", "said,", "(and", "back)"]).prop_map(str::to_owned),
    ]
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Inline markup: words, some of them in links and emphasis.
fn inline() -> impl Strategy<Value = String> {
    let run = prop::collection::vec(word(), 1..5).prop_map(|words| escaped(&words.join(" ")));
    let piece = (run, 0..12usize, prop::bool::ANY).prop_map(|(text, kind, space)| {
        let markup = match kind {
            0 => format!("<a href=\"/x_y?a=1&amp;copy=2(z)`\">{text}</a>"),
            1 => format!("<b>{text}</b>"),
            2 => format!("<em>{text}</em>"),
            3 => format!("<strong><a href=\"https://b.example/*\">{text}</a></strong>"),
            4 => format!("<a href=\"#n\"><i>{text}</i> more</a>"),
            5 => format!("<b>bold <i>{text}</i></b>"),
            6 => format!("<a href=\"javascript:x\">{text}</a>"),
            _ => text,
        };
        markup + if space { " " } else { "" }
    });
    prop::collection::vec(piece, 1..5).prop_map(|pieces| format!("w{}", pieces.concat()))
}

fn list(depth: u32) -> BoxedStrategy<String> {
    let item = if depth == 0 {
        inline().boxed()
    } else {
        (
            inline(),
            prop::option::of(inline()),
            prop::option::weighted(0.4, list(depth - 1)),
            prop::option::weighted(0.2, inline()),
        )
            .prop_map(|(text, second, inner, after)| {
                let second = second.map(|text| format!("<p>{text}</p>")).unwrap_or_default();
                let after = after.map(|text| format!("<p>{text}</p>")).unwrap_or_default();
                format!("<p>{text}</p>{second}{}{after}", inner.unwrap_or_default())
            })
            .boxed()
    };
    (prop::collection::vec(item, 1..4), prop::bool::ANY)
        .prop_map(|(items, numbered)| {
            let tag = if numbered { "ol" } else { "ul" };
            format!("<{tag}>{}</{tag}>", items.iter().map(|item| format!("<li>{item}</li>")).collect::<String>())
        })
        .boxed()
}

fn table() -> impl Strategy<Value = String> {
    let row = (prop::collection::vec(inline(), 1..4), prop::bool::ANY).prop_map(|(cells, header)| {
        let tag = if header { "th" } else { "td" };
        format!("<tr>{}</tr>", cells.iter().map(|cell| format!("<{tag}>{cell}</{tag}>")).collect::<String>())
    });
    prop::collection::vec(row, 1..4).prop_map(|rows| format!("<table>{}</table>", rows.concat()))
}

fn block() -> BoxedStrategy<String> {
    prop_oneof![
        3 => inline().prop_map(|text| format!("<p>{text}</p>")),
        1 => (inline(), 1..7u8).prop_map(|(text, level)| format!("<h{level}>{text}</h{level}>")),
        3 => list(2),
        2 => table(),
        1 => prop::collection::vec(inline(), 1..3).prop_map(|texts| {
            format!("<blockquote>{}</blockquote>", texts.iter().map(|text| format!("<p>{text}</p>")).collect::<String>())
        }),
        1 => prop::collection::vec(word(), 1..6).prop_map(|words| format!("<pre>w {}</pre>", escaped(&words.join("\n  ")))),
    ]
    .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_rendered_reads_back_as_the_text(blocks in prop::collection::vec(block(), 1..8)) {
        let html = format!("<html><head><title>The *title* of #1 | a</title></head><body><article>{}</article></body></html>", blocks.concat());
        let cleaned = all_kept(&html);
        let expected = plain(&cleaned);
        let markdown = render(&cleaned, OutputFormat::Markdown);
        let has_title = cleaned.article.metadata.title.is_some();
        prop_assert_eq!(words(&read_markdown(&markdown, has_title)), expected.clone(), "{}", markdown);
        let rendered = render(&cleaned, OutputFormat::Html);
        prop_assert_eq!(words(&read_html(&rendered)), expected.clone(), "{}", rendered);
        for format in [OutputFormat::Tei, OutputFormat::Xml] {
            let rendered = render(&cleaned, format);
            prop_assert_eq!(words(&read_xml(&rendered)), expected.clone(), "{}", rendered);
        }
    }
}

const PAGE: &str = r#"<html><body><article><p>See <a href="/a_b?x=1&amp;y">the <b>new</b> ramp</a>, <em>now</em>.</p>
<ol><li>One<ul><li>Inner</li><li><p>Second</p><p>Further</p></li></ul></li><li>Two</li></ol><ul><li>Other</li></ul>
<table><tr><th>Car</th><th>No|</th></tr><tr><td>A</td><td>1</td></tr></table><table><tr><td>- B</td><td>*2*</td></tr></table>
<blockquote><p>First</p><p>Then</p></blockquote><p>**3** # x</p></article></body></html>"#;

#[test]
fn markdown_keeps_lists_tables_links_and_emphasis() {
    let markdown = render(&all_kept(PAGE), OutputFormat::Markdown);
    let story = markdown.split_once("See").map_or("", |(_, story)| story);
    let expected = " [the **new** ramp](https://a.example/a_b?x=1\\&y), *now*.

1. One
   - Inner
   - Second

     Further
2. Two
- Other

| Car | No\\| |
|---|---|
| A | 1 |

|  |  |
|---|---|
| - B | \\*2\\* |

> First
>
> Then

\\*\\*3\\*\\* # x
";
    assert_eq!(story, expected, "{markdown}");
}

#[test]
fn html_keeps_lists_tables_links_and_emphasis() {
    let html = render(&all_kept(PAGE), OutputFormat::Html);
    for expected in [
        "<p>See <a href=\"https://a.example/a_b?x=1&amp;y\">the <strong>new</strong> ramp</a>, <em>now</em>.</p>\n",
        "<ol>\n<li value=\"1\">One\n<ul>\n<li>Inner\n</li>\n<li>Second\n<p>Further</p>\n</li>\n</ul>\n</li>\n<li value=\"2\">Two\n</li>\n</ol>\n<ul>\n<li>Other\n",
        "<table>\n<tr><th>Car</th><th>No|</th></tr>\n<tr><td>A</td><td>1</td></tr>\n</table>\n<table>\n",
        "<blockquote>\n<p>First</p>\n<p>Then</p>\n</blockquote>\n",
    ] {
        assert!(html.contains(expected), "{expected}\n{html}");
    }
}

#[test]
fn tei_and_xml_keep_lists_tables_links_and_emphasis() {
    let cleaned = all_kept(PAGE);
    let (tei, xml) = (render(&cleaned, OutputFormat::Tei), render(&cleaned, OutputFormat::Xml));
    for expected in [
        "<p>See <ref target=\"https://a.example/a_b?x=1&amp;y\">the <hi rend=\"#b\">new</hi> ramp</ref>, <hi rend=\"#i\">now</hi>.</p>\n",
        "<list rend=\"ul\">\n<item>Other\n",
        "<quote>\n<p>First</p>\n<p>Then</p>\n</quote>\n",
    ] {
        assert!(tei.contains(expected) && xml.contains(expected), "{expected}\n{tei}\n{xml}");
    }
    assert!(
        tei.contains("<item n=\"2\">Two\n")
            && tei.contains("<item rend=\"header\"><list rend=\"row\"><item>Car</item><item>No|</item></list></item>"),
        "{tei}"
    );
    assert!(
        xml.contains("<cell role=\"head\">Car</cell>") && xml.contains("<doc ") && xml.contains("hostname=\"a.example\""),
        "{xml}"
    );
    assert!(tei.contains("<ptr type=\"URL\" target=\"https://a.example/story/\"/>"), "{tei}");
}
