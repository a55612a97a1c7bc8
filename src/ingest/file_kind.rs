//! The kinds of files that wrap a document in a format of their own. Names only: each format has its own module.

use std::fmt;

/// A file format other than HTML and plain text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// An e-mail message.
    Mail,
    /// A page saved as an e-mail message.
    Mhtml,
    /// A Word document.
    Docx,
    /// A PDF document.
    Pdf,
    /// An e-book.
    Epub,
    /// A ZIP archive.
    Zip,
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mail => "mail",
            Self::Mhtml => "MHTML",
            Self::Docx => "DOCX",
            Self::Pdf => "PDF",
            Self::Epub => "EPUB",
            Self::Zip => "ZIP",
        })
    }
}
