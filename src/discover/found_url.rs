//! A URL that was found, with what the listing says about it. Only data.

use std::fmt;

use url::Url;

use gleaner_extract::base::time::Timestamp;
use gleaner_extract::base::url::without_login;

/// A URL, and what the document in which it was found says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundUrl {
    /// The URL: absolute, http or https, without login.
    pub url: Url,
    /// Where it was found.
    pub found_in: FoundIn,
    /// The headline, as plain text.
    pub title: Option<String>,
    /// When it was published, or last changed if only that is given.
    pub published: Option<Timestamp>,
    /// When it last changed, if a feed gives that.
    pub updated: Option<Timestamp>,
    /// The text of the story that the feed contains, as plain text with blank lines between paragraphs.
    pub text: Option<String>,
    /// The names of the authors.
    pub authors: Vec<String>,
}

impl FoundUrl {
    /// A URL without further information.
    pub fn bare(url: Url, found_in: FoundIn) -> Self {
        Self { url: without_login(url), found_in, title: None, published: None, updated: None, text: None, authors: Vec::new() }
    }
}

/// Where a URL was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FoundIn {
    /// An entry of a feed.
    Feed,
    /// An entry of a sitemap.
    Sitemap,
    /// An entry of a sitemap with news markup.
    NewsSitemap,
    /// A link on a front page or section.
    Page,
    /// A row of a table.
    Table,
}

impl FoundIn {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Sitemap => "sitemap",
            Self::NewsSitemap => "news sitemap",
            Self::Page => "page",
            Self::Table => "table",
        }
    }
}

impl fmt::Display for FoundIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
