//! Archives: one file that holds many pages. WARC and WET ([`warc`]), HAR ([`har`]), EPUB ([`epub`]), mailboxes ([`mbox`]).
//!
//! An archive is told by its first bytes, and gives its pages one after the other in constant memory. Each is named by its place in the
//! archive (`crawl.warc.gz#1234`) and can be read again by that name alone. What is damaged is an error in its place, and the rest goes on.

pub mod capture;
mod digest;
pub mod epub;
pub mod har;
pub mod input;
pub mod mbox;
mod members;
mod redirects;
pub mod warc;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use self::capture::{Capture, From, Passed};
use self::input::{Input, Once, Source};
use self::redirects::Redirects;
use self::warc::{Damage, Records};
use super::file::Packing;
use super::{Error, kept};
use gleaner_extract::document::RawDocument;

/// Bytes, unpacked, by which an archive is told.
const SIGN: u64 = 4 << 10;

/// A kind of archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Web archive: WARC with pages, WET with their text.
    Warc,
    /// What a browser's network panel saves.
    Har,
    /// An e-book; each chapter is a page.
    Epub,
    /// A mailbox; each letter is a page.
    Mbox,
}

impl Kind {
    /// The archive that begins like this, where it is one.
    pub fn of(start: &[u8]) -> Option<Self> {
        match start {
            _ if start.starts_with(b"WARC/") => Some(Self::Warc),
            _ if har::is_har(start) => Some(Self::Har),
            _ if epub::is_epub(start) => Some(Self::Epub),
            _ if mbox::is_mbox(start) => Some(Self::Mbox),
            _ => None,
        }
    }

    /// What the file is, if it is an archive. Pages that gleaner kept are none.
    pub fn of_file(path: &Path) -> Option<Self> {
        if kept::sidecar(path).is_some_and(|sidecar| sidecar.is_file()) || !path.is_file() {
            return None;
        }
        // What cannot be read is told when it is read as a page.
        let mut file = File::open(path).ok()?;
        let mut start = Vec::new();
        file.by_ref().take(SIGN).read_to_end(&mut start).ok()?;
        if Packing::of(&start).is_some() || start.starts_with(members::DICTIONARY_FRAME) {
            let mut members = members::Members::new(Input::new(File::open(path).ok()?)).ok()?;
            start.clear();
            members.open().ok()?;
            // A damaged beginning is still a beginning.
            let _ = members.take(SIGN).read_to_end(&mut start);
            // An e-book is reached by its end, which needs the file as it is.
            return Self::of(&start).filter(|kind| *kind != Self::Epub);
        }
        Self::of(&start)
    }
}

/// The pages of an archive, in its order.
pub struct Archive<'a> {
    path: PathBuf,
    cap: usize,
    pages: Pages<'a>,
    redirects: Redirects,
    passed: [u64; 3],
}

