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

/// Most digits of such a number.
const MAX_DIGITS: usize = 2;

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
    let parts = link.node.descendants().take(MAX_NODES).filter_map(|node| node.text());
    let (mut chars, mut letters, mut digits, mut number) = (0, 0, 0, 0);
    let mut is_after_number = false;
    for c in parts.flat_map(|part| part.trim().chars()) {
        chars += 1;
        letters += usize::from(c.is_alphabetic());
        match c.to_digit(10) {
            // Two numbers.
            Some(_) if is_after_number => return None,
            Some(digit) => (digits, number) = (digits + 1, number * 10 + digit),
            None => is_after_number = digits > 0,
        }
        // Most links are ruled out by the first letters of their text.
        if chars > MAX_TEXT || letters > MAX_LETTERS || digits > MAX_DIGITS {
            return None;
        }
    }
    (digits > 0).then_some(number)
}
