//! Why a document could not be read, with a hint for the user.

/// Why a document could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is something else.
    #[error("read the document as {expected}: it is not one")]
    WrongKind {
        /// What was expected: `a feed`, `a sitemap`, …
        expected: &'static str,
    },
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
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::WrongKind { .. } => "open the URL in a browser, and check the `kind` of the source",
            Self::Malformed { .. } => "the document has to be fixed where it was made; the next run reads it again",
            Self::NoColumn { .. } => "set `column` to one of its columns",
        }
    }
}
