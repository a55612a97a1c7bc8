//! Fetches each origin's robots.txt and caches it for at most a day. The rules themselves are in `robots`.

use std::sync::Arc;
use std::time::Duration;

use url::{Position, Url};

use super::address_guard::AddressGuard;
use super::client::Purpose;
use super::config::Config;
use super::failure::Reason;
use super::origin_cache::{Cacheable, FAILURE_LIFETIME, LIFETIME, OriginCache};
use super::origin_file::{self, OriginFile};
use super::polite_client::PoliteClient;
use super::robots::{Robots, RobotsDecision};
use gleaner_warc::http::redirect::MAX_ORIGIN_FILE_REDIRECTS;

/// The product token by which robots.txt files address this crawler.
const PRODUCT: &str = env!("CARGO_PKG_NAME");

/// The rules of all origins seen.
pub(super) struct RobotsCache {
    origins: OriginCache<CachedRobots>,
    delay: Duration,
    max_delay: Duration,
}

type CachedRobots = Result<Arc<Robots>, Reason>;

impl Cacheable for CachedRobots {
    fn lifetime(&self) -> i64 {
        if self.is_ok() { LIFETIME } else { FAILURE_LIFETIME }
    }

    fn size(&self) -> usize {
        self.as_ref().map_or(0, |robots| robots.size())
    }
}

impl RobotsCache {
    pub fn new(config: &Config) -> Self {
        let delay = config.delay_s.duration();
        Self { origins: OriginCache::default(), delay, max_delay: config.max_delay_s.duration().max(delay) }
    }

    /// Checks whether the page may be fetched, and returns the pause between requests that applies to its host.
    pub async fn check(&self, client: &PoliteClient, guard: &AddressGuard, url: &Url) -> Result<Duration, Reason> {
        let path = &url[Position::BeforePath..Position::AfterQuery];
        // Always allowed (RFC 9309 §2.2.2).
        if path == "/robots.txt" {
            return Ok(self.delay);
        }
        let robots = self.robots(client, guard, url).await?;
        match robots.check(path) {
            RobotsDecision::Disallowed { line, pattern } => Err(Reason::Robots { line, pattern }),
            RobotsDecision::Allowed => {
                Ok(robots.crawl_delay().map_or(self.delay, |delay| delay.min(self.max_delay).max(self.delay)))
            }
        }
    }

    async fn robots(&self, client: &PoliteClient, guard: &AddressGuard, url: &Url) -> CachedRobots {
        let fetch = async { self.fetch(client, guard, url).await.map(Arc::new) };
        self.origins.get(&url.origin().ascii_serialization(), &*client.clock, fetch).await
    }

    /// Fetches an origin's robots.txt (RFC 9309 §2.3.1): a missing file allows everything, an unreachable one nothing. 429 counts as
    /// unreachable, since it does not tell what the rules are.
    async fn fetch(&self, client: &PoliteClient, guard: &AddressGuard, page: &Url) -> Result<Robots, Reason> {
        let unreachable = |reason: Reason| Reason::RobotsUnreachable(Box::new(reason));
        let mut url = page.join("/robots.txt").map_err(|error| unreachable(Reason::BadRedirect(error.to_string())))?;
        for hop in 0..=MAX_ORIGIN_FILE_REDIRECTS {
            let file = origin_file::request(client, guard, &url, Purpose::Robots, self.delay).await;
            match file.map_err(|reason| if hop == 0 && reason.is_about_host() { reason } else { unreachable(reason) })? {
                OriginFile::Body(body) => return Ok(Robots::parse(&body, PRODUCT)),
                OriginFile::Missing => break,
                OriginFile::Redirect(next) => url = next,
            }
        }
        Ok(Robots::default())
    }
}
