//! Web archives: the pages of WARC files, and the text of pages in WET files ([`gleaner_warc`]) as documents.

use std::io;

use gleaner_extract::document::{BodyHash, Origin, RawDocument};
use gleaner_warc::{Limits, WarcItem, WarcPage, WarcReader, is_warc};

use super::record::{Access, ArchiveContext, ArchiveFormat, ArchiveItem, ArchiveReader, Damage};

/// WARC with pages, WET with their text.
pub const FORMAT: ArchiveFormat = ArchiveFormat {
    name: "WARC",
    detect: |start, _| is_warc(start),
    confirm: |_| true,
    access: Access::Sequential,
    open: |source| Ok(Box::new(WarcReader::new(source.members()?))),
};

impl ArchiveReader for WarcReader<'_> {
    fn next_item(&mut self, context: ArchiveContext<'_>) -> Option<Result<ArchiveItem, Damage>> {
        let limits = Limits { budget: context.budget.clone(), max_page_bytes: context.max_page_bytes };
        Some(WarcReader::next_item(self, &limits)?.map(|item| match item {
            WarcItem::Page(page) => ArchiveItem::Page(Box::new(document(*page, context))),
            WarcItem::Redirect { from, to } => ArchiveItem::Redirect { from, to },
            WarcItem::Skipped(reason) => ArchiveItem::Skipped(reason),
        }))
    }

    fn seek_to(&mut self, place: &str) -> io::Result<bool> {
        WarcReader::seek_to(self, place)
    }
}

fn document(page: WarcPage, context: ArchiveContext<'_>) -> RawDocument {
    let WarcPage { place, fetched_at, http, bytes } = page;
    let origin = Origin::Member { archive: context.path.to_path_buf(), place };
    RawDocument { hash: BodyHash::default(), origin, fetched_at, http: Some(http), feed: None, part: None, bytes }
}
