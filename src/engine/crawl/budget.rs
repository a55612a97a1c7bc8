//! The budget of a run: requests, bytes, minutes. Stops nothing itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::fetch::Spent;
use crate::queue;

/// The budget of a run. Requests in flight when a limit is reached are finished, so a limit may be exceeded by as much.
#[derive(Debug)]
pub struct Budget {
    requests: u64,
    bytes: u64,
    until: Option<Instant>,
    spent: AtomicBool,
}

impl Budget {
    /// As configured, starting now.
    pub fn new(config: &queue::Config) -> Self {
        let limit = |limit: u64| if limit == 0 { u64::MAX } else { limit };
        let minutes = (config.max_minutes > 0).then(|| Duration::from_secs(config.max_minutes.saturating_mul(60)));
        Self {
            requests: limit(config.max_requests),
            bytes: limit(config.max_bytes),
            until: minutes.and_then(|minutes| Instant::now().checked_add(minutes)),
            spent: AtomicBool::new(false),
        }
    }

    /// Whether one more request may be sent. Once it is refused, all later ones are.
    pub fn take(&self, spent: Spent) -> bool {
        let is_over = self.reached(spent).is_some();
        let was_over = self.spent.fetch_or(is_over, Ordering::Relaxed);
        !is_over && !was_over
    }

    /// True once a request has been refused.
    pub fn is_spent(&self) -> bool {
        self.spent.load(Ordering::Relaxed)
    }

    /// The limit that is reached, named by its configuration key.
    pub fn reached(&self, spent: Spent) -> Option<&'static str> {
        let limits = [
            (spent.requests >= self.requests, "queue.max_requests"),
            (spent.bytes >= self.bytes, "queue.max_bytes"),
            (self.until.is_some_and(|until| Instant::now() >= until), "queue.max_minutes"),
        ];
        limits.iter().find(|(reached, _)| *reached).map(|(_, key)| *key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_hold_and_stay_reached() {
        let budget = Budget::new(&queue::Config { max_requests: 2, max_bytes: 100, ..Default::default() });
        let spent = |requests, bytes| Spent { requests, bytes };
        assert!(budget.take(spent(0, 0)) && budget.take(spent(1, 99)));
        assert_eq!(budget.reached(spent(1, 100)), Some("queue.max_bytes"));
        assert!(!budget.take(spent(2, 0)) && budget.is_spent());
        assert!(!budget.take(spent(0, 0)), "once spent, spent");
        assert!(Budget::new(&queue::Config::default()).take(spent(u64::MAX - 1, u64::MAX - 1)));
    }
}
