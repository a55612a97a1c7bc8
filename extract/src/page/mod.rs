//! From bytes to blocks: detects the charset, parses HTML or plain text, and collects what the page's head declares. Makes no judgement.
//!
//! [`read`] is the entry point. The parser's types do not leave this module.

pub mod anchors;
pub mod aside;
mod attributes;
pub mod binary;
pub mod blocks;
pub mod caps;
mod class_words;
mod content;
pub mod declared;
pub mod decode;
mod depth_limit;
pub mod dump_headline;
mod element_kind;
mod element_tree;
mod head;
pub mod html;
pub mod html_tree;
mod inline;
mod inline_gap;
mod input;
mod json_ld;
mod line_words;
mod markdown;
mod marks;
mod markup;
mod mojibake;
mod names;
mod paging;
mod pending;
pub mod plain;
mod references;
mod replace;
mod scripts;
pub mod tokens;
mod tree_budget;
mod wide;

pub use content::{Format, Page};
pub use head::{Head, Link, Mark, MarkedBy, Paging, TimeMark};
pub use input::{Config, Error, ReadHints};
pub use json_ld::types_of_node;
pub use marks::style_hides;
pub use names::words_of_name;

use crate::base::printable::into_printable;
use crate::document::Limit;
use crate::document::elements::ElementTree;
use element_tree::TreeRecorder;
use html::ParsedHtml;

/// Reads bytes as a page: detects the charset and whether they are HTML or text, and parses them within the limits.
pub fn read(bytes: &[u8], hints: ReadHints<'_>, config: &Config) -> Result<Page, Error> {
    read_with(bytes, hints, config, None).map(|(page, _)| page)
}

/// What the rules of a page's site need beyond the page.
#[derive(Clone, Copy, Debug, Default)]
pub struct SiteRequest<'a> {
    /// What is replaced in the markup before it is parsed: each text with another, in this order.
    pub replacements: &'a [(String, String)],
    /// Lower-case names of attributes that are kept besides the usual ones.
    pub attributes: &'a [String],
}

/// [`read`] with the tree of the page's elements, as the rules of its site ask for. A text has an empty one.
pub fn read_with_elements(
    bytes: &[u8],
    hints: ReadHints<'_>,
    config: &Config,
    request: SiteRequest<'_>,
) -> Result<(Page, ElementTree), Error> {
    read_with(bytes, hints, config, Some(request))
}

fn read_with(
    bytes: &[u8],
    hints: ReadHints<'_>,
    config: &Config,
    request: Option<SiteRequest<'_>>,
) -> Result<(Page, ElementTree), Error> {
    if bytes.len() > config.max_bytes {
        return Err(Error::TooLarge { size: bytes.len(), cap: config.max_bytes });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Error::Empty);
    }
    binary::reject(bytes, hints.content_type)?;
    let domain = hints.url.and_then(|url| url.host_str()?.rsplit('.').next());
    let decode::Decoded { text, faults } = decode::decode(bytes, hints.content_type, domain);
    let (mut page, tree) = if markup::is_html(&text, hints.content_type) {
        parsed(&text, config, request)
    } else {
        (plain::page_of(&text), ElementTree::default())
    };
    page.head.url = hints.url.cloned();
    page.decoding = faults;
    page.favour = config.favour;
    // Every block of every format passes here: no text of a page steers a terminal.
    for block in &mut page.blocks {
        block.text = into_printable(std::mem::take(&mut block.text));
    }
    Ok((page, tree))
}

/// Parses markup, or the markup of its longest `<noscript>` where that is the page.
fn parsed(text: &str, config: &Config, request: Option<SiteRequest<'_>>) -> (Page, ElementTree) {
    let SiteRequest { replacements, attributes } = request.unwrap_or_default();
    let text = replace::replaced(text, replacements);
    let read = |parsed: &ParsedHtml<'_>| {
        let mut recorder = request.map(|_| TreeRecorder::default());
        let mut page = blocks::recorded_page_of(parsed, &mut recorder);
        let (tree, is_whole) = recorder.unwrap_or_default().finish(&page);
        if !is_whole {
            page.limits.insert(Limit::Rules);
        }
        (page, tree)
    };
    let parsed = html::parse_keeping(&text, config, attributes);
    let (page, tree) = read(&parsed);
    let Some(markup) = html::longest_noscript(&parsed.document).filter(|markup| markup.len() >= MIN_NOSCRIPT_BYTES) else {
        return (page, tree);
    };
    let (inner, inner_tree) = read(&html::parse_keeping(markup, config, attributes));
    let is_page = page.is_outweighed_by(&inner);
    (page.or_noscript(inner), if is_page { inner_tree } else { tree })
}

/// Shortest `<noscript>` that may contain the page itself, in bytes.
const MIN_NOSCRIPT_BYTES: usize = 2000;
