//! Collects candidates from the feed entry that linked to the page: title, authors and dates. The dates are instants in UTC; `reconcile_dates`
//! moves them to the page's local day. Reads no feed.

use super::candidate::{Candidate, Candidates, MetadataSource, RawAuthor};
use super::date::machine;
use super::page_context::PageContext;
use super::plain::plain;
use crate::base::time::Timestamp;

/// The maximum number of authors.
const MAX_AUTHORS: usize = 24;

/// Collects candidates from the feed entry, if there is one.
pub(crate) fn collect(context: &PageContext<'_>, candidates: &mut Candidates) {
    let Some(entry) = context.page().feed.as_deref() else { return };
    let title = entry.title.as_deref().map(plain).filter(|title| !title.is_empty());
    candidates.titles.extend(title.map(|title| Candidate::new(title, MetadataSource::Feed, "feed:title")));
    let authors: Vec<RawAuthor> = entry.authors.iter().take(MAX_AUTHORS).map(|name| RawAuthor::unknown(plain(name))).collect();
    if !authors.is_empty() {
        candidates.authors.push(Candidate::new(authors, MetadataSource::Feed, "feed:author"));
    }
    let date = |at: Option<Timestamp>, name: &str| Some(Candidate::new(machine(&at?.to_string())?, MetadataSource::Feed, name));
    candidates.published.extend(date(entry.published, "feed:published"));
    candidates.modified.extend(date(entry.updated, "feed:updated"));
}
