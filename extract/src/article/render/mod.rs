//! One article as text, Markdown, JSON or HTML: one file each.

pub mod html;
pub mod json;
pub mod markdown;

use crate::article::clean::CleanedPage;
use crate::document::Role;

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
pub fn render(cleaned: &CleanedPage, format: Format) -> String {
    match format {
        Format::Text => format!("{}\n", cleaned.article.text),
        Format::Markdown => markdown::render(cleaned),
        Format::Json => json::Line::of(serde_json::Value::Null, cleaned).explained(cleaned).to_json() + "\n",
        Format::Html => html::render(cleaned),
    }
}

/// The kept blocks with what they are in the story.
fn story(cleaned: &CleanedPage) -> impl Iterator<Item = (Role, &str)> {
    let blocks = &cleaned.page.blocks;
    cleaned.labelled.kept().filter_map(|(index, role)| blocks.get(index).map(|block| (role, block.text.as_str())))
}
