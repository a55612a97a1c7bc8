//! What each origin's robots.txt allows: fetched once, remembered for a day at most. The rules themselves are in `robots`.

use gleaner_extract::base::url::without_login;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderMap;
use url::Url;

use super::address::Guard;
use super::client::{Ask, Purpose};
use super::config::Config;
use super::exchange::Exchange;
use super::failure::Reason;
use super::memory_permit::MemoryPermit;
use super::origin_cache::{FAILURE_LIFE, Fact, LIFE, OriginCache};
use super::robots::{Robots, Verdict};

/// The product token that robots.txt files know this crawler by.
pub(super) const PRODUCT: &str = env!("CARGO_PKG_NAME");

/// Redirects followed for one robots.txt (RFC 9309 §2.3.1.2).
pub(super) const MAX_REDIRECTS: usize = 5;

/// The rules of every origin met.
pub(super) struct RobotsCache {
    origins: OriginCache<Rules>,
    delay: Duration,
    max_delay: Duration,
}

type Rules = Result<Arc<Robots>, Reason>;

impl Fact for Rules {
    fn life(&self) -> i64 {
        if self.is_ok() { LIFE } else { FAILURE_LIFE }
    }

    fn weight(&self) -> usize {
        self.as_ref().map_or(0, |rules| rules.weight())
    }
}

impl RobotsCache {
    pub fn new(config: &Config) -> Self {
        let delay = config.delay_s.duration();
        Self { origins: OriginCache::default(), delay, max_delay: config.max_delay_s.duration().max(delay) }
    }

    /// Whether the page may be fetched, and the pause that its host wishes between requests.
    pub async fn check(&self, exchange: &Exchange, guard: &Guard, url: &Url) -> Result<Duration, Reason> {
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        // Always allowed (RFC 9309 §2.2.2).
        if path == "/robots.txt" {
            return Ok(self.delay);
        }
        let rules = self.rules(exchange, guard, url).await?;
        match rules.verdict(path) {
            Verdict::Disallowed { line, pattern } => Err(Reason::Robots { line, pattern }),
            Verdict::Allowed => Ok(rules.crawl_delay().map_or(self.delay, |wish| wish.min(self.max_delay).max(self.delay))),
        }
    }

    async fn rules(&self, exchange: &Exchange, guard: &Guard, url: &Url) -> Rules {
        let learn = async { self.fetch(exchange, guard, url).await.map(Arc::new) };
        self.origins.get(&url.origin().ascii_serialization(), &*exchange.clock, learn).await
    }

    /// Reads an origin's robots.txt (RFC 9309 §2.3.1): what is not there allows everything, what cannot be reached nothing.
    /// 429 counts as unreachable: it says nothing about the rules.
    async fn fetch(&self, exchange: &Exchange, guard: &Guard, page: &Url) -> Result<Robots, Reason> {
        let unreachable = |reason: Reason| Reason::RobotsUnreachable(Box::new(reason));
        let mut url = page.join("/robots.txt").map_err(|error| unreachable(Reason::BadRedirect(error.to_string())))?;
        for hop in 0..=MAX_REDIRECTS {
            guard.check(&url).map_err(unreachable)?;
            // What is read of it is little.
            let ask = Ask { url: &url, headers: &HeaderMap::new(), purpose: Purpose::Robots, permit: &MemoryPermit::default() };
            let answer = exchange.get(&ask, self.delay).await.map_err(|reason| match hop {
                0 if reason.is_about_host() => reason,
                _ => unreachable(reason),
            })?;
            if answer.status.is_success() {
                return Ok(Robots::parse(&answer.body, PRODUCT));
            }
            if answer.is_passing_trouble() {
                return Err(unreachable(Reason::of_status(&answer, exchange.clock.now())));
            }
            let Some(next) = answer.location().and_then(|location| url.join(&location).ok()) else { break };
            url = without_login(next);
        }
        Ok(Robots::default())
    }
}
