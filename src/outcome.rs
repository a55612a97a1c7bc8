//! What became of one input. One bad page is an outcome, never an error of the run.

use std::fmt;

use serde::{Deserialize, Serialize};

use gleaner_extract::document::DocumentId;

/// The stage at which something failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Getting it over the network.
    Fetch,
    /// Reading it from disk or standard input.
    Read,
    /// Decoding and parsing.
    Parse,
    /// Writing the result.
    Store,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fetch => "fetch",
            Self::Read => "read",
            Self::Parse => "parse",
            Self::Store => "store",
        })
    }
}

/// Why a request led to no article, as far as that says something of the site. Written to journals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// robots.txt disallows it.
    Robots,
    /// The host refused this client: 401, 402, 403, 407, 429 or 451.
    Denied,
    /// A robot check or an error page came instead of the story.
    RobotCheck,
    /// A consent dialog came instead of the story.
    ConsentWall,
    /// The page is gone: 404 or 410.
    Gone,
    /// The host failed: a status of 500 or more.
    ServerError,
    /// The host could not be reached, or did not answer in time.
    Unreachable,
    /// What came has no article text.
    NoText,
    /// Anything else.
    Other,
}

impl Cause {
    /// True if the site keeps this client out.
    pub fn is_block(self) -> bool {
        matches!(self, Self::Robots | Self::Denied | Self::RobotCheck | Self::ConsentWall)
    }
}

/// Why an input was not taken, although nothing failed. Shown as a fragment that fits "refused: …".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It has no bytes.
    #[error("it is empty")]
    Empty,
    /// It is an image, an archive of an unknown kind, …
    #[error("it is binary data ({kind})")]
    Binary {
        /// What it is.
        kind: String,
    },
    /// It is text, or has text, but is no page: a list of URLs, a table, …
    #[error("it is {kind}, not a page; {hint}")]
    NotAPage {
        /// What it is.
        kind: &'static str,
        /// What the user can do about it.
        hint: &'static str,
    },
    /// It is a socket, a device, …
    #[error("it is not a regular file")]
    NotAFile,
    /// There is no document with this id (any more).
    #[error("there is no such document")]
    NoDocument,
    /// Another run has changed the document since the one that is undone.
    #[error("a later run has changed it too; undo that one first")]
    ChangedSince,
    /// The document has other corrections by hand than before the run that is undone.
    #[error("its corrections by hand have changed since; undo them with `gleaner correct ID --undo`")]
    CorrectedSince,
    /// Following the link would never end.
    #[error("the link points back to one of its parent folders")]
    LinkLoop,
    /// The archive has nothing in it that could be a page.
    #[error("it is an archive without pages")]
    EmptyArchive,
    /// The page has no article.
    #[error("no article text found")]
    NoText,
    /// A robot check or an error page came instead of the story. It may be gone tomorrow.
    #[error("a block page was served instead of the story")]
    BlockPage,
    /// A consent dialog came instead of the story. It may be gone tomorrow.
    #[error("a consent wall was served instead of the story")]
    ConsentWall,
    /// It leads to articles and is none.
    #[error(
        "it is a front page, not an article: use --follow, or a source with kind = \"page\", to get the articles it links to"
    )]
    FrontPage,
    /// The page opts out of text and data mining or AI training, and the configuration honours that.
    #[error("it opts out of text and data mining ({by})")]
    OptedOut {
        /// The declarations that say so.
        by: String,
    },
    /// This body has less of the story than the one that the corpus has.
    #[error("the corpus has a fuller version of the story")]
    LessComplete,
    /// It belongs to a story whose first page is not in the corpus.
    #[error("it is a later page of a story that is not in the corpus")]
    LaterPageAlone,
    /// The fetcher refused it: robots.txt, a media type that cannot be a page, …
    #[error("{0}")]
    NotFetched(String),
    /// The host answered "not modified" to a request that did not ask for that.
    #[error("the host sent no page")]
    NoPageSent,
    /// A later page of the story could not be fetched.
    #[error("a page of the story is missing: {url}: {why}")]
    MissingPage {
        /// The page's address.
        url: String,
        /// Why it could not be fetched.
        why: String,
    },
    /// The run ended with an error before it came to this input.
    #[error("the run ended early")]
    RunEnded,
}

impl Refusal {
    /// True if trying again is of no use as long as the input stays as it is.
    pub fn is_lasting(&self) -> bool {
        !matches!(self, Self::BlockPage | Self::ConsentWall | Self::MissingPage { .. } | Self::RunEnded)
    }
}

