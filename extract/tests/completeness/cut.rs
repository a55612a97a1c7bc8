//! Truncates a page with known text as a paywall would: the body ends early, and a paywall notice follows.

use std::sync::LazyLock;

use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::text::{count_words, fold};
use regex::{Captures, Regex};

use crate::paywall_notice::paywall_notice;
use crate::sets::KnownPage;

/// Pseudo-random choices by the id of a page: its half, and how it is truncated. Each byte of the hash is one die.
pub struct Dice([u8; 32]);

impl Dice {
    pub fn of(id: &str) -> Self {
        let hex = ContentHash::of(format!("completeness {id}")).to_string();
        let mut bytes = [0; 32];
        for (slot, at) in bytes.iter_mut().zip((0..).step_by(2)) {
            *slot = u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        }
        Self(bytes)
    }

    /// The result of one die, below `sides`.
    pub fn throw(&self, die: usize, sides: usize) -> usize {
        usize::from(self.0[die]) % sides
    }

    /// Whether the page belongs to the half that the code was not tuned on.
    pub fn held_out(&self) -> bool {
        self.throw(0, 2) == 1
    }
}

/// Elements with the text of stories.
static ELEMENTS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let of = |tag: &str| Regex::new(&format!(r"(?is)(<{tag}(?:\s[^>]*)?>)(.*?)(</{tag}>)")).unwrap();
    ["p", "h2", "h3", "h4", "li", "blockquote", "figure", "table"].map(of).into()
});
static TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)<[^>]*>").unwrap());
static BODY: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"("articleBody"\s*:\s*)"(?:[^"\\]|\\.)*""#).unwrap());
static LANG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"(?i)<html[^>]*\slang="([a-z]{2})"#).unwrap());

/// The truncated page; `None` if its text is not in paragraphs.
pub fn cut(page: &KnownPage) -> Option<Vec<u8>> {
    let source = std::str::from_utf8(&page.bytes).ok()?;
    let dice = Dice::of(&page.id);
    let gold = page.paragraphs.iter().map(|paragraph| fold(paragraph)).collect::<Vec<_>>().join(" ");
    let is_story = |text: &str| {
        let folded = fold(text);
        folded.len() >= 20 && gold.contains(&folded)
    };
    let kept = count_words(&gold) * (10 + dice.throw(1, 51)) / 100;
    if page.html {
        cut_html(source, &dice, &is_story, kept, count_words(&gold))
    } else {
        cut_text(source, &dice, &is_story, kept)
    }
}

fn cut_html(source: &str, dice: &Dice, is_story: &dyn Fn(&str) -> bool, kept: usize, all: usize) -> Option<Vec<u8>> {
    let plain = |html: &str| decode(&TAG.replace_all(html, ""));
    let mut seen = 0;
    let mut end = None;
    for found in ELEMENTS[0].captures_iter(source) {
        let text = plain(&found[2]);
        if is_story(&text) {
            seen += count_words(&text);
            if end.is_none() && seen >= kept.max(25) {
                end = Some((found.get(0)?.range(), text));
            }
        }
    }
    let (range, text) = end.filter(|_| seen * 10 >= all * 7)?;
    let lang = LANG.captures(source).map_or("en".to_owned(), |found| found[1].to_lowercase());
    let head = &source[..range.start];
    let mut tail = source[range.end..].to_owned();
    for element in ELEMENTS.iter() {
        let drop = |found: &Captures<'_>| if is_story(&plain(&found[2])) { String::new() } else { found[0].to_owned() };
        tail = element.replace_all(&tail, drop).into_owned();
    }
    let paid = r#"<script type="application/ld+json">{"@type": "WebPage"}</script><meta property="article:content_tier" content="locked">"#;
    let flag = if dice.throw(5, 2) == 0 { paid } else { "" };
    let last = format!("<p>{}</p>", last_paragraph(&text, dice).replace('&', "&amp;").replace('<', "&lt;"));
    let page = format!("{head}{last}{}{tail}", paywall_notice(&lang, dice, true));
    let page = BODY.replace_all(&page, r#"$1"""#).replacen("</head>", &format!("{flag}</head>"), 1);
    Some(page.into_bytes())
}

fn cut_text(source: &str, dice: &Dice, is_story: &dyn Fn(&str) -> bool, kept: usize) -> Option<Vec<u8>> {
    let (mut out, mut seen, mut cut) = (Vec::new(), 0, false);
    for line in source.lines() {
        let story = is_story(line);
        if cut && story {
            continue;
        }
        seen += if story { count_words(line) } else { 0 };
        if !cut && story && seen >= kept.max(25) {
            cut = true;
            out.push(last_paragraph(line, dice));
            let lang = if line.is_ascii() { "en" } else { "any" };
            out.push(String::new());
            out.push(paywall_notice(lang, dice, false));
        } else {
            out.push(line.to_owned());
        }
    }
    cut.then(|| out.join("\n").into_bytes())
}

/// The last paragraph, ending like that of a preview: complete, in mid-sentence, or in an ellipsis.
fn last_paragraph(text: &str, dice: &Dice) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let half = words[..(words.len() * 2 / 3).max(1)].join(" ");
    let half = half.trim_end_matches(|c: char| !c.is_alphanumeric());
    match dice.throw(2, 5) {
        0 | 1 => text.to_owned(),
        2 => half.to_owned(),
        3 => format!("{half}…"),
        _ => format!("{half} ..."),
    }
}

fn decode(text: &str) -> String {
    [("&nbsp;", " "), ("&amp;", "&"), ("&quot;", "\""), ("&#39;", "'"), ("&rsquo;", "’"), ("&#x27;", "'"), ("&#8217;", "’")]
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
