//! From bytes to blocks: detects the charset, parses HTML or plain text, and collects what the page's head declares. Makes no judgement.
//!
//! [`read`] is the entry point. The parser's types do not leave this module.

pub mod anchors;
pub mod aside;
mod attributes;
pub mod binary;
pub mod blocks;
pub mod caps;
mod content;
mod counting_sink;
pub mod declared;
pub mod decode;
pub mod dump_headline;
mod head;
pub mod html;
mod inline;
mod inline_gap;
mod input;
mod json_ld;
mod markdown;
mod marks;
mod markup;
mod mojibake;
mod names;
mod paging;
mod pending;
pub mod plain;
mod references;
mod scripts;
pub mod tokens;
mod tree_budget;
mod wide;

pub use content::{Format, Page};
pub use head::{Head, Link, Mark, MarkedBy, Paging, TimeMark};
pub use input::{Config, Error, ReadHints};
pub use json_ld::types_of_node;

use crate::base::printable::into_printable;

/// Reads bytes as a page: detects the charset and whether they are HTML or text, and parses them within the limits.
pub fn read(bytes: &[u8], hints: ReadHints<'_>, config: &Config) -> Result<Page, Error> {
    if bytes.len() > config.max_bytes {
        return Err(Error::TooLarge { size: bytes.len(), cap: config.max_bytes });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Error::Empty);
    }
    binary::reject(bytes, hints.content_type)?;
    let domain = hints.url.and_then(|url| url.host_str()?.rsplit('.').next());
    let decode::Decoded { text, faults } = decode::decode(bytes, hints.content_type, domain);
    let mut page = if markup::is_html(&text, hints.content_type) {
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
    page.decoding = faults;
    // Every block of every format passes here: no text of a page steers a terminal.
    for block in &mut page.blocks {
        block.text = into_printable(std::mem::take(&mut block.text));
    }
    Ok(page)
}

/// Shortest `<noscript>` that may contain the page itself, in bytes.
const MIN_NOSCRIPT_BYTES: usize = 2000;
