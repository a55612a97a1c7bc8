//! Where a document comes from.

use std::path::PathBuf;

use url::Url;

/// Where a document comes from: what the user named, or what a source led to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A local file, as the user named it (relative to the corpus root where it lies below it).
    File(PathBuf),
    /// A page in an archive: a record of a WARC, a chapter of an e-book.
    Member {
        /// The archive, as the user named it.
        archive: PathBuf,
        /// The place in it, from which alone the page can be read again.
        place: String,
    },
    /// A page asked for by this address.
    Url(Url),
    /// Standard input.
    Stdin,
}

impl Origin {
    /// The place in the archive, for a page in one.
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
