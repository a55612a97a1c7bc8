//! OPML (<https://opml.org/spec2.opml>): parses and writes lists of feeds. Opens no files.

use url::Url;

use super::charset::decode_xml;
use super::failure::Error;
use super::link::{resolve_link, resolve_own_link};
use super::xml::{XmlEvent, XmlReader};
use gleaner_extract::base::printable::is_unprintable;
use gleaner_extract::base::text::squeeze;

/// What errors call an OPML file.
const EXPECTED: &str = "an OPML list";

/// Most feeds of one list.
pub const MAX_FEEDS: usize = 10_000;

/// Most folders that a feed is in, and most of its tags; further ones are left out.
const MAX_FOLDERS: usize = 32;
const MAX_TAGS: usize = 100;

/// Longest title or tag in characters; the rest is left out. A folder's title is repeated for each of its feeds.
const MAX_TITLE: usize = 300;

/// One feed of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its title in the list.
    pub title: Option<String>,
    /// The feed's URL, with the user name and password that the list may have for it.
    pub feed: Url,
    /// The site's URL.
    pub site: Option<Url>,
    /// The folders that it is in, outermost first, and its `category`.
    pub tags: Vec<String>,
}

/// Reads a list of feeds.
pub fn read(bytes: &[u8], content_type: Option<&str>) -> Result<Vec<Subscription>, Error> {
    let text = decode_xml(bytes, content_type);
    let mut reader = XmlReader::new(text.trim_start().as_bytes());
    let (mut found, mut folders, mut has_root) = (Vec::new(), Vec::<Option<String>>::new(), false);
    loop {
        let event = match reader.next() {
            Ok(Some(event)) => event,
            Ok(None) if has_root => return Ok(found),
            Ok(None) => return Err(Error::WrongKind { expected: EXPECTED, found: None }),
            Err(_) if !found.is_empty() => return Ok(found),
            Err(cause) => return Err(Error::Malformed { expected: EXPECTED, cause }),
        };
        match event {
            XmlEvent::Open(tag) if !has_root => {
                has_root = tag.name == "opml";
                if !has_root {
                    return Err(Error::WrongKind { expected: EXPECTED, found: None });
                }
            }
            XmlEvent::Open(tag) if tag.name == "outline" => {
                let text = |name: &str| tag.attribute(name).map(line).filter(|text| !text.is_empty());
                let title = text("title").or_else(|| text("text"));
                let Some(feed) = tag.attribute("xmlurl").and_then(|url| resolve_own_link(None, url)) else {
                    folders.push(title);
                    continue;
                };
                folders.push(None);
                if found.len() < MAX_FEEDS {
                    let tags = tags(&folders, tag.attribute("category").unwrap_or_default());
                    let site = tag.attribute("htmlurl").and_then(|url| resolve_link(None, url));
                    found.push(Subscription { title, feed, site, tags });
                }
            }
            XmlEvent::Close(name) if name == "outline" => drop(folders.pop()),
            _ => {}
        }
    }
}

/// The tags of a feed: the titles of the folders that it is in, and its categories.
fn tags(folders: &[Option<String>], categories: &str) -> Vec<String> {
    let categories = categories.split(',').map(|name| line(name.trim().trim_matches('/')));
    let tags = folders.iter().take(MAX_FOLDERS).flatten().cloned().chain(categories);
    let mut tags: Vec<String> = tags.filter(|tag| !tag.is_empty()).take(MAX_TAGS).collect();
    tags.dedup();
    tags
}

/// A title or tag as one line.
fn line(text: &str) -> String {
    let text = squeeze(text);
    match text.char_indices().nth(MAX_TITLE) {
        Some((end, _)) => text.get(..end).unwrap_or_default().trim_end().to_owned(),
        None => text,
    }
}

/// Writes a list of feeds, grouped by their tags.
pub fn write(title: &str, feeds: &[Subscription]) -> String {
    let mut sorted: Vec<&Subscription> = feeds.iter().collect();
    sorted.sort_by(|a, b| (&a.tags, &a.title, a.feed.as_str()).cmp(&(&b.tags, &b.title, b.feed.as_str())));
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head><title>{}</title></head>\n  <body>\n",
        attribute(title)
    );
    let mut open: &[String] = &[];
    for feed in sorted {
        if feed.tags != open {
            close(open, &mut out);
            for (depth, tag) in feed.tags.iter().enumerate() {
                out += &format!("{}<outline text=\"{}\">\n", "  ".repeat(depth + 2), attribute(tag));
            }
            open = &feed.tags;
        }
        let title = attribute(feed.title.as_deref().unwrap_or(feed.feed.as_str()));
        let site = feed.site.as_ref().map(|site| format!(" htmlUrl=\"{}\"", attribute(site.as_str()))).unwrap_or_default();
        let (indent, url) = ("  ".repeat(open.len() + 2), attribute(feed.feed.as_str()));
        out += &format!("{indent}<outline type=\"rss\" text=\"{title}\" title=\"{title}\" xmlUrl=\"{url}\"{site}/>\n");
    }
    close(open, &mut out);
    out + "  </body>\n</opml>\n"
}

fn close(open: &[String], out: &mut String) {
    for depth in (0..open.len()).rev() {
        *out += &format!("{}</outline>\n", "  ".repeat(depth + 2));
    }
}

fn attribute(text: &str) -> String {
    // XML has no control characters, not even escaped.
    let text: String = text.chars().map(|c| if c.is_control() || is_unprintable(c) { ' ' } else { c }).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_lists_can_be_read() {
        let feed = |url: &str, title: &str, tags: &[&str]| Subscription {
            title: Some(title.into()),
            feed: Url::parse(url).unwrap(),
            site: None,
            tags: tags.iter().map(ToString::to_string).collect(),
        };
        let feeds = [
            feed("https://a.example/feed?x=1&y=2", "A \"quoted\" & <odd>", &["news", "north"]),
            feed("https://b.example/feed", "B", &["news", "north"]),
            feed("https://c.example/feed", "C", &[]),
        ];
        let mut back = read(write("mine", &feeds).as_bytes(), None).unwrap();
        back.sort_by_key(|feed| feed.feed.to_string());
        assert_eq!(back, feeds);
    }

    #[test]
    fn lists_of_other_programs_are_read() {
        let list = r#"<?xml version="1.0"?><opml version="1.0"><body><outline text="Papers"><outline text="A" type="rss" xmlUrl="https://a.example/f" htmlUrl="https://a.example/" category="/world,sport"/></outline>
            <outline text="B" XMLURL="https://b.example/f"></outline><outline text="odd" xmlUrl="javascript:x"/></body></opml>"#;
        let found = read(list.as_bytes(), None).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].tags, ["Papers", "world", "sport"]);
        assert_eq!((found[1].title.as_deref(), found[1].tags.len()), (Some("B"), 0));
        assert!(read(b"<rss/>", None).is_err() && read(b"", None).is_err());
    }

    #[test]
    fn tags_are_bounded_in_number_and_length() {
        let folders =
            format!("<outline text=\"{}\">", "x".repeat(1000)) + &"<outline text=\"b\"><outline text=\"c\">".repeat(1000);
        let feed = format!("<outline xmlUrl=\"https://a.example/\" category=\"{}\"/>", "d,e,".repeat(1000));
        let found = read(format!("<opml><body>{folders}{feed}").as_bytes(), None).unwrap();
        assert_eq!((found[0].tags.len(), found[0].tags[0].len()), (MAX_TAGS, MAX_TITLE));
        assert_eq!(found[0].tags[MAX_FOLDERS..].iter().position(|tag| tag == "c"), None);
    }
}
