//! Sitemaps (<https://www.sitemaps.org/protocol.html>): lists, indexes and news sitemaps, also as gzip, read as a stream. Fetches nothing.
//!
//! Memory holds one entry at a time. Entries before a malformed part are kept.

use std::io::{BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use url::Url;

use super::charset::Utf8Reader;
use super::failure::Error;
use super::found_url::{FoundIn, FoundUrl};
use super::link::{MAX_LINK_BYTES, resolve_link};
use super::xml::{Vocabulary, XmlEvent, XmlReader};
use crate::feed_date::feed_date;
use gleaner_extract::base::time::Timestamp;

/// Most entries of one sitemap; the protocol allows 50,000.
pub const MAX_ENTRIES: usize = 50_000;

/// Most bytes of one sitemap after decompression; the protocol allows 50 MiB.
pub const MAX_BYTES: u64 = 50 << 20;

/// Most sitemaps that are read from one robots.txt.
const MAX_SITEMAPS: usize = 500;

/// What errors call a sitemap.
const EXPECTED: &str = "a sitemap";

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SitemapEntry {
    /// A page. `published` is the news markup's date, else `lastmod`.
    Page(Box<FoundUrl>),
    /// Another sitemap.
    Sitemap {
        /// Its URL.
        url: Url,
        /// When it last changed.
        modified: Option<Timestamp>,
    },
}

/// The result of reading a sitemap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SitemapSummary {
    /// Entries passed on.
    pub entries: usize,
    /// Entries left out because they last changed before `since`.
    pub older: usize,
    /// What is malformed after the entries that were read, or why the rest was not read.
    pub damage: Option<String>,
}

/// Reads a sitemap, gzip or not, and passes on each entry that changed at `since` or later, or has no date. `base` is its URL.
pub fn read(
    source: impl Read,
    base: Option<&Url>,
    since: Option<Timestamp>,
    sink: &mut dyn FnMut(SitemapEntry),
) -> Result<SitemapSummary, Error> {
    let mut source = BufReader::new(source);
    let head = source.fill_buf().map_err(|error| malformed(&error))?;
    if head.starts_with(&[0x1f, 0x8b]) {
        return stream(BufReader::new(MultiGzDecoder::new(source).take(MAX_BYTES)), base, since, sink);
    }
    stream(source.take(MAX_BYTES), base, since, sink)
}

fn malformed(error: &std::io::Error) -> Error {
    Error::Malformed { expected: EXPECTED, cause: error.to_string() }
}

/// An entry that is being read.
#[derive(Default)]
struct PartialEntry {
    is_sitemap: bool,
    link: String,
    modified: String,
    published: String,
    title: String,
    is_news: bool,
}

/// The fields of an entry; those of the news vocabulary may be nested in `news:news`.
const FIELDS: &[(Vocabulary, &str)] = &[
    (Vocabulary::Own, "loc"),
    (Vocabulary::Own, "lastmod"),
    (Vocabulary::News, "publication_date"),
    (Vocabulary::News, "title"),
];

impl PartialEntry {
    fn field(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "loc" => &mut self.link,
            "lastmod" => &mut self.modified,
            "publication_date" => &mut self.published,
            "title" => &mut self.title,
            _ => return None,
        })
    }

    fn finish(&self, base: Option<&Url>) -> Option<SitemapEntry> {
        let (url, modified) = (resolve_link(base, &self.link)?, feed_date(&self.modified));
        if self.is_sitemap {
            return Some(SitemapEntry::Sitemap { url, modified });
        }
        let title = gleaner_extract::base::text::squeeze(&self.title);
        let found_in = if self.is_news { FoundIn::NewsSitemap } else { FoundIn::Sitemap };
        let published = feed_date(&self.published).or(modified);
        Some(SitemapEntry::Page(Box::new(FoundUrl {
            title: (!title.is_empty()).then_some(title),
            published,
            ..FoundUrl::bare(url, found_in)
        })))
    }
}

