//! Why a document could not be read, with a hint for the user.

use super::body_kind::BodyKind;

/// Why a document could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is something else.
    #[error("read the document as {expected}: {}", found.as_ref().map_or("it is not one".to_owned(), |found| format!("it is {found}")))]
    WrongKind {
        /// What was expected: `a feed`, `a sitemap`, …
        expected: &'static str,
        /// What it is, if known.
        found: Option<BodyKind>,
    },
    /// The page is not a feed and declares none.
    #[error("read the document as a feed: it is an HTML page that declares no feed")]
    NoFeedDeclared,
    /// None of the links on the page is one to an article.
    #[error("read the document as a front page: no link on it looks like an article")]
    NoArticles,
    /// It is malformed before the first entry.
    #[error("read the document as {expected}: {cause}")]
    Malformed {
        /// What was expected.
        expected: &'static str,
        /// What is wrong with it.
        cause: String,
    },
    /// The table does not have the column.
    #[error("read the table: it has no column {name:?}, only {columns}")]
    NoColumn {
        /// The column that was looked for.
        name: String,
        /// The columns that it has.
        columns: String,
    },
}

impl Error {
    /// Adds what the document is.
    pub fn with_found(self, bytes: &[u8], content_type: Option<&str>) -> Self {
        match self {
            Self::WrongKind { expected, found: None } => {
                let found = Some(BodyKind::of(bytes, content_type)).filter(|found| found.to_string() != expected);
                Self::WrongKind { expected, found }
            }
            error => error,
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::WrongKind { found: Some(found), .. } => found.hint(),
            Self::WrongKind { found: None, .. } => "open the URL in a browser, and check the `kind` of the source",
            Self::NoFeedDeclared => BodyKind::Html.hint(),
            Self::NoArticles => "if only scripts show its links, use the feed or the sitemap of the site instead",
            Self::Malformed { .. } => "the document has to be fixed where it was made; the next run reads it again",
            Self::NoColumn { .. } => "set `column` to one of its columns",
        }
    }
}
