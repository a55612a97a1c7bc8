//! Renders an article as text, Markdown, JSON, HTML, TEI or XML, one file per format.

pub mod html;
pub mod json;
pub mod markdown;
mod markup;
mod story;
pub mod tei;
mod text;
pub mod xml;

use crate::article::clean::CleanedPage;
use crate::article::extras::Extras;

/// The output formats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputFormat {
    /// The clean text.
    #[default]
    Text,
    /// Markdown with the title on top.
    Markdown,
    /// One JSON object, as a line of `extract --batch`, with the URL.
    Json,
    /// A small, complete HTML page.
    Html,
    /// A TEI P5 document.
    Tei,
    /// XML with trafilatura's elements.
    Xml,
}

impl OutputFormat {
    /// Every format, in the order of the documentation.
    pub const ALL: &'static [Self] = &[Self::Text, Self::Markdown, Self::Json, Self::Html, Self::Tei, Self::Xml];

    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Json => "json",
            Self::Html => "html",
            Self::Tei => "tei",
            Self::Xml => "xml",
        }
    }
}

/// Renders an article. Ends with a newline.
pub fn render(cleaned: &CleanedPage, format: OutputFormat) -> String {
    render_with(cleaned, &Extras::default(), format)
}

/// [`render`] with what else is asked for. Plain text has no links and images.
pub fn render_with(cleaned: &CleanedPage, extras: &Extras, format: OutputFormat) -> String {
    match format {
        OutputFormat::Text => text::render(cleaned, extras),
        OutputFormat::Markdown => markdown::render(cleaned, extras),
        OutputFormat::Json => {
            json::OutputLine::of(serde_json::Value::Null, cleaned).with_url(cleaned).with_extras(cleaned, extras).to_json() + "\n"
        }
        OutputFormat::Html => html::render(cleaned, extras),
        OutputFormat::Tei => tei::render(cleaned, extras),
        OutputFormat::Xml => xml::render(cleaned, extras),
    }
}
