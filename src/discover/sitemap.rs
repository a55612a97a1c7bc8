//! Sitemaps (<https://www.sitemaps.org/protocol.html>): lists, indexes and news sitemaps, gzip too, as a stream. Fetches nothing.
//!
//! Memory holds one entry at a time. A sitemap that is damaged gives what stands before the damage.

use std::io::{BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use url::Url;

use super::charset::Utf8;
use super::feed_date::moment;
use super::xml::{Document, Event, Space};
use super::{Error, Found, Witness, join};
use gleaner_extract::base::time::Timestamp;

/// Most entries of one sitemap; the protocol allows 50,000.
pub const MAX_ENTRIES: usize = 50_000;

/// Most bytes of one sitemap after decompression; the protocol allows 50 MiB.
pub const MAX_BYTES: u64 = 50 << 20;

/// Most sitemaps that a robots.txt may name.
const MAX_NAMED: usize = 500;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A page. `published` is the news markup's date, else `lastmod`.
    Page(Box<Found>),
    /// Another sitemap.
    Sitemap {
        /// Its address.
        url: Url,
        /// When it last changed.
        modified: Option<Timestamp>,
    },
}

/// What a sitemap held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Entries given.
    pub entries: usize,
    /// Entries left out, for they last changed before the window.
    pub older: usize,
    /// What is wrong with it, or where it was cut off.
    pub damage: Option<String>,
}

/// Reads a sitemap, gzip or not, and gives each entry that changed at `since` or later, or does not tell. `base` is its address.
pub fn read(
    source: impl Read,
    base: Option<&Url>,
    since: Option<Timestamp>,
    sink: &mut dyn FnMut(Entry),
) -> Result<Summary, Error> {
    let mut source = BufReader::new(source);
    let head = source.fill_buf().map_err(|error| damaged(&error))?;
    if head.starts_with(&[0x1f, 0x8b]) {
        return stream(BufReader::new(MultiGzDecoder::new(source).take(MAX_BYTES)), base, since, sink);
    }
    stream(source.take(MAX_BYTES), base, since, sink)
}

fn damaged(error: &std::io::Error) -> Error {
    Error::Damaged { what: "the sitemap", damage: error.to_string() }
}

/// An entry while it is read.
#[derive(Default)]
struct Open {
    is_sitemap: bool,
    link: String,
    modified: String,
    published: String,
    title: String,
    is_news: bool,
}

/// The fields of an entry; `news:` ones may stand within `news:news`.
const FIELDS: &[(Space, &str)] =
    &[(Space::Own, "loc"), (Space::Own, "lastmod"), (Space::News, "publication_date"), (Space::News, "title")];

impl Open {
    fn field(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "loc" => &mut self.link,
            "lastmod" => &mut self.modified,
            "publication_date" => &mut self.published,
            "title" => &mut self.title,
            _ => return None,
        })
    }

    fn entry(&self, base: Option<&Url>) -> Option<Entry> {
        let (url, modified) = (join(base, &self.link)?, moment(&self.modified));
        if self.is_sitemap {
            return Some(Entry::Sitemap { url, modified });
        }
        let title = gleaner_extract::base::text::squeeze(&self.title);
        let witness = if self.is_news { Witness::NewsSitemap } else { Witness::Sitemap };
        let published = moment(&self.published).or(modified);
        Some(Entry::Page(Box::new(Found { title: (!title.is_empty()).then_some(title), published, ..Found::bare(url, witness) })))
    }
}

fn stream(
    source: impl BufRead,
    base: Option<&Url>,
    since: Option<Timestamp>,
    sink: &mut dyn FnMut(Entry),
) -> Result<Summary, Error> {
    let mut document = Document::new(Utf8::new(source));
    let mut summary = Summary::default();
    let (mut root, mut open, mut field) = (false, None::<Open>, None::<String>);
    loop {
        let event = match document.next() {
            Ok(Some(event)) => event,
            Ok(None) if root => return Ok(summary),
            Ok(None) => return Err(Error::Not { what: "the sitemap" }),
            Err(damage) if root => return Ok(Summary { damage: Some(damage), ..summary }),
            Err(damage) => return Err(Error::Damaged { what: "the sitemap", damage }),
        };
        match event {
            Event::Open(tag) if !root => {
                root = matches!(tag.name.as_str(), "urlset" | "sitemapindex");
                if !root {
                    return Err(Error::Not { what: "the sitemap" });
                }
            }
            Event::Open(tag) => match (tag.space, tag.name.as_str()) {
                (Space::Own, name @ ("url" | "sitemap")) => {
                    open = Some(Open { is_sitemap: name == "sitemap", ..Open::default() })
                }
                (Space::News, "news") => open.iter_mut().for_each(|open| open.is_news = true),
                (space, name) => field = FIELDS.contains(&(space, name)).then(|| name.to_owned()),
            },
            Event::Text(text) => {
                let target = open.as_mut().zip(field.as_deref()).and_then(|(open, name)| open.field(name));
                if let Some(target) = target.filter(|target| target.len() + text.len() <= super::MAX_ADDRESS) {
                    target.push_str(&text);
                }
            }
            Event::Close(name) if matches!(name.as_str(), "url" | "sitemap") => {
                if let Some(entry) = open.take().and_then(|open| open.entry(base)) {
                    give(entry, since, &mut summary, sink);
                }
            }
            Event::Close(_) => field = None,
        }
        if summary.entries >= MAX_ENTRIES {
            return Ok(Summary { damage: Some(format!("it has more than {MAX_ENTRIES} entries")), ..summary });
        }
    }
}

