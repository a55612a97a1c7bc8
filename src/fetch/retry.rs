//! When to ask again: the pause before the next attempt, and what `Retry-After` says. Does not wait.

use std::time::Duration;

use jiff::fmt::strtime;
use url::Url;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::config::Config;
use gleaner_extract::base::time::Timestamp;

/// The most that `Retry-After` is taken to mean.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How often, and after what pause.
#[derive(Clone, Copy, Debug)]
pub(super) struct Retry {
    attempts: u32,
    backoff: Duration,
    longest: Duration,
}

impl Retry {
    pub fn new(config: &Config) -> Self {
        Self {
            attempts: config.attempts,
            backoff: config.backoff_s.duration(),
            longest: config.max_retry_after_s.duration().max(config.backoff_s.duration()),
        }
    }

    /// The pause after the attempt of this number (from 1), or `None` where it was the last. Doubles each time; up to half of
    /// it is taken off again, so that clients that failed together do not come back together. What is taken off depends on
    /// the URL and the attempt alone: the same run gives the same pauses.
    pub fn pause(&self, attempt: u32, url: &Url) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let full = self.backoff.saturating_mul(1 << (attempt - 1).min(20)).min(self.longest);
        let share = xxh3_64_with_seed(url.as_str().as_bytes(), attempt.into()) >> 32;
        let taken_off = full.as_secs_f64() / 2.0 * (share as f64 / u32::MAX as f64);
        Some(full.saturating_sub(Duration::try_from_secs_f64(taken_off).unwrap_or_default()))
    }
}

/// The span that a `Retry-After` header asks for (RFC 9110 §10.2.3): seconds or an HTTP date, at most a day.
pub(super) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        // Too many digits for a number still mean: long.
        return Some(value.parse().map_or(DAY, Duration::from_secs).min(DAY));
    }
    let wait = http_date(value)?.saturating_sub(now.unix());
    Some(Duration::from_secs(wait.try_into().unwrap_or(0)).min(DAY))
}

/// An HTTP date in any of its three forms (RFC 9110 §5.6.7), as seconds since the epoch.
fn http_date(value: &str) -> Option<i64> {
    const FORMS: &[&str] = &["%a, %d %b %Y %H:%M:%S", "%A, %d-%b-%y %H:%M:%S", "%a %b %e %H:%M:%S %Y"];
    let value = value.trim_end_matches("GMT").trim_end();
    FORMS.iter().find_map(|form| {
        let civil = strtime::parse(form, value).ok()?.to_datetime().ok()?;
        Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url() -> Url {
        Url::parse("https://example.org/a").unwrap()
    }

    #[test]
    fn pauses_double_and_end() {
        let retry = Retry::new(&Config { attempts: 4, ..Config::default() });
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
    fn absurd_settings_stay_in_bounds() {
        let retry = Retry::new(&Config { attempts: u32::MAX, ..Config::default() });
        assert!(retry.pause(u32::MAX - 1, &url()).unwrap() <= Duration::from_secs(120));
        assert_eq!(Retry::new(&Config { attempts: 0, ..Config::default() }).pause(1, &url()), None);
    }

    #[test]
    fn reads_retry_after() {
        let now: Timestamp = "1994-11-06T08:49:00Z".parse().unwrap();
        let seconds = |value: &str| retry_after(value, now).map(|span| span.as_secs());
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
