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

    /// Whether its name is that of an HTML file, compressed or not.
    pub fn is_named_html(&self) -> bool {
        let name = match self {
            Self::File(path) => path_text(path),
            Self::Member { place, .. } => place.clone(),
            Self::Url(_) | Self::Stdin => return false,
        };
        let name = name.to_ascii_lowercase();
        let name = [".gz", ".zst", ".xz", ".bz2"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
        [".html", ".htm", ".xhtml", ".shtml"].iter().any(|end| name.ends_with(end))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_html_files() {
        let file = |name: &str| Origin::File(PathBuf::from(name)).is_named_html();
        assert!(file("a/b.html") && file("B.HTM") && file("b.htm.gz") && file("b.html.zst"));
        assert!(!file("html") && !file("b.html.txt") && !file("b.txt.gz"));
        assert!(Origin::Member { archive: PathBuf::from("a.zip"), place: "b.html".to_owned() }.is_named_html());
    }
}
