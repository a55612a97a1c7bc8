//! Why an XPath expression could not be read.

/// Why an expression could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum XPathError {
    /// It is no XPath.
    #[error("{source_text:?} is no XPath: {what} at character {at}")]
    Syntax {
        /// The expression.
        source_text: String,
        /// The character, counted from 1.
        at: usize,
        /// What is wrong there.
        what: String,
    },
    /// It is XPath, or may be, but not of the subset.
    #[error("{source_text:?} uses {what}, which gleaner does not know")]
    Unsupported {
        /// The expression.
        source_text: String,
        /// What is not known.
        what: String,
    },
}
