//! Feeds: RSS 0.9 to 2.0, RSS 1.0 (RDF), Atom 0.3 and 1.0, CDF and JSON Feed. Fetches nothing.
//!
//! Entries before a malformed part are kept: half a feed is better than none.

mod document;
mod json_feed;
mod plain_text;
#[cfg(test)]
mod tests;
mod xml_feed;

use url::Url;

pub use document::{Feed, MAX_ENTRIES};

use super::charset::decode_xml;
use super::failure::Error;

/// Reads a feed of any format. `base` is the URL that it was fetched from; relative links need it.
pub fn read(bytes: &[u8], content_type: Option<&str>, base: Option<&Url>) -> Result<Feed, Error> {
    let text = decode_xml(bytes, content_type);
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if start.starts_with('{') { json_feed::read(start, base) } else { xml_feed::read(start, base) }
}