fn give(entry: Entry, since: Option<Timestamp>, summary: &mut Summary, sink: &mut dyn FnMut(Entry)) {
    let changed = match &entry {
        Entry::Page(page) => page.published,
        Entry::Sitemap { modified, .. } => *modified,
    };
    if changed.is_some_and(|changed| Some(changed) < since) {
        summary.older += 1;
        return;
    }
    summary.entries += 1;
    sink(entry);
}

/// The sitemaps that a robots.txt names (<https://www.sitemaps.org/protocol.html#submit_robots>), in order, each once.
pub fn of_robots(file: &[u8], base: Option<&Url>) -> Vec<Url> {
    let mut found = Vec::new();
    for line in file.split(|byte| matches!(byte, b'\n' | b'\r')) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (key, value) = line.split_at(colon);
        if !key.trim_ascii().eq_ignore_ascii_case(b"sitemap") || found.len() >= MAX_NAMED {
            continue;
        }
        let value = String::from_utf8_lossy(value.get(1..).unwrap_or_default());
        found.extend(join(base, &value).filter(|url| !found.contains(url)));
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

    fn entries(bytes: &[u8], since: Option<&str>) -> (Vec<Entry>, Summary) {
        let mut found = Vec::new();
        let base = Url::parse("https://paper.example/sitemap.xml").unwrap();
        let since = since.map(|since| since.parse().unwrap());
        let summary = read(bytes, Some(&base), since, &mut |entry| found.push(entry)).unwrap();
        (found, summary)
    }

    fn pages(found: &[Entry]) -> Vec<String> {
        let path = |entry: &Entry| match entry {
            Entry::Page(page) => page.url.path().to_owned(),
            Entry::Sitemap { url, .. } => format!("sitemap {}", url.path()),
        };
        found.iter().map(path).collect()
    }

    #[test]
    fn pages_with_dates_and_news() {
        let (found, _) = entries(LIST.as_bytes(), None);
        assert_eq!(pages(&found), ["/a", "/b", "/c"]);
        let (Entry::Page(a), Entry::Page(b)) = (&found[0], &found[1]) else { panic!("pages") };
        assert_eq!((a.url.query(), a.title.as_deref(), a.witness), (Some("x=1&y=2"), None, Witness::Sitemap));
        assert_eq!((b.title.as_deref(), b.witness), (Some("Mill & ferry"), Witness::NewsSitemap));
        assert_eq!(b.published.unwrap().to_string(), "2024-02-03T07:00:00Z");
        let (found, summary) = entries(LIST.as_bytes(), Some("2024-02-02T00:00:00Z"));
        assert_eq!((pages(&found), summary.older), (vec!["/b".to_owned(), "/c".to_owned()], 1));
    }

    #[test]
    fn indexes_and_gzip() {
        let index = "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>/1.xml.gz</loc><lastmod>2024-01-01</lastmod></sitemap></sitemapindex>";
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(index.as_bytes()).unwrap();
        assert_eq!(pages(&entries(&packed.finish().unwrap(), None).0), ["sitemap /1.xml.gz"]);
    }

    #[test]
    fn a_bomb_or_a_stream_without_end_is_cut() {
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
    fn damage_and_other_things() {
        let cut = &LIST[..LIST.find("<url><loc>/c").unwrap() + 8];
        assert_eq!(entries(cut.as_bytes(), None).0.len(), 2);
        for none in ["", "<html></html>", "User-agent: *"] {
            assert!(read(none.as_bytes(), None, None, &mut |_| {}).is_err(), "{none}");
        }
        let bytes = [b"<urlset><url><loc>/a\xff\xfe</loc></url><url><loc>/b</loc></url></urlset>".as_slice()].concat();
        assert_eq!(entries(&bytes, None).0.len(), 2);
    }

    #[test]
    fn robots_name_sitemaps() {
        let base = Url::parse("https://paper.example/robots.txt").unwrap();
        let file = b"User-agent: *\nDisallow:\nSITEMAP : /a.xml\r\nSitemap: https://cdn.example/b.xml.gz\nsitemap: /a.xml\n# Sitemap: /no\n";
        let found: Vec<String> = of_robots(file, Some(&base)).iter().map(Url::to_string).collect();
        assert_eq!(found, ["https://paper.example/a.xml", "https://cdn.example/b.xml.gz"]);
    }
}
