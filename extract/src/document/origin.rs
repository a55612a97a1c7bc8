//! Where a document comes from. Opens nothing.

use std::path::PathBuf;

use url::Url;

/// Where a document comes from: given by the user, or found by a source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A local file, as given by the user (relative to the corpus root if below it).
    File(PathBuf),
    /// A page in an archive: a record of a WARC, a chapter of an e-book.
    Member {
        /// The archive, as given by the user.
        archive: PathBuf,
        /// The position within the archive, sufficient to read the page again.
        place: String,
    },
    /// A page requested by this URL.
    Url(Url),
    /// Standard input.
    Stdin,
}

impl Origin {
    /// The position within the archive, for a page in one.
    pub fn place(&self) -> Option<&str> {
        match self {
            Self::Member { place, .. } => Some(place),
            Self::File(_) | Self::Url(_) | Self::Stdin => None,
        }
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Member { archive, place } => write!(f, "{}#{place}", archive.display()),
            Self::Url(url) => write!(f, "{url}"),
            Self::Stdin => write!(f, "<stdin>"),
        }
    }
}
