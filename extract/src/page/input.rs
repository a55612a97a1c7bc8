//! What a page is read with besides its bytes, hints and limits, and why bytes are rejected.

use url::Url;

use crate::document::Favour;

/// What is known about the bytes before they are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadHints<'a> {
    /// The `Content-Type` header, or a guess from the file name.
    pub content_type: Option<&'a str>,
    /// The page's URL.
    pub url: Option<&'a Url>,
}

/// Why bytes could not be read as a page.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There are no bytes but white space.
    #[error("read the page: it is empty")]
    Empty,
    /// The bytes are neither HTML nor text.
    #[error("read the page: it is binary data ({kind}), not HTML or text")]
    Binary {
        /// The file type, by the first bytes.
        kind: &'static str,
    },
    /// There are more bytes than allowed.
    #[error("read the page: it has {size} bytes, more than the {cap} allowed")]
    TooLarge {
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        cap: usize,
    },
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty => "fetch it again, or delete the file",
            Self::Binary { .. } => "only HTML, Markdown and plain text are read; leave the file out or convert it to text",
            Self::TooLarge { .. } => "raise `page.max_bytes` in config.toml, or split the file",
        }
    }
}

/// Limits on what is parsed, and what is favoured when it is labelled.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Largest page in bytes, after decompression.
    pub max_bytes: usize,
    /// Deepest nesting of elements. Deeper elements are dissolved; their text stays.
    pub max_depth: usize,
    /// Most attributes of one element; the rest are dropped.
    pub max_attributes: usize,
    /// What is favoured where it is unsure whether a block belongs to the story. The default leaves the hash of the settings as it is without.
    #[serde(skip_serializing_if = "Favour::is_balanced")]
    pub favour: Favour,
}

impl Default for Config {
    fn default() -> Self {
        Self { max_bytes: 20 << 20, max_depth: 512, max_attributes: 256, favour: Favour::Balanced }
    }
}
