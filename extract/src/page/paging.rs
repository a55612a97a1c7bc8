//! Collects links that may lead to another page of the same story, while the blocks are walked. `article::pagination` decides which of them do.

use super::head::{Head, Paging};
use super::html_tree::Element;
use super::marks::Attributes;
use crate::base::url::may_be_part;

/// Most such links of one page.
const MAX_LINKS: usize = 200;

/// Longest `href`, in bytes.
const MAX_HREF: usize = 1024;

/// Longest text of a link with a number, in characters, and most letters in it: `Page 2`, `第2页`.
const MAX_TEXT: usize = 12;
const MAX_LETTERS: usize = 6;

/// Most nodes of a link that are searched for its text.
const MAX_NODES: usize = 12;

/// Relations between the pages of a story (HTML Standard, "sequential link types"; `start` and `first` are older).
const RELATIONS: &[&str] = &["next", "prev", "previous", "first", "start"];

/// Notes a link. `block` is the number of blocks before it.
pub fn note(head: &mut Head, link: Element<'_>, attributes: &Attributes<'_>, block: usize) {
    let Some(href) = attributes.href.map(str::trim) else { return };
    if head.paging.len() >= MAX_LINKS || href.is_empty() || href.len() > MAX_HREF || href.starts_with('#') {
        return;
    }
    let rel = attributes.rel.unwrap_or_default().to_ascii_lowercase();
    let is_related = rel.split_ascii_whitespace().any(|word| RELATIONS.contains(&word));
    let number = number(link);
    if is_related || number.is_some() || may_be_part(href) {
        head.paging.push(Paging { href: href.to_owned(), rel, number, block });
    }
}

/// The number in a link's text, if that is (nearly) all of its text.
fn number(link: Element<'_>) -> Option<u32> {
    let mut text = String::new();
    for node in link.node.descendants().take(MAX_NODES) {
        if let Some(part) = node.text() {
            text.push_str(part.trim());
        }
        if text.len() > 4 * MAX_TEXT {
            return None;
        }
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let has_number = text.contains(digits.as_str()) && (1..=2).contains(&digits.len());
    let is_short = text.chars().count() <= MAX_TEXT && letters <= MAX_LETTERS;
    (has_number && is_short).then(|| digits.parse().ok()).flatten()
}
