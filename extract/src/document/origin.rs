//! Where a document comes from. Opens nothing.

use std::path::PathBuf;

use url::Url;

use crate::base::path_text::path_text;

/// Where a document comes from: given by the user, or found by a source. Its text has names that are not UTF-8 escaped
/// ([`crate::base::path_text`]).
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
            Self::File(path) => f.write_str(&path_text(path)),
            Self::Member { archive, place } => write!(f, "{}#{place}", path_text(archive)),
            Self::Url(url) => write!(f, "{url}"),
            Self::Stdin => write!(f, "<stdin>"),
        }
    }
}