fn stream(
    source: impl BufRead,
    base: Option<&Url>,
    since: Option<Timestamp>,
    sink: &mut dyn FnMut(SitemapEntry),
) -> Result<SitemapSummary, Error> {
    let mut reader = XmlReader::new(Utf8Reader::new(source));
    let mut summary = SitemapSummary::default();
    let (mut has_root, mut open, mut field) = (false, None::<PartialEntry>, None::<String>);
    loop {
        let event = match reader.next() {
            Ok(Some(event)) => event,
            Ok(None) if has_root => return Ok(summary),
            Ok(None) => return Err(Error::WrongKind { expected: EXPECTED, found: None }),
            Err(damage) if has_root => return Ok(SitemapSummary { damage: Some(damage), ..summary }),
            Err(cause) => return Err(Error::Malformed { expected: EXPECTED, cause }),
        };
        match event {
            XmlEvent::Open(tag) if !has_root => {
                has_root = matches!(tag.name.as_str(), "urlset" | "sitemapindex");
                if !has_root {
                    return Err(Error::WrongKind { expected: EXPECTED, found: None });
                }
            }
            XmlEvent::Open(tag) => match (tag.vocabulary, tag.name.as_str()) {
                (Vocabulary::Own, name @ ("url" | "sitemap")) => {
                    open = Some(PartialEntry { is_sitemap: name == "sitemap", ..PartialEntry::default() })
                }
                (Vocabulary::News, "news") => open.iter_mut().for_each(|open| open.is_news = true),
                (vocabulary, name) => field = FIELDS.contains(&(vocabulary, name)).then(|| name.to_owned()),
            },
            XmlEvent::Text(text) => {
                let target = open.as_mut().zip(field.as_deref()).and_then(|(open, name)| open.field(name));
                if let Some(target) = target.filter(|target| target.len() + text.len() <= MAX_LINK_BYTES) {
                    target.push_str(&text);
                }
            }
            XmlEvent::Close(name) if matches!(name.as_str(), "url" | "sitemap") => {
                if let Some(entry) = open.take().and_then(|open| open.finish(base)) {
                    pass_on(entry, since, &mut summary, sink);
                }
            }
            XmlEvent::Close(_) => field = None,
        }
        if summary.entries >= MAX_ENTRIES {
            return Ok(SitemapSummary { damage: Some(format!("it has more than {MAX_ENTRIES} entries")), ..summary });
        }
    }
}

fn pass_on(entry: SitemapEntry, since: Option<Timestamp>, summary: &mut SitemapSummary, sink: &mut dyn FnMut(SitemapEntry)) {
    let changed = match &entry {
        SitemapEntry::Page(page) => page.published,
        SitemapEntry::Sitemap { modified, .. } => *modified,
    };
    if changed.is_some_and(|changed| Some(changed) < since) {
        summary.older += 1;
        return;
    }
    summary.entries += 1;
    sink(entry);
}

