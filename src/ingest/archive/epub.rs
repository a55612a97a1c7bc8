//! EPUB 2 and 3 (<https://www.w3.org/TR/epub-33/>): the chapters of the reading order, each as the page that it is.

use std::fs::File;
use std::path::Path;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::capture::{Capture, From};
use super::warc::Damage;
use crate::ingest::Error;
use crate::ingest::zipped::Zipped;
use gleaner_extract::document::{Origin, RawDocument};

/// Largest file of those that say what the book consists of.
const MAX_PACKAGE: usize = 16 << 20;

/// Most chapters.
const MAX_CHAPTERS: usize = 20_000;

/// Whether a ZIP file begins as an EPUB does: with an uncompressed file `mimetype`.
pub fn is_epub(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04") && start.get(30..).is_some_and(|name| name.starts_with(b"mimetypeapplication/epub+zip"))
}

/// The chapters of a book.
pub struct Chapters {
    zip: Zipped<File>,
    /// Names in the container, last first.
    left: Vec<String>,
}

impl Chapters {
    /// Opens a book and reads what it consists of.
    pub fn open(path: &Path, file: File) -> Result<Self, Error> {
        let failed = |reason| Error::Container { path: path.to_path_buf(), kind: "EPUB", reason };
        let mut zip = Zipped::open(file).map_err(failed)?;
        let mut left = reading_order(&mut zip).map_err(failed)?;
        left.reverse();
        Ok(Self { zip, left })
    }

    /// Goes to a chapter by its name; false where there is none.
    pub fn go(&mut self, place: &str) -> bool {
        let known = self.left.iter().any(|chapter| chapter == place);
        self.left.retain(|chapter| chapter == place);
        known
    }

    /// The next chapter.
    pub fn next(&mut self, from: From<'_>) -> Option<Result<Capture, Damage>> {
        let place = self.left.pop()?;
        Some(match self.zip.read(&place, from.cap) {
            Ok(bytes) => {
                let origin = Origin::Member { archive: from.archive.to_path_buf(), place };
                Ok(Capture::Page(Box::new(RawDocument::local(origin, bytes))))
            }
            Err(reason) => Err(Damage { place, reason }),
        })
    }
}

/// Names of the chapters in the container: the spine of the package that `META-INF/container.xml` names, without tables of contents.
fn reading_order(zip: &mut Zipped<File>) -> Result<Vec<String>, String> {
    let container = zip.read_text("META-INF/container.xml", MAX_PACKAGE)?;
    let mut package = None;
    for_each(&container, |element| {
        if element.local_name().as_ref() == "rootfile" && package.is_none() {
            package = attribute(element, "full-path");
        }
    })?;
    let package = package.ok_or("META-INF/container.xml names no package")?;
    let text = zip.read_text(&package, MAX_PACKAGE)?;
    let (mut items, mut spine) = (std::collections::HashMap::new(), Vec::new());
    for_each(&text, |element| match element.local_name().as_ref() {
        "item" => {
            let is_contents = attribute(element, "properties").is_some_and(|all| all.split(' ').any(|word| word == "nav"));
            let is_chapter = attribute(element, "media-type").is_some_and(|kind| kind.contains("html")) && !is_contents;
            if let (Some(id), Some(href), true) = (attribute(element, "id"), attribute(element, "href"), is_chapter) {
                items.insert(id, href);
            }
        }
        "itemref" => spine.extend(attribute(element, "idref")),
        _ => {}
    })?;
    let folder = package.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut order: Vec<String> = spine.iter().filter_map(|id| items.get(id)).map(|href| joined(folder, href)).collect();
    let mut seen = std::collections::HashSet::new();
    order.retain(|name| seen.insert(name.clone()));
    if order.len() > MAX_CHAPTERS {
        return Err(format!("it has more than {MAX_CHAPTERS} chapters"));
    }
    Ok(order)
}

/// Tells every opening element of an XML text.
fn for_each(text: &str, mut each: impl FnMut(&BytesStart<'_>)) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(element) | Event::Empty(element) => each(&element),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok().flatten()?;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

/// A reference within the container: relative to the package's folder, percent-encoded.
fn joined(folder: &str, href: &str) -> String {
    let href = href.split('#').next().unwrap_or(href);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in href.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    decoded(&parts.join("/"))
}

/// Undoes percent-encoding (RFC 3986 §2.1).
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved() {
        assert_eq!(joined("OEBPS", "text/../c%20h.xhtml#x"), "OEBPS/c h.xhtml");
        assert_eq!(joined("", "../../a.xhtml"), "a.xhtml");
    }
}