/// What became of one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Clean text was written.
    Kept {
        /// The document.
        id: DocumentId,
        /// True if it is new to the corpus, false if an earlier version was replaced.
        new: bool,
    },
    /// The corpus has the same text already, under another document.
    Copy {
        /// The document that was not written.
        id: DocumentId,
        /// The document that holds the text.
        of: DocumentId,
    },
    /// Nothing changed since the last run.
    Unchanged {
        /// The document.
        id: DocumentId,
    },
    /// An archive that has not changed since all of its pages were processed: it was not read again.
    AllUnchanged {
        /// Pages in it.
        pages: u64,
    },
    /// A source of URLs was read: a feed, a sitemap, a front page.
    Read {
        /// URLs in it.
        found: u64,
        /// Those among them that were not known before.
        new: u64,
    },
    /// The document was moved to the trash.
    Forgotten {
        /// The document.
        id: DocumentId,
    },
    /// The document was restored to what it was before a run.
    Restored {
        /// The document.
        id: DocumentId,
        /// The run: the name of its journal.
        run: String,
    },
    /// Not taken, for a reason that is not a failure.
    Refused(Refusal),
    /// It could not be done; a later run tries again.
    Failed {
        /// Where.
        stage: Stage,
        /// The error, as a fragment that fits "failed to …".
        error: String,
        /// What the user can do.
        hint: Option<String>,
    },
}

impl Outcome {
    /// The outcome of a source of URLs at this place: one that was refused is a failure, since nothing can come of it until that changes.
    pub fn or_failure(self, place: &str) -> Self {
        match self {
            Self::Refused(refusal) => {
                let hint =
                    "no URL comes from the source until that changes; remove it from the configuration if it will not".to_owned();
                Self::Failed { stage: Stage::Fetch, error: format!("fetch {place}: {refusal}"), hint: Some(hint) }
            }
            outcome => outcome,
        }
    }

    /// The same, if it is a failure, with the name of the source.
    pub fn of_source(self, name: &str) -> Self {
        let source = if name.is_empty() { "a source".to_owned() } else { format!("the source `{name}`") };
        match self {
            Self::Failed { stage, error, hint } => Self::Failed { stage, error: format!("poll {source}: {error}"), hint },
            outcome => outcome,
        }
    }

    /// Why nothing came of the input, if nothing did.
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Refused(refusal) => Some(refusal.to_string()),
            Self::Failed { error, .. } => Some(error.clone()),
            _ => None,
        }
    }

    /// Why no article came of the input, as far as its content shows.
    pub fn cause(&self) -> Option<Cause> {
        match self {
            Self::Refused(Refusal::BlockPage) => Some(Cause::RobotCheck),
            Self::Refused(Refusal::ConsentWall) => Some(Cause::ConsentWall),
            Self::Refused(Refusal::NoText | Refusal::Empty) => Some(Cause::NoText),
            Self::Refused(_) | Self::Failed { .. } => Some(Cause::Other),
            _ => None,
        }
    }

    /// The document that the input led to.
    pub fn document(&self) -> Option<DocumentId> {
        match self {
            Self::Kept { id, .. } | Self::Copy { id, .. } | Self::Unchanged { id } => Some(*id),
            _ => None,
        }
    }

    /// The name used in journal and report.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Kept { new: true, .. } => "new",
            Self::Kept { new: false, .. } => "updated",
            Self::Copy { .. } => "copy",
            Self::Unchanged { .. } | Self::AllUnchanged { .. } => "unchanged",
            Self::Read { .. } => "read",
            Self::Forgotten { .. } => "forgotten",
            Self::Restored { .. } => "restored",
            Self::Refused(_) => "refused",
            Self::Failed { .. } => "failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_is_refused_is_a_failure_that_names_it() {
        let refused = Outcome::Refused(Refusal::NotFetched("robots.txt does not allow it".to_owned()));
        let failed = refused.or_failure("https://a.example/feed").of_source("A");
        let expected = "poll the source `A`: fetch https://a.example/feed: robots.txt does not allow it";
        assert_eq!(failed.reason().as_deref(), Some(expected));
        assert_eq!(failed.name(), "failed");
        let read = Outcome::Read { found: 1, new: 1 };
        assert_eq!(read.clone().or_failure("x").of_source("A"), read);
    }
}
