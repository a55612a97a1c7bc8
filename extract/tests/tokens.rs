//! The tokenizer of `page` gives the same tree of elements and texts as html5ever's own, for any markup.

use std::cell::RefCell;

use gleaner_extract::page::{self, html};
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use proptest::prelude::*;
use scraper::{Html, HtmlTreeSink, Node};

/// A token sink that leaves out comments, because they split texts.
struct NoComments<Sink>(Sink);

impl<Sink: TokenSink> TokenSink for NoComments<Sink> {
    type Handle = Sink::Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Self::Handle> {
        match token {
            Token::CommentToken(_) => TokenSinkResult::Continue,
            token => self.0.process_token(token, line),
        }
    }

    fn end(&self) {
        self.0.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.0.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

fn by_html5ever(markup: &str) -> Html {
    let sink = HtmlTreeSink(RefCell::new(Html::new_document()));
    let tokenizer = Tokenizer::new(NoComments(TreeBuilder::new(sink, TreeBuilderOpts::default())), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(markup));
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    tokenizer.sink.0.sink.finish()
}

/// What must be equal: elements, the attributes that gleaner reads, and texts outside scripts and styles.
fn outline(document: &Html) -> Vec<(usize, String)> {
    const READ: &[&str] = &["id", "class", "href", "title", "content", "style", "type"];
    let mut out: Vec<(usize, String)> = Vec::new();
    for node in document.tree.root().descendants() {
        let depth = node.ancestors().count();
        let parent = node.parent().and_then(|parent| parent.value().as_element()).map_or("", |element| element.name());
        match node.value() {
            Node::Element(element) => {
                let read = element.attrs().filter(|(name, _)| READ.contains(name));
                let attributes: Vec<String> = read.map(|(name, value)| format!(" {name}={value:?}")).collect();
                out.push((depth, format!("<{}{}>", element.name(), attributes.concat())));
            }
            Node::Text(text) if !matches!(parent, "script" | "style") => {
                let text = text.replace('\0', "");
                // Without comments, a newline after a comment is the first one in its `<pre>`, which is dropped.
                let text = if parent == "pre" { text.trim_start_matches('\n').to_owned() } else { text };
                match out.last_mut().filter(|(before, text)| *before == depth && text.starts_with('"')) {
                    Some((_, before)) => before.push_str(&text),
                    None if text.is_empty() => {}
                    None => out.push((depth, format!("\"{text}"))),
                }
            }
            _ => {}
        }
    }
    out
}

fn assert_same(markup: &str) {
    let ours = html::parse(markup, &page::Config::default()).html;
    assert_eq!(outline(&ours), outline(&by_html5ever(markup)), "{markup:?}");
}

/// Pieces of markup, valid and invalid.
const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<P Class=A id=b>",
    "<div class='a \"b\"' title=\"c > d\">",
    "</div >",
    "<a href=?x=1&copy=2&amp;y>",
    "</a>",
    "<a href=\"?a&lt;b&reg=c&notit;d&#38;\">",
    "text",
    " ",
    "\n",
    "\r\n",
    "\r",
    "a < b",
    "&amp;",
    "&nbsp",
    "&#8217;",
    "&#x80;",
    "&#0;",
    "&",
    "&;",
    "&#",
    "&#x",
    "&notit;",
    "&unknown;",
    "&lt",
    "<!-- c -->",
    "<!--",
    "-->",
    "--!>",
    "<!-->",
    "<!--->",
    "<!---->",
    "<!---",
    "<!doctype html>",
    "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 3.2//EN\">",
    "<!doctype",
    "<!x>",
    "<?php x ?>",
    "</>",
    "</ x>",
    "<",
    "</",
    "<3",
    "<br/>",
    "<br / >",
    "<img src=x alt=y/>",
    "<p =x y=>",
    "<p a=1 a=2 class=x class=y>",
    "<p class>",
    "<p id='x'title=y>",
    "<script>",
    "</script>",
    "<script type='application/ld+json'>",
    "<script>if (a<b) '</p>'</script>",
    "<script><!-- <script></script> --></script>",
    "<style>",
    "</style>",
    "<style>p{}</style>",
    "<title>a &amp; <b></title>",
    "<textarea>\n<p>&lt;</textarea>",
    "<noscript><p>x</noscript>",
    "<xmp><p></xmp>",
    "<iframe src=y><p></iframe>",
    "<plaintext>",
    "<svg>",
    "</svg>",
    "<svg><style><p></style></svg>",
    "<svg/>",
    "<![CDATA[x]]>",
    "<math><mi>",
    "]]>",
    "<svg><title>t</title><path/>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<li>",
    "<ul>",
    "</ul>",
    "<b x=1>",
    "</b>",
    "<b x=2>",
    "<i>",
    "<pre>",
    "<select>",
    "<option>",
    "<template>",
    "</template>",
    "<body class=x>",
    "<html lang=en>",
    "<head>",
    "</head>",
    "<form>",
    "</form>",
    "<h1>",
    "</h2>",
    "é",
    "日本",
    "<x-y>",
    "</x-y>",
    "<p/class=z>",
    "<p class=a/>",
    "<p class=\"a",
    "<p \"x\">",
    "\u{c}",
    "<p title='a\0&amp;b\0' \0id=x>",
    "<p id=\0>",
    "<d\0v class=x>",
    "</d\0v>",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_pieces_gives_the_same_tree(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 1..14)) {
        assert_same(&pieces.concat());
    }

    #[test]
    fn any_sequence_of_characters_gives_the_same_tree(markup in "[<>/!&;#='\"a-c x\\-\\[\\]\n?]{0,40}") {
        assert_same(&markup);
    }
}

#[test]
fn every_piece_and_pair_of_pieces_gives_the_same_tree() {
    for first in PIECES {
        assert_same(first);
        for second in PIECES {
            assert_same(&[*first, *second].concat());
        }
    }
}
