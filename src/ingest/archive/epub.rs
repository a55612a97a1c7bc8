//! EPUB 2 and 3 (<https://www.w3.org/TR/epub-33/>): each chapter, in reading order, is a page.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io;

use percent_encoding::percent_decode_str;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::record::{Access, ArchiveContext, ArchiveFormat, ArchiveItem, ArchiveReader, Damage};
use super::source::ArchiveSource;
use crate::ingest::failure::Error;
use crate::ingest::file_kind::FileKind;
use crate::ingest::zip_container::ZipContainer;
use gleaner_extract::document::{Origin, RawDocument};

/// Most bytes of the files that describe the book.
const MAX_PACKAGE: usize = 16 << 20;

/// Most chapters.
const MAX_CHAPTERS: usize = 20_000;

/// Longest name of the package in bytes: every chapter's name begins with its folder.
const MAX_PACKAGE_NAME: usize = 1024;

/// An e-book, read chapter by chapter. ZIP needs a file to seek in.
pub const FORMAT: ArchiveFormat = ArchiveFormat {
    name: "EPUB",
    detect: |start, _| is_epub(start),
    confirm: |_| true,
    access: Access::Random,
    open: |source| Ok(Box::new(EpubChapters::open(source)?)),
};

/// Whether a ZIP file starts as an EPUB does: with an uncompressed file `mimetype`.
fn is_epub(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04") && start.get(30..).is_some_and(|name| name.starts_with(b"mimetypeapplication/epub+zip"))
}

/// The chapters of a book.
struct EpubChapters {
    zip: ZipContainer<File>,
    /// Names of the unread chapters in the container, last one first.
    unread: Vec<String>,
}

impl EpubChapters {
    fn open(source: ArchiveSource<'_>) -> Result<Self, Error> {
        let path = source.path.clone();
        let failed = |reason| Error::Container { path: path.clone(), kind: FileKind::Epub, reason };
        let mut zip = source.zip().map_err(failed)?;
        let mut unread = reading_order(&mut zip).map_err(failed)?;
        unread.reverse();
        Ok(Self { zip, unread })
    }
}

impl ArchiveReader for EpubChapters {
    fn next_item(&mut self, context: ArchiveContext<'_>) -> Option<Result<ArchiveItem, Damage>> {
        let place = self.unread.pop()?;
        Some(match self.zip.read(&place, context.max_page_bytes) {
            Ok(bytes) => {
                let origin = Origin::Member { archive: context.path.to_path_buf(), place };
                Ok(ArchiveItem::Page(Box::new(RawDocument::local(origin, bytes))))
            }
            Err(reason) => Err(Damage { place, reason }),
        })
    }

    fn seek_to(&mut self, place: &str) -> io::Result<bool> {
        self.unread.retain(|chapter| chapter == place);
        Ok(!self.unread.is_empty())
    }
}

/// Names of the chapters in the container: the spine of the package that `META-INF/container.xml` names, without tables of contents.
fn reading_order(zip: &mut ZipContainer<File>) -> Result<Vec<String>, String> {
    let container = zip.read_text("META-INF/container.xml", MAX_PACKAGE)?;
    let mut package = None;
    for_each_element(&container, |element| {
        if element.local_name().as_ref() == "rootfile" && package.is_none() {
            package = attribute(element, "full-path");
        }
    })?;
    let package = package.ok_or("META-INF/container.xml names no package")?;
    if package.len() > MAX_PACKAGE_NAME {
        return Err(format!("the name of its package has more than {MAX_PACKAGE_NAME} bytes"));
    }
    let text = zip.read_text(&package, MAX_PACKAGE)?;
    let (mut items, mut spine) = (HashMap::new(), Vec::new());
    for_each_element(&text, |element| match element.local_name().as_ref() {
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
    // A reference that comes again is not resolved again: it may be long.
    let mut seen = HashSet::new();
    spine.retain(|id| items.contains_key(id) && seen.insert(id.clone()));
    if spine.len() > MAX_CHAPTERS {
        return Err(format!("it has more than {MAX_CHAPTERS} chapters"));
    }
    let mut order: Vec<String> = spine.iter().filter_map(|id| items.get(id)).map(|href| resolve(folder, href)).collect();
    let mut seen = HashSet::new();
    order.retain(|name| seen.insert(name.clone()));
    Ok(order)
}

/// Calls `visit` for every element of an XML text.
fn for_each_element(text: &str, mut visit: impl FnMut(&BytesStart<'_>)) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(element) | Event::Empty(element) => visit(&element),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok().flatten()?;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

/// The name of a file in the container from a reference to it, which is relative to the package's folder and percent-encoded.
fn resolve(folder: &str, href: &str) -> String {
    let href = href.split('#').next().unwrap_or(href);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in href.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    percent_decode_str(&parts.join("/")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_within_the_container() {
        assert_eq!(resolve("OEBPS", "text/../c%20h.xhtml#x"), "OEBPS/c h.xhtml");
        assert_eq!(resolve("", "../../a.xhtml"), "a.xhtml");
    }
}
