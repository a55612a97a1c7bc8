//! From bytes to blocks: detects the charset, parses HTML or plain text, and collects what the page's head declares. Makes no judgement.
//!
//! [`read`] is the entry point. The parser's types do not leave this module.

pub mod anchors;
pub mod aside;
mod attributes;
pub mod blocks;
pub mod caps;
mod content;
mod counting_sink;
pub mod decode;
pub mod dump_headline;
mod head;
pub mod html;
mod input;
mod json_ld;
mod markdown;
mod marks;
mod names;
mod paging;
pub mod plain;
mod references;
mod scripts;
pub mod tokens;
mod tree_budget;

pub use content::{Format, Page};
pub use head::{Head, Link, Mark, MarkedBy, Paging, TimeMark};
pub use input::{Config, Error, ReadHints};
pub use json_ld::types_of_node;

/// Reads bytes as a page: detects the charset and whether they are HTML or text, and parses them within the limits.
pub fn read(bytes: &[u8], hints: ReadHints<'_>, config: &Config) -> Result<Page, Error> {
    if bytes.len() > config.max_bytes {
        return Err(Error::TooLarge { size: bytes.len(), cap: config.max_bytes });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Error::Empty);
    }
    decode::reject_binary(bytes, hints.content_type)?;
    let domain = hints.url.and_then(|url| url.host_str()?.rsplit('.').next());
    let text = decode::decode(bytes, hints.content_type, domain);
    let mut page = if looks_like_html(&text, hints.content_type) {
        let document = html::parse(&text, config);
        let page = blocks::page_of(&document);
        match blocks::longest_noscript(&document.html).filter(|markup| markup.len() >= MIN_NOSCRIPT_BYTES) {
            Some(markup) => page.or_noscript(blocks::page_of(&html::parse(markup, config))),
            None => page,
        }
    } else {
        plain::page_of(&text)
    };
    page.head.url = hints.url.cloned();
    Ok(page)
}

/// Shortest `<noscript>` that may contain the page itself, in bytes.
const MIN_NOSCRIPT_BYTES: usize = 2000;

/// Tags by whose density markup is recognised.
const STRUCTURE: &[&str] =
    &["</p>", "</div>", "</li>", "</h1>", "</h2>", "</td>", "</span>", "</a>", "<br>", "<br />", "<br/>", "<p>"];

/// Whether the text is HTML: by its first tag, by the declared type if there are any tags, or by the density of tags.
fn looks_like_html(text: &str, content_type: Option<&str>) -> bool {
    let start = text.trim_start_matches(crate::base::text::is_space);
    let head = first_chars(start, 1024).to_lowercase();
    if ["<!doctype html", "<html", "<head", "<body", "<?xml"].iter().any(|tag| head.starts_with(tag)) || head.contains("<html") {
        return true;
    }
    // Scripts and styles may come before the root element.
    if start.starts_with('<') && ["<html", "<head", "<body"].iter().all(|tag| text.contains(tag)) {
        return true;
    }
    let lower = first_chars(text, 100_000).to_lowercase();
    // Most texts have no tags, so the counts are rarely needed.
    let tags: usize = if lower.contains("</") || lower.contains("<br") || lower.contains("<p>") {
        STRUCTURE.iter().map(|tag| lower.matches(tag).count()).sum()
    } else {
        0
    };
    let declared = content_type.unwrap_or_default().to_ascii_lowercase();
    if declared.contains("html") {
        return tags > 0 || lower.contains("</");
    }
    // A dump may contain a stray iframe or a line of code; markup has a tag every few hundred characters.
    tags >= 3 && tags * 400 >= lower.len()
}

/// The first `most` characters of a text.
fn first_chars(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}
