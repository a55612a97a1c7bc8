//! The feed that led to the page as a witness: its entry's title, authors and dates. A feed is written by the publisher, apart from the page; its
//! dates are instants in UTC, which take the page's own day where the page tells it.

use super::candidate::{Candidate, Candidates, RawAuthor, Source};
use super::date::machine;
use super::page_context::PageContext;
use super::plain::plain;
use crate::base::time::Timestamp;

/// Most authors that are taken.
const MAX_AUTHORS: usize = 24;

/// Hears the feed's entry, where one led here.
pub(crate) fn gather(context: &PageContext<'_>, found: &mut Candidates) {
    let Some(entry) = context.page().feed.as_deref() else { return };
    let title = entry.title.as_deref().map(plain).filter(|title| !title.is_empty());
    found.titles.extend(title.map(|title| Candidate::new(title, Source::Feed, "feed:title")));
    let authors: Vec<RawAuthor> = entry.authors.iter().take(MAX_AUTHORS).map(|name| RawAuthor::unknown(plain(name))).collect();
    if !authors.is_empty() {
        found.authors.push(Candidate::new(authors, Source::Feed, "feed:author"));
    }
    let date = |at: Option<Timestamp>, name: &str| Some(Candidate::new(machine(&at?.to_string())?, Source::Feed, name));
    found.published.extend(date(entry.published, "feed:published"));
    found.modified.extend(date(entry.updated, "feed:updated"));
}
