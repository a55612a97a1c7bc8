//! The settings of the queue and of a run's budget.

use serde::{Deserialize, Serialize};

/// The `[queue]` section of `config.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Most requests per run, including robots.txt and redirects; 0 means no limit. Default: 0.
    pub max_requests: u64,
    /// Most bytes received per run; 0 means no limit. Default: 0.
    pub max_bytes: u64,
    /// Minutes after which a run starts no new requests; 0 means no limit. Default: 0.
    pub max_minutes: u64,
    /// Runs in which a page is tried before it is given up. Default: 5.
    pub attempts: u32,
    /// Seconds until a failed page is retried; doubled after each failure, up to a day. Default: 1800.
    pub retry_s: u64,
    /// Most pages of a feed that links to older entries (RFC 5005), read as long as all entries on a page are new; 1 reads
    /// only the feed itself. Default: 5.
    pub feed_pages: u32,
    /// Shortest time between two polls of a feed, sitemap or front page, in seconds. Default: 900.
    pub min_interval_s: u64,
    /// Longest time between two polls of a feed, sitemap or front page, in seconds. Default: 86400.
    pub max_interval_s: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_requests: 0,
            max_bytes: 0,
            max_minutes: 0,
            attempts: 5,
            retry_s: 1800,
            feed_pages: 5,
            min_interval_s: 900,
            max_interval_s: 86_400,
        }
    }
}
