//! Where a document comes from.

use std::path::PathBuf;

use url::Url;

/// Where a document comes from: what the user named, or what a source led to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A local file, as the user named it (relative to the corpus root where it lies below it).
    File(PathBuf),
    /// A page asked for by this address.
    Url(Url),
    /// Standard input.
    Stdin,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Url(url) => write!(f, "{url}"),
            Self::Stdin => write!(f, "<stdin>"),
        }
    }
}
