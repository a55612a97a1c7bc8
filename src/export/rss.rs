//! An RSS 2.0 feed (<https://www.rssboard.org/rss-specification>) with the full clean text of each document in `content:encoded`.

use std::io::{self, Write};

use super::atom::urn;
use super::body::{uri, xhtml};
use super::document::{ExportDocument, instant};
use super::exporter::{About, Exporter, FileFormat};
use gleaner_extract::base::escape::escape_xml;
use gleaner_extract::base::time::Timestamp;

/// RSS.
pub const FORMAT: FileFormat = FileFormat {
    name: "rss",
    extensions: &[".rss", ".xml"],
    is_compressible: true,
    is_feed: true,
    open: |out, about| Ok(Box::new(Rss::new(out, about)?)),
};

struct Rss<W> {
    out: W,
}

impl<W: Write> Rss<W> {
    fn new(mut out: W, about: About<'_>) -> io::Result<Self> {
        let title = escape_xml(about.title);
        // The link is required.
        let link = escape_xml(about.url.unwrap_or("about:blank"));
        write!(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n<title>{title}</title>\n<link>{link}</link>\n\
             <description>{title}</description>\n<lastBuildDate>{}</lastBuildDate>\n<generator>gleaner {}</generator>\n",
            mail_date(about.now),
            env!("CARGO_PKG_VERSION")
        )?;
        Ok(Self { out })
    }
}

impl<W: Write> Exporter for Rss<W> {
    fn document(&mut self, document: &ExportDocument<'_>) -> io::Result<()> {
        self.out.write_all(item(document).as_bytes())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.write_all(b"</channel>\n</rss>\n")?;
        self.out.flush()
    }
}

/// A time as in mail (RFC 5322), which RSS and HTTP share.
fn mail_date(time: Timestamp) -> String {
    let since_epoch = std::time::Duration::from_secs(u64::try_from(time.unix()).unwrap_or_default());
    httpdate::fmt_http_date(std::time::UNIX_EPOCH + since_epoch)
}

fn item(document: &ExportDocument<'_>) -> String {
    let mut out = format!(
        "<item>\n<title>{}</title>\n<guid isPermaLink=\"false\">{}</guid>\n",
        escape_xml(&document.heading()),
        urn(document)
    );
    let mut element = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            out.push_str(&format!("<{name}>{}</{name}>\n", escape_xml(value)));
        }
    };
    element("link", document.url.map(uri).as_deref());
    element("pubDate", document.published.map(instant).or(document.fetched_at).map(mail_date).as_deref());
    document.authors.iter().for_each(|author| element("dc:creator", Some(author)));
    document.tags.iter().map(String::as_str).chain(document.section).for_each(|tag| element("category", Some(tag)));
    element("description", document.description);
    element("content:encoded", Some(&xhtml(document)));
    out + "</item>\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample;

    #[test]
    fn times_are_those_of_mail() {
        let item = item(&sample::document("One."));
        assert!(item.contains("<pubDate>Mon, 19 Feb 2024 06:30:00 GMT</pubDate>"), "{item}");
        assert!(item.contains("<content:encoded>&lt;p&gt;One.&lt;/p&gt;\n</content:encoded>"), "{item}");
    }
}
