//! The settings of the queue, and the limits of a run.

use gleaner_extract::base::time::{Day, Timestamp};
use serde::{Deserialize, Serialize};

/// The `[queue]` section of `config.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Most requests per run, including robots.txt and redirects; 0 means no limit. Default: 20000.
    pub max_requests: u64,
    /// Most bytes received per run; 0 means no limit. Default: 4294967296 (4 GiB).
    pub max_bytes: u64,
    /// Minutes after which a run starts no new requests; 0 means no limit. Default: 60.
    pub max_minutes: u64,
    /// Most sitemaps and feeds that one source leads to and that a run reads; 0 means no limit. Default: 1000.
    pub max_listings: u64,
    /// Most URLs of one source that wait in the queue: beyond it, no more are added until some are fetched; 0 means no limit.
    /// Default: 10000.
    pub max_urls: u64,
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
            max_requests: 20_000,
            max_bytes: 4 << 30,
            max_minutes: 60,
            max_listings: 1_000,
            max_urls: 10_000,
            attempts: 5,
            retry_s: 1800,
            feed_pages: 5,
            min_interval_s: 900,
            max_interval_s: 86_400,
        }
    }
}

/// The `[ingest]` section of `config.toml`: the limits of `gleaner ingest`, which somebody waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IngestConfig {
    /// As in [`Config`]. Default: 100000.
    pub max_requests: u64,
    /// As in [`Config`]. Default: 21474836480 (20 GiB).
    pub max_bytes: u64,
    /// As in [`Config`]. Default: 240.
    pub max_minutes: u64,
    /// As in [`Config`]. Default: 10000.
    pub max_listings: u64,
    /// As in [`Config`], for all URLs that the inputs of `ingest` lead to together. Default: 100000.
    pub max_urls: u64,
}

impl Default for IngestConfig {
    fn default() -> Self {
        Self { max_requests: 100_000, max_bytes: 20 << 30, max_minutes: 240, max_listings: 10_000, max_urls: 100_000 }
    }
}

/// The `[recheck]` section of `config.toml`: whether `run` requests young stories again, so that corrections and updates are seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecheckConfig {
    /// Whether it does. Default: false.
    pub enabled: bool,
    /// Hours after a story was found, in ascending order. What a run comes too late for is done once. Default: 1, 6, 24 and 168.
    pub after_h: Vec<u32>,
}

impl Default for RecheckConfig {
    fn default() -> Self {
        Self { enabled: false, after_h: vec![1, 6, 24, 168] }
    }
}

impl RecheckConfig {
    /// When the schedule of a story begins that is found now; `None` if it has none, or if the story is older than the schedule is long.
    pub fn from(&self, published: Option<Day>, now: Timestamp) -> Option<Timestamp> {
        let longest = self.after_h.iter().max().filter(|_| self.enabled)?;
        let oldest = Timestamp::from_unix(now.unix() - i64::from(*longest) * 3600).day();
        published.is_none_or(|day| day >= oldest).then_some(now)
    }

    /// The number of rechecks that should have been done by now of a story that was found then.
    pub fn due(&self, found: Timestamp, now: Timestamp) -> usize {
        self.after_h.iter().filter(|hours| now.unix() - found.unix() >= i64::from(**hours) * 3600).count()
    }
}

/// The limits of one run. `u64::MAX` stands for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunLimits {
    /// The section of the configuration that they come from.
    pub section: &'static str,
    /// Most requests.
    pub requests: u64,
    /// Most bytes received.
    pub bytes: u64,
    /// Minutes after which no request is started.
    pub minutes: u64,
    /// Most listings that one source leads to.
    pub listings: u64,
    /// Most URLs of one source that wait in the queue.
    pub urls: u64,
}

impl From<&Config> for RunLimits {
    fn from(config: &Config) -> Self {
        let &Config { max_requests, max_bytes, max_minutes, max_listings, max_urls, .. } = config;
        Self::new("queue", [max_requests, max_bytes, max_minutes, max_listings, max_urls])
    }
}

impl From<&IngestConfig> for RunLimits {
    fn from(config: &IngestConfig) -> Self {
        let &IngestConfig { max_requests, max_bytes, max_minutes, max_listings, max_urls } = config;
        Self::new("ingest", [max_requests, max_bytes, max_minutes, max_listings, max_urls])
    }
}

impl RunLimits {
    /// In the order of the fields; 0 means none.
    fn new(section: &'static str, limits: [u64; 5]) -> Self {
        let [requests, bytes, minutes, listings, urls] = limits.map(|limit| if limit == 0 { u64::MAX } else { limit });
        Self { section, requests, bytes, minutes, listings, urls }
    }
}
