//! Converts the markup of titles, names and texts in feeds to plain text.

use gleaner_extract::base::text::squeeze;
use gleaner_extract::page::{self, ReadHints};

/// Longest line in characters: titles and names.
const MAX_LINE: usize = 1000;

/// Longest text in bytes; the rest is left out.
const MAX_MARKUP: usize = 256 << 10;

/// Markup as one line.
pub fn line(markup: &str) -> Option<String> {
    let text = match markup.contains(['<', '&']) {
        true => squeeze(&blocks(markup).join(" ")),
        false => squeeze(markup),
    };
    let line: String = text.chars().take(MAX_LINE).collect();
    (!line.is_empty()).then_some(line)
}

/// A person's name; RSS puts an e-mail address before it: `a@example.org (A. Writer)`.
pub fn name(markup: &str) -> Option<String> {
    let line = line(markup)?;
    let in_parentheses =
        line.split_once('(').and_then(|(before, name)| before.contains('@').then(|| name.trim_end_matches(')').trim()));
    let name = in_parentheses.unwrap_or(&line);
    let words: Vec<&str> = name.split(' ').filter(|word| !word.contains('@') && !word.contains("://")).collect();
    (!words.is_empty()).then(|| words.join(" ")).filter(|name| !name.is_empty())
}

/// Markup as paragraphs, separated by blank lines.
pub fn paragraphs(markup: &str) -> Option<String> {
    let text = blocks(markup).join("\n\n");
    (!text.is_empty()).then_some(text)
}

fn blocks(markup: &str) -> Vec<String> {
    let markup = markup.get(..markup.floor_char_boundary(MAX_MARKUP)).unwrap_or_default();
    // A fragment needs a root to be parsed as HTML.
    let page = format!("<!doctype html><body>{markup}");
    let hints = ReadHints { content_type: Some("text/html; charset=utf-8"), url: None };
    let blocks = page::read(page.as_bytes(), hints, &page::Config::default()).map(|page| page.blocks).unwrap_or_default();
    blocks.into_iter().map(|block| block.text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}
