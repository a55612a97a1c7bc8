//! Which kind of document a body is, by its first tag. Reads no further.

use super::feed::decode_xml;

/// What a document that leads to articles is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A feed.
    Feed,
    /// A sitemap or an index of sitemaps.
    Sitemap,
    /// A list of feeds.
    Opml,
}

/// Root elements by their local names.
const ROOTS: &[(&str, Kind)] = &[
    ("rss", Kind::Feed),
    ("rdf", Kind::Feed),
    ("feed", Kind::Feed),
    ("urlset", Kind::Sitemap),
    ("sitemapindex", Kind::Sitemap),
    ("opml", Kind::Opml),
];

/// Bytes that are looked at: comments and processing instructions may stand in front.
const HEAD: usize = 4096;

/// The kind of a body, `None` for pages and all else. Compressed sitemaps are told by their magic bytes, when nothing else comes so.
pub fn kind_of(bytes: &[u8], content_type: Option<&str>) -> Option<Kind> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Some(Kind::Sitemap);
    }
    let head = decode_xml(bytes.get(..HEAD).unwrap_or(bytes), content_type);
    let mut rest = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if rest.starts_with('{') {
        return rest.contains("jsonfeed.org/version").then_some(Kind::Feed);
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
    fn the_first_tag_tells() {
        let kind = |text: &str| kind_of(text.as_bytes(), None);
        assert_eq!(kind("\u{feff}<?xml version='1.0'?>\n<!-- hello --><!DOCTYPE rss>\n<rss version='2.0'>"), Some(Kind::Feed));
        assert_eq!(kind("<rdf:RDF xmlns='x'>"), Some(Kind::Feed));
        assert_eq!(kind("<urlset>"), Some(Kind::Sitemap));
        assert_eq!(kind("<opml version='2.0'/>"), Some(Kind::Opml));
        assert_eq!(kind("{\"version\": \"https://jsonfeed.org/version/1\"}"), Some(Kind::Feed));
        for page in ["<!doctype html><html>", "<html><rss>", "plain", "", "{}", "<!-- open", "<"] {
            assert_eq!(kind(page), None, "{page}");
        }
    }
}
