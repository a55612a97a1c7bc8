//! Where articles are: feeds, sitemaps, front pages, OPML and CSV read into addresses. Fetches nothing and remembers nothing.
//!
//! Every reader gives [`Found`]s in the order of the document, with the witness that named them. None of them resolves an external
//! entity or expands one that a document declares, and every one has caps.

mod charset;
pub mod csv;
pub mod feed;
mod feed_date;
pub mod kind;
pub mod opml;
pub mod page;
pub mod sitemap;
mod xml;

use std::fmt;

use url::Url;

use gleaner_extract::base::time::Timestamp;

pub use kind::{Kind, kind_of};

/// An address, and what the place where it was found says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The address, absolute, http or https.
    pub url: Url,
    /// Who named it.
    pub witness: Witness,
    /// The headline, as plain text.
    pub title: Option<String>,
    /// When it was published, or last changed where only that is told.
    pub published: Option<Timestamp>,
    /// When it last changed, where a feed tells.
    pub updated: Option<Timestamp>,
    /// What the feed itself gives of the story, as plain text with blank lines between paragraphs.
    pub text: Option<String>,
    /// The people it names as authors.
    pub authors: Vec<String>,
}

impl Found {
    /// An address of which nothing else is known.
    pub fn bare(url: Url, witness: Witness) -> Self {
        Self { url, witness, title: None, published: None, updated: None, text: None, authors: Vec::new() }
    }
}

/// Who named an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Witness {
    /// An entry of a feed.
    Feed,
    /// An entry of a sitemap.
    Sitemap,
    /// An entry of a sitemap with news markup.
    NewsSitemap,
    /// A link of a front page or section.
    Page,
    /// A row of a table.
    Table,
}

impl Witness {
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

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a document could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is something else.
    #[error("read {what}: it is none")]
    Not {
        /// What it was read as: `the feed`, `the sitemap`, …
        what: &'static str,
    },
    /// It is damaged before the first entry.
    #[error("read {what}: {damage}")]
    Damaged {
        /// What it was read as.
        what: &'static str,
        /// What is wrong with it.
        damage: String,
    },
    /// The table has no such column.
    #[error("read the table: it has no column {name:?}, only {columns}")]
    Column {
        /// What was looked for.
        name: String,
        /// What there is.
        columns: String,
    },
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Not { .. } => "check the address in a browser, and the `kind` of the source",
            Self::Damaged { .. } => "the site has to mend it; the next run reads it again",
            Self::Column { .. } => "name one of its columns with `column`",
        }
    }
}

/// The address that a link leads to from `base`, where it is one that can be fetched.
fn join(base: Option<&Url>, link: &str) -> Option<Url> {
    let link = link.trim();
    if link.is_empty() || link.len() > MAX_ADDRESS {
        return None;
    }
    let url = match base {
        Some(base) => base.join(link).ok()?,
        None => Url::parse(link).ok()?,
    };
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

/// Longer addresses are taken for accidents.
const MAX_ADDRESS: usize = 4096;
