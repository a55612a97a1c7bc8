//! The budget of a run: requests, bytes, minutes. Stops nothing itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::engine::stop::StopRequest;
use crate::fetch::Spent;
use crate::queue::RunLimits;

/// The budget of a run. Requests in flight when a limit is reached are finished, so a limit may be exceeded by as much.
#[derive(Debug)]
pub struct Budget {
    limits: RunLimits,
    until: Option<Instant>,
    spent: AtomicBool,
    stop: StopRequest,
}

impl Budget {
    /// Within these limits, starting now. A request to stop spends it.
    pub fn new(limits: RunLimits, stop: StopRequest) -> Self {
        let seconds = limits.minutes.checked_mul(60);
        let until = seconds.and_then(|seconds| Instant::now().checked_add(Duration::from_secs(seconds)));
        Self { limits, until, spent: AtomicBool::new(false), stop }
    }

    /// Whether one more request may be sent. Once it is refused, all later ones are.
    pub fn take(&self, spent: Spent) -> bool {
        let is_over = self.stop.is_requested() || self.reached(spent).is_some();
        let was_over = self.spent.fetch_or(is_over, Ordering::Relaxed);
        !is_over && !was_over
    }

    /// True once a request has been refused.
    pub fn is_spent(&self) -> bool {
        self.spent.load(Ordering::Relaxed)
    }

    /// The limit that is reached, named by its configuration key.
    pub fn reached(&self, spent: Spent) -> Option<String> {
        let limits = [
            (spent.requests >= self.limits.requests, "max_requests"),
            (spent.bytes >= self.limits.bytes, "max_bytes"),
            (self.until.is_some_and(|until| Instant::now() >= until), "max_minutes"),
        ];
        limits.iter().find(|(reached, _)| *reached).map(|(_, key)| format!("{}.{key}", self.limits.section))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::{Config, IngestConfig};

    fn spent(requests: u64, bytes: u64) -> Spent {
        Spent { requests, bytes }
    }

    #[test]
    fn limits_hold_and_stay_reached() {
        let config = Config { max_requests: 2, max_bytes: 100, ..Config::default() };
        let budget = Budget::new((&config).into(), StopRequest::default());
        assert!(budget.take(spent(0, 0)) && budget.take(spent(1, 99)));
        assert_eq!(budget.reached(spent(1, 100)).as_deref(), Some("queue.max_bytes"));
        assert!(!budget.take(spent(2, 0)) && budget.is_spent());
        assert!(!budget.take(spent(0, 0)), "once spent, spent");
    }

    #[test]
    fn zero_means_no_limit() {
        let none = IngestConfig { max_requests: 0, max_bytes: 0, max_minutes: 0, ..IngestConfig::default() };
        let budget = Budget::new((&none).into(), StopRequest::default());
        assert!(budget.take(spent(u64::MAX - 1, u64::MAX - 1)));
        let default = Budget::new((&IngestConfig::default()).into(), StopRequest::default());
        assert_eq!(default.reached(spent(u64::MAX, 0)).as_deref(), Some("ingest.max_requests"));
    }

    #[test]
    fn a_request_to_stop_spends_it() {
        let stop = StopRequest::default();
        let budget = Budget::new((&Config::default()).into(), stop.clone());
        assert!(budget.take(spent(0, 0)));
        stop.stop();
        assert!(!budget.take(spent(0, 0)) && budget.is_spent() && budget.reached(spent(0, 0)).is_none());
    }
}
