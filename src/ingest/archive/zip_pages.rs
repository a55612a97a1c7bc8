//! ZIP archives of pages (<https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>), in the order of their directory. Office documents and
//! e-books are ZIP files too, and are left to their own formats. Nothing is unpacked to disk: names are only names.

use std::fs::File;
use std::io;

use super::packed_file::{may_be_page, page};
use super::record::{Access, ArchiveContext, ArchiveFormat, ArchiveItem, ArchiveReader, Damage, SkipReason};
use super::source::ArchiveSource;
use crate::ingest::failure::Error;
use crate::ingest::file_kind::FileKind;
use crate::ingest::zip_container::ZipContainer;
use gleaner_warc::budget::Budget;

/// Files in a ZIP.
pub const FORMAT: ArchiveFormat = ArchiveFormat {
    name: "ZIP",
    detect: |start, _| start.starts_with(b"PK\x03\x04"),
    confirm: |file| match ZipContainer::open(file, Budget::new(0, 0)) {
        Ok(zip) => !zip.is_document(),
        // Its directory is damaged, or it has more than is read: reading it says so.
        Err(_) => true,
    },
    access: Access::Random,
    open: |source| Ok(Box::new(ZipPages::open(source)?)),
};

/// The files of an archive.
struct ZipPages {
    zip: ZipContainer<File>,
    /// Positions and names of the unread files, last one first.
    unread: Vec<(usize, String)>,
}

impl ZipPages {
    fn open(source: ArchiveSource<'_>) -> Result<Self, Error> {
        let path = source.path.clone();
        let zip = source.zip().map_err(|reason| Error::Container { path, kind: FileKind::Zip, reason })?;
        let mut unread: Vec<(usize, String)> = zip.names().enumerate().filter(|(_, name)| !name.ends_with('/')).collect();
        unread.reverse();
        Ok(Self { zip, unread })
    }
}

impl ArchiveReader for ZipPages {
    fn next_item(&mut self, context: ArchiveContext<'_>) -> Option<Result<ArchiveItem, Damage>> {
        let (index, place) = self.unread.pop()?;
        if !may_be_page(&place) {
            return Some(Ok(ArchiveItem::Skipped(SkipReason::MediaType)));
        }
        let read = self.zip.read_at(index, context.max_page_bytes);
        Some(read.and_then(|bytes| page(context, place.clone(), bytes)).map_err(|reason| Damage { place, reason }))
    }

    fn seek_to(&mut self, place: &str) -> io::Result<bool> {
        self.unread.retain(|(_, name)| name == place);
        Ok(!self.unread.is_empty())
    }
}