/// The sitemaps that a robots.txt lists (<https://www.sitemaps.org/protocol.html#submit_robots>), in order and without duplicates.
pub fn of_robots(file: &[u8], base: Option<&Url>) -> Vec<Url> {
    let mut found = Vec::new();
    for line in file.split(|byte| matches!(byte, b'\n' | b'\r')) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (key, value) = line.split_at(colon);
        if !key.trim_ascii().eq_ignore_ascii_case(b"sitemap") || found.len() >= MAX_SITEMAPS {
            continue;
        }
        let value = String::from_utf8_lossy(value.get(1..).unwrap_or_default());
        found.extend(resolve_link(base, &value).filter(|url| !found.contains(url)));
    }
    found
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const LIST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://paper.example/a?x=1&amp;y=2 </loc><lastmod>2024-02-01</lastmod><image:image><image:loc>https://paper.example/a.jpg</image:loc><image:title>No</image:title></image:image></url>
<url><loc>https://paper.example/b</loc><news:news><news:publication><news:name>P</news:name></news:publication>
<news:publication_date>2024-02-03T08:00:00+01:00</news:publication_date><news:title>Mill &amp; ferry</news:title></news:news></url>
<url><loc>/c</loc></url><url><loc>mailto:x</loc></url></urlset>"#;

    fn entries(bytes: &[u8], since: Option<&str>) -> (Vec<SitemapEntry>, SitemapSummary) {
        let mut found = Vec::new();
        let base = Url::parse("https://paper.example/sitemap.xml").unwrap();
        let since = since.map(|since| since.parse().unwrap());
        let summary = read(bytes, Some(&base), since, &mut |entry| found.push(entry)).unwrap();
        (found, summary)
    }

    fn pages(found: &[SitemapEntry]) -> Vec<String> {
        let path = |entry: &SitemapEntry| match entry {
            SitemapEntry::Page(page) => page.url.path().to_owned(),
            SitemapEntry::Sitemap { url, .. } => format!("sitemap {}", url.path()),
        };
        found.iter().map(path).collect()
    }

    #[test]
    fn pages_have_dates_and_news_markup() {
        let (found, _) = entries(LIST.as_bytes(), None);
        assert_eq!(pages(&found), ["/a", "/b", "/c"]);
        let (SitemapEntry::Page(a), SitemapEntry::Page(b)) = (&found[0], &found[1]) else { panic!("pages") };
        assert_eq!((a.url.query(), a.title.as_deref(), a.found_in), (Some("x=1&y=2"), None, FoundIn::Sitemap));
        assert_eq!((b.title.as_deref(), b.found_in), (Some("Mill & ferry"), FoundIn::NewsSitemap));
        assert_eq!(b.published.unwrap().to_string(), "2024-02-03T07:00:00Z");
        let (found, summary) = entries(LIST.as_bytes(), Some("2024-02-02T00:00:00Z"));
        assert_eq!((pages(&found), summary.older), (vec!["/b".to_owned(), "/c".to_owned()], 1));
    }

    #[test]
    fn indexes_and_gzip_are_read() {
        let index = "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>/1.xml.gz</loc><lastmod>2024-01-01</lastmod></sitemap></sitemapindex>";
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(index.as_bytes()).unwrap();
        assert_eq!(pages(&entries(&packed.finish().unwrap(), None).0), ["sitemap /1.xml.gz"]);
    }

    #[test]
    fn bombs_and_endless_streams_are_cut() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(b"<urlset><url><loc>/1</loc></url>").unwrap();
        std::io::copy(&mut std::io::repeat(b' ').take(MAX_BYTES + (1 << 20)), &mut packed).unwrap();
        packed.write_all(b"<url><loc>/2</loc></url></urlset>").unwrap();
        assert_eq!(pages(&entries(&packed.finish().unwrap(), None).0), ["/1"]);
        let endless = std::io::Cursor::new("<urlset>").chain(LoopOf(b"<url><loc>/1</loc></url>", 0));
        let mut count = 0;
        let summary = read(endless, Url::parse("http://a.example/").ok().as_ref(), None, &mut |_| count += 1).unwrap();
        assert_eq!((count, summary.damage.is_some()), (MAX_ENTRIES, true));
    }

    struct LoopOf(&'static [u8], usize);

    impl Read for LoopOf {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            for byte in buffer.iter_mut() {
                *byte = self.0[self.1 % self.0.len()];
                self.1 += 1;
            }
            Ok(buffer.len())
        }
    }

    #[test]
    fn malformed_sitemaps_and_other_documents() {
        let cut = &LIST[..LIST.find("<url><loc>/c").unwrap() + 8];
        assert_eq!(entries(cut.as_bytes(), None).0.len(), 2);
        for none in ["", "<html></html>", "User-agent: *"] {
            assert!(read(none.as_bytes(), None, None, &mut |_| {}).is_err(), "{none}");
        }
        let bytes = [b"<urlset><url><loc>/a\xff\xfe</loc></url><url><loc>/b</loc></url></urlset>".as_slice()].concat();
        assert_eq!(entries(&bytes, None).0.len(), 2);
    }

    #[test]
    fn robots_txt_lists_sitemaps() {
        let base = Url::parse("https://paper.example/robots.txt").unwrap();
        let file = b"User-agent: *\nDisallow:\nSITEMAP : /a.xml\r\nSitemap: https://cdn.example/b.xml.gz\nsitemap: /a.xml\n# Sitemap: /no\n";
        let found: Vec<String> = of_robots(file, Some(&base)).iter().map(Url::to_string).collect();
        assert_eq!(found, ["https://paper.example/a.xml", "https://cdn.example/b.xml.gz"]);
    }
}
