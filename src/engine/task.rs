//! What a run is given to do, one input at a time.

use std::fmt;
use std::path::PathBuf;

use gleaner_extract::document::{DocumentId, Origin, RawDocument};
use url::Url;

use super::crawl::poll::Source;
use crate::outcome::Outcome;
use crate::queue::{NewUrl, QueuedUrl};
use crate::store::archives::FinishedArchive;
use crate::store::undo::Restore;

/// One input of a run.
#[derive(Debug)]
pub enum Task {
    /// A file.
    File(PathBuf),
    /// A page in an archive, by the archive's path and the place in it.
    ArchivePage(PathBuf, String),
    /// A page of an archive on disk that is being read.
    FromArchive(Box<RawDocument>),
    /// An archive that has not changed since all of its pages were processed. Its pages are read where a clean file of one of them is gone.
    FinishedArchive(Box<UnreadArchive>),
    /// Every page of this archive has been handed out.
    ArchiveEnd(PathBuf, Box<FinishedArchive>),
    /// A page of an archive that is read from a stream, and that nothing else keeps.
    FromStream(Box<RawDocument>),
    /// A page that the user named by its URL.
    Url(Url),
    /// A document to forget.
    Forget(DocumentId),
    /// A document to restore to what it was before a run.
    Restore(Box<Restore>),
    /// An input whose outcome is known already: it could not even be opened.
    Settled(Origin, Outcome),
    /// A URL for the queue.
    NewUrl(Box<NewUrl>),
    /// A page of the queue, whose turn it is.
    Queued(Box<QueuedUrl>),
    /// A feed, sitemap, front page or OPML list to poll.
    Poll(Box<Source>),
    /// The file of a source was opened, or could not be.
    SourceFile(Box<SourceFile>),
}

/// What came of opening the file of a source.
#[derive(Debug)]
pub struct SourceFile {
    /// The source's name.
    pub source: String,
    /// The file as configured.
    pub place: String,
    /// The file.
    pub path: PathBuf,
    /// Why it could not be read, if it could not.
    pub failure: Option<Outcome>,
}

/// An archive that need not be read.
pub struct UnreadArchive {
    /// The archive.
    pub path: PathBuf,
    /// What was recorded when it was read.
    pub known: FinishedArchive,
    /// What to do where it has to be read in spite of that.
    pub tasks: Tasks<'static>,
}

impl fmt::Debug for UnreadArchive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnreadArchive").field("path", &self.path).field("known", &self.known).finish_non_exhaustive()
    }
}

/// Tasks, produced as they are needed.
pub type Tasks<'a> = Box<dyn Iterator<Item = Task> + 'a>;

/// A single task.
pub fn one<'a>(task: Task) -> Tasks<'a> {
    Box::new(std::iter::once(task))
}
