//! What a site puts on all its pages, learned from the pages themselves: the lines that recur in many stories of a site are its own boilerplate.
//!
//! [`of_page`](PageLines::of_page) notes the lines of one page, [`SiteTable::count`] finds those that recur over many pages of a site, and
//! [`without_recurring`] removes them from a page. Pure functions, so that engines which group pages by site can call the same ones; which pages are
//! counted, and where tables are kept, is decided elsewhere. What is noted of a page does not depend on any table: it is noted before lines are removed.

mod count;
mod key;
mod page_lines;
mod removal;
mod share;
mod story_lines;
mod table;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::base::url::site;
use crate::document::Metadata;
use crate::page::Page;

pub use page_lines::{Line, PageLines};
pub use removal::{RULE, without_recurring};
pub use story_lines::{MAX_STORIES, Recurring, StoryLines};
pub use table::SiteTable;

/// The tables of all sites, as far as they are known.
pub trait SiteTables: fmt::Debug + Sync {
    /// The table of a site, by its name as [`site_of`] gives it.
    fn table(&self, site: &str) -> Option<Arc<SiteTable>>;
}

/// The tables before any was counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTables;

impl SiteTables for NoTables {
    fn table(&self, _: &str) -> Option<Arc<SiteTable>> {
        None
    }
}

/// What was noted of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SitePage {
    /// Its site; see [`site_of`].
    pub site: String,
    /// Its lines; none for a page that is no story.
    pub lines: PageLines,
}

/// The site that a page is counted with: the registrable domain of its URL or of the URL that it declares; of a file without either, its folder and the
/// name of the site that was found in it, because files of several sites may be in one folder.
pub fn site_of(page: &Page, path: Option<&str>, metadata: &Metadata) -> String {
    let declared = || metadata.canonical_url.as_ref().and_then(|found| Url::parse(&found.value).ok());
    let domain = page.head.url.as_ref().and_then(site).or_else(|| declared().as_ref().and_then(site));
    domain.unwrap_or_else(|| {
        let folder = path.and_then(|path| path.rsplit_once(['/', '#'])).map_or("", |(folder, _)| folder);
        match &metadata.site {
            Some(name) => format!("{folder} · {}", name.value),
            None => folder.to_owned(),
        }
    })
}
