//! When to retry: the pause before the next attempt, and the meaning of `Retry-After`. Does not wait.

use std::time::{Duration, SystemTime};

use url::Url;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::config::Config;
use gleaner_extract::base::time::Timestamp;

/// Longest duration that `Retry-After` may ask for.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How often to retry, and after what pauses.
#[derive(Clone, Copy, Debug)]
pub(super) struct RetryPolicy {
    attempts: u32,
    backoff: Duration,
    longest: Duration,
}

impl RetryPolicy {
    pub fn new(config: &Config) -> Self {
        Self {
            attempts: config.attempts,
            backoff: config.backoff_s.duration(),
            longest: config.max_retry_after_s.duration().max(config.backoff_s.duration()),
        }
    }

    /// The pause after the attempt with this number (from 1), or `None` after the last one. Doubles each time, minus jitter of up to
    /// half, so that clients that failed together do not return together. The jitter depends only on the URL and the attempt: the same
    /// run makes the same pauses.
    pub fn pause(&self, attempt: u32, url: &Url) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let full = self.backoff.saturating_mul(1 << (attempt - 1).min(20)).min(self.longest);
        let share = xxh3_64_with_seed(url.as_str().as_bytes(), attempt.into()) >> 32;
        let jitter = full.as_secs_f64() / 2.0 * (share as f64 / u32::MAX as f64);
        Some(full.saturating_sub(Duration::try_from_secs_f64(jitter).unwrap_or_default()))
    }
}

/// The pause that a `Retry-After` header asks for (RFC 9110 §10.2.3): seconds or an HTTP date, at most a day.
pub(super) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        // A number too large to parse still means a long pause.
        return Some(value.parse().map_or(DAY, Duration::from_secs).min(DAY));
    }
    let date = httpdate::parse_http_date(value).ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let now = Duration::from_secs(now.unix().try_into().unwrap_or(0));
    Some(date.saturating_sub(now).min(DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url() -> Url {
        Url::parse("https://example.org/a").unwrap()
    }

    #[test]
    fn pauses_double_and_end() {
        let retry = RetryPolicy::new(&Config { attempts: 4, ..Config::default() });
        let pauses: Vec<f64> = (1..5).map_while(|n| retry.pause(n, &url())).map(|pause| pause.as_secs_f64()).collect();
        assert_eq!(pauses.len(), 3);
        for (pause, full) in pauses.iter().zip([1.0, 2.0, 4.0]) {
            assert!((full / 2.0..=full).contains(pause), "{pauses:?}");
        }
        assert_eq!(retry.pause(1, &url()), retry.pause(1, &url()));
        let other = Url::parse("https://example.org/b").unwrap();
        assert_ne!(retry.pause(1, &url()), retry.pause(1, &other));
    }

    #[test]
    fn absurd_settings_give_bounded_pauses() {
        let retry = RetryPolicy::new(&Config { attempts: u32::MAX, ..Config::default() });
        assert!(retry.pause(u32::MAX - 1, &url()).unwrap() <= Duration::from_secs(120));
        assert_eq!(RetryPolicy::new(&Config { attempts: 0, ..Config::default() }).pause(1, &url()), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: Timestamp = "1994-11-06T08:49:00Z".parse().unwrap();
        let seconds = |value: &str| retry_after(value, now).map(|pause| pause.as_secs());
        assert_eq!(seconds(" 120 "), Some(120));
        assert_eq!(seconds("99999999999999999999"), Some(86_400));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT"), Some(37));
        assert_eq!(seconds("Sunday, 06-Nov-94 08:49:37 GMT"), Some(37));
        assert_eq!(seconds("Sun Nov  6 08:49:37 1994"), Some(37));
        assert_eq!(seconds("Sat, 05 Nov 1994 08:49:37 GMT"), Some(0));
        for bad in ["", "soon", "-5", "1.5", "Sun, 99 Nov 1994 08:49:37 GMT"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }
}