enum Pages<'a> {
    Warc(Records<'a>),
    Har(har::Entries<'a>),
    Epub(epub::Chapters),
    Mbox(mbox::Letters<'a>),
}

impl<'a> Archive<'a> {
    /// Opens an archive of this kind. No page is larger than `cap` bytes.
    pub fn open(path: &Path, kind: Kind, cap: usize) -> Result<Self, Error> {
        let failed = |source| Error::Io { path: path.to_path_buf(), source };
        let file = File::open(path).map_err(failed)?;
        let pages = match kind {
            Kind::Warc => Pages::Warc(Records::new(Input::new(file)).map_err(failed)?),
            Kind::Har => Pages::Har(har::Entries::new(unpacked(file).map_err(failed)?, cap)),
            Kind::Epub => Pages::Epub(epub::Chapters::open(path, file)?),
            Kind::Mbox => Pages::Mbox(mbox::Letters::new(unpacked(file).map_err(failed)?, cap)),
        };
        Ok(Self::of(path, pages, cap))
    }

    /// A web archive that comes as a stream, under a name for people.
    pub fn stream(name: &Path, stream: impl Read + 'a, cap: usize) -> Result<Self, Error> {
        let records = Records::new(Input::new(Once(stream))).map_err(|source| Error::Io { path: name.to_path_buf(), source })?;
        Ok(Self::of(name, Pages::Warc(records), cap))
    }

    fn of(path: &Path, pages: Pages<'a>, cap: usize) -> Self {
        Self { path: path.to_path_buf(), cap, pages, redirects: Redirects::default(), passed: [0; 3] }
    }

    /// How many entries were passed over so far because no document comes of them: records about records, answers without a page, other
    /// kinds of files.
    pub fn passed(&self) -> [u64; 3] {
        self.passed
    }

    fn capture(&mut self) -> Option<Result<Capture, Damage>> {
        let from = From { archive: &self.path, cap: self.cap };
        match &mut self.pages {
            Pages::Warc(records) => Some(match records.next()? {
                Ok(record) => capture::read(&record, records, from).map_err(|error| records.damage(error)),
                Err(damage) => Err(damage),
            }),
            Pages::Har(entries) => entries.next(from),
            Pages::Epub(chapters) => chapters.next(from),
            Pages::Mbox(letters) => letters.next(from),
        }
    }
}

impl Iterator for Archive<'_> {
    type Item = Result<RawDocument, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.capture() {
                Some(Ok(Capture::Page(mut page))) => {
                    page.http.iter_mut().for_each(|http| self.redirects.tell(http));
                    return Some(Ok(*page));
                }
                Some(Ok(Capture::Redirect { from, to })) => {
                    self.redirects.add(&from, &to);
                    let [_, answers, _] = &mut self.passed;
                    *answers += 1;
                }
                Some(Ok(Capture::Passed(what))) => {
                    let [records, answers, kinds] = &mut self.passed;
                    *match what {
                        Passed::Record => records,
                        Passed::Answer => answers,
                        Passed::Kind => kinds,
                    } += 1;
                }
                Some(Err(Damage { place, reason })) => {
                    return Some(Err(Error::Member { archive: self.path.clone(), place, reason }));
                }
                None => {
                    let (path, [records, answers, kinds]) = (self.path.display(), std::mem::take(&mut self.passed));
                    if records + answers + kinds > 0 {
                        tracing::info!(
                            "{path}: passed over {answers} answers without a page, {kinds} files that are no pages and {records} other records"
                        );
                    }
                    return None;
                }
            }
        }
    }
}

/// Reads one page of an archive by its place.
pub fn member(path: &Path, place: &str, cap: usize) -> Result<RawDocument, Error> {
    let missing = |reason: String| Error::Member { archive: path.to_path_buf(), place: place.to_owned(), reason };
    let kind = Kind::of_file(path).ok_or_else(|| match File::open(path) {
        Ok(_) => missing("the file is no archive".to_owned()),
        Err(source) => Error::Io { path: path.to_path_buf(), source },
    })?;
    let mut archive = Archive::open(path, kind, cap)?;
    let found = match &mut archive.pages {
        Pages::Warc(records) => records.go(place),
        Pages::Har(entries) => entries.go(place),
        Pages::Epub(chapters) => Ok(chapters.go(place)),
        Pages::Mbox(letters) => letters.go(place),
    };
    match found.map(|found| if found { archive.capture() } else { None }) {
        Ok(Some(Ok(Capture::Page(page)))) if page.origin.place() == Some(place) => Ok(*page),
        Ok(Some(Err(Damage { reason, .. }))) => Err(missing(reason)),
        Ok(_) => Err(missing("there is no page at this place".to_owned())),
        Err(error) => Err(missing(error.to_string())),
    }
}

/// The file without its compression.
fn unpacked<'a>(mut file: File) -> io::Result<Box<dyn Read + 'a>> {
    let mut start = [0; 4];
    let length = file.read(&mut start)?;
    file.go(0)?;
    let file = BufReader::with_capacity(64 << 10, file);
    Ok(match Packing::of(start.get(..length).unwrap_or_default()) {
        None => Box::new(file),
        Some(Packing::Gzip) => Box::new(flate2::bufread::MultiGzDecoder::new(file)),
        Some(Packing::Zstd) => Box::new(zstd::stream::read::Decoder::with_buffer(file)?),
    })
}
