//! Detects what kind of listing a document is, by its first tag. Reads no further.

use super::charset::decode_xml;

/// The kind of a document that lists articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListingKind {
    /// A feed.
    Feed,
    /// A sitemap or an index of sitemaps.
    Sitemap,
    /// A list of feeds.
    Opml,
}

/// Root elements by their local names.
const ROOTS: &[(&str, ListingKind)] = &[
    ("rss", ListingKind::Feed),
    ("rdf", ListingKind::Feed),
    ("feed", ListingKind::Feed),
    ("urlset", ListingKind::Sitemap),
    ("sitemapindex", ListingKind::Sitemap),
    ("opml", ListingKind::Opml),
];

/// Bytes that are read: comments and processing instructions may come before the first tag.
const HEAD: usize = 4096;

/// The kind of a document, `None` for pages and anything else. Only sitemaps come as gzip files, so those are recognised by their magic
/// bytes.
pub fn listing_kind(bytes: &[u8], content_type: Option<&str>) -> Option<ListingKind> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Some(ListingKind::Sitemap);
    }
    let head = decode_xml(bytes.get(..HEAD).unwrap_or(bytes), content_type);
    let mut rest = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if rest.starts_with('{') {
        return rest.contains("jsonfeed.org/version").then_some(ListingKind::Feed);
    }
    loop {
        rest = rest.trim_start();
        let inner = rest.strip_prefix('<')?;
        let end = match inner {
            _ if inner.starts_with("!--") => inner.find("-->").map(|at| at + 3),
            _ if inner.starts_with(['?', '!']) => inner.find('>').map(|at| at + 1),
            _ => {
                let name = inner.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next()?.to_ascii_lowercase();
                let local = name.rsplit(':').next()?;
                return ROOTS.iter().find(|(root, _)| *root == local).map(|(_, kind)| *kind);
            }
        };
        rest = inner.get(end?..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_tag_decides() {
        let kind = |text: &str| listing_kind(text.as_bytes(), None);
        assert_eq!(
            kind("\u{feff}<?xml version='1.0'?>\n<!-- hello --><!DOCTYPE rss>\n<rss version='2.0'>"),
            Some(ListingKind::Feed)
        );
        assert_eq!(kind("<rdf:RDF xmlns='x'>"), Some(ListingKind::Feed));
        assert_eq!(kind("<urlset>"), Some(ListingKind::Sitemap));
        assert_eq!(kind("<opml version='2.0'/>"), Some(ListingKind::Opml));
        assert_eq!(kind("{\"version\": \"https://jsonfeed.org/version/1\"}"), Some(ListingKind::Feed));
        for page in ["<!doctype html><html>", "<html><rss>", "plain", "", "{}", "<!-- open", "<"] {
            assert_eq!(kind(page), None, "{page}");
        }
    }
}
