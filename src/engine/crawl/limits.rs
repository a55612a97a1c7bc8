//! How much one source may bring into a run: listings that it leads to, and URLs that wait. Reads and stores nothing.

use std::collections::{HashMap, HashSet};

use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::url::canonical;
use url::Url;

use super::poll::Source;
use crate::queue::RunLimits;

/// What the sources of a run have brought in so far.
#[derive(Debug)]
pub struct SourceLimits {
    limits: RunLimits,
    /// Listings that were polled, by the source that led to them.
    listings: HashMap<Url, u64>,
    /// Polls in flight, by the source that led to them.
    in_flight: HashMap<Url, u64>,
    /// Every listing that the run polls. One that leads back to itself, or is listed many times, is polled once.
    seen: HashSet<ContentHash>,
}

/// The part of the listings of one source that may be in flight at a time: one in so many. Those that are in flight are read side by side, and
/// if all of a run's were indexes, the next run would begin with the same ones and never come to what they list.
const IN_FLIGHT_SHARE: u64 = 8;

impl SourceLimits {
    /// Nothing brought in yet.
    pub fn new(limits: RunLimits) -> Self {
        Self { limits, listings: HashMap::new(), in_flight: HashMap::new(), seen: HashSet::new() }
    }

    /// Records that the run polls this URL. False if it does already.
    pub fn poll_once(&mut self, url: &Url) -> bool {
        self.seen.insert(key(url))
    }

    /// True if the run polls this URL.
    pub fn is_polled(&self, url: &Url) -> bool {
        self.seen.contains(&key(url))
    }

    /// Number of listings that this source may still lead to.
    pub fn listings_left(&self, source: &Source) -> u64 {
        self.limits.listings.saturating_sub(self.listings.get(source.root()).copied().unwrap_or_default())
    }

    /// A listing is polled.
    pub fn count_listing(&mut self, source: &Source) {
        if source.parent.is_some() {
            *self.listings.entry(source.root().clone()).or_default() += 1;
        }
    }

    /// True if one more poll of what this source's root leads to may be in flight.
    pub fn may_start(&self, source: &Source) -> bool {
        let in_flight = self.in_flight.get(source.root()).copied().unwrap_or_default();
        in_flight < (self.limits.listings / IN_FLIGHT_SHARE).max(1)
    }

    /// A poll is in flight.
    pub fn started(&mut self, source: &Source) {
        *self.in_flight.entry(source.root().clone()).or_default() += 1;
    }

    /// A poll is no longer in flight.
    pub fn settled(&mut self, source: &Source) {
        if let Some(in_flight) = self.in_flight.get_mut(source.root()) {
            *in_flight = in_flight.saturating_sub(1);
        }
    }

    /// Most URLs of one source that wait at a time.
    pub fn urls(&self) -> u64 {
        self.limits.urls
    }

    /// The configuration key of a limit: `queue.max_urls`.
    pub fn key(&self, name: &str) -> String {
        format!("{}.{name}", self.limits.section)
    }
}

fn key(url: &Url) -> ContentHash {
    ContentHash::of(canonical(url).as_str())
}
