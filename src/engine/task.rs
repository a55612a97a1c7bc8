//! What a run is given to do, one input at a time.

use std::path::PathBuf;

use gleaner_extract::document::{DocumentId, Origin, RawDocument};
use url::Url;

use super::crawl::poll::Source;
use crate::outcome::Outcome;
use crate::queue::{NewUrl, QueuedUrl};
use crate::store::archives::FinishedArchive;

/// One input of a run.
#[derive(Debug)]
pub enum Task {
    /// A file.
    File(PathBuf),
    /// A page in an archive, by the archive's path and the place in it.
    ArchivePage(PathBuf, String),
    /// A page of an archive on disk that is being read.
    FromArchive(Box<RawDocument>),
    /// Every page of this archive has been handed out.
    ArchiveEnd(PathBuf, Box<FinishedArchive>),
    /// A page of an archive that is read from a stream, and that nothing else keeps.
    FromStream(Box<RawDocument>),
    /// A page that the user named by its URL.
    Url(Url),
    /// A document to forget.
    Forget(DocumentId),
    /// An input whose outcome is known already: it could not even be opened.
    Settled(Origin, Outcome),
    /// A URL for the queue.
    NewUrl(Box<NewUrl>),
    /// A page of the queue, whose turn it is.
    Queued(Box<QueuedUrl>),
    /// A feed, sitemap, front page or OPML list to poll.
    Poll(Box<Source>),
}

/// Tasks, produced as they are needed.
pub type Tasks<'a> = Box<dyn Iterator<Item = Task> + 'a>;

/// A single task.
pub fn one<'a>(task: Task) -> Tasks<'a> {
    Box::new(std::iter::once(task))
}
