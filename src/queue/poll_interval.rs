//! The time until a source is polled again, from how often it publishes. A pure function.

use gleaner_extract::base::time::Timestamp;

/// The shortest and longest time between two polls, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollBounds {
    /// The shortest time.
    pub min_s: u64,
    /// The longest time.
    pub max_s: u64,
}

impl PollBounds {
    fn clamp(self, seconds: f64) -> u64 {
        let seconds = if seconds.is_finite() { seconds.max(0.0) as u64 } else { self.max_s };
        seconds.min(self.max_s).max(self.min_s.min(self.max_s))
    }
}

/// The outcome of a poll, as far as it affects the interval.
#[derive(Clone, Copy, Debug)]
pub(super) enum PollOutcome<'a> {
    Unchanged,
    Read { published: &'a [Timestamp], new: u64 },
    Failed { times: u32 },
}

/// Most entries that are considered, the newest ones.
const MAX_ENTRIES: usize = 20;

/// Seconds until the next poll: half the median gap between entries, or a fifth of the time since the last one if that is longer. If entries have
/// no dates, the interval shrinks after new entries and grows without.
pub(super) fn next_interval(previous: Option<u64>, outcome: PollOutcome<'_>, bounds: PollBounds, now: Timestamp) -> u64 {
    let before = previous.unwrap_or(bounds.min_s.max(bounds.max_s / 24)) as f64;
    bounds.clamp(match outcome {
        PollOutcome::Failed { times } => (bounds.min_s.max(60) as f64) * 2f64.powi(times.min(20) as i32),
        PollOutcome::Unchanged => before * 1.5,
        PollOutcome::Read { published, new } => match interval_of(published, now) {
            Some(seconds) => seconds,
            None if new > 0 => before * 0.7,
            None => before * 1.5,
        },
    })
}

fn interval_of(published: &[Timestamp], now: Timestamp) -> Option<f64> {
    let mut times: Vec<i64> = published.iter().map(|time| time.unix()).filter(|time| *time <= now.unix()).collect();
    times.sort_unstable_by(|a, b| b.cmp(a));
    times.truncate(MAX_ENTRIES);
    let mut gaps: Vec<i64> = times.windows(2).map(|pair| pair[0] - pair[1]).collect();
    gaps.sort_unstable();
    // Entries with the same time are one publication.
    gaps.retain(|gap| *gap > 0);
    let median = *gaps.get(gaps.len() / 2)? as f64;
    let silence = (now.unix() - times.first()?) as f64;
    Some((median / 2.0).max(silence / 5.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: PollBounds = PollBounds { min_s: 600, max_s: 86_400 };

    fn interval_after(gap: i64, silence: i64) -> u64 {
        let now = Timestamp::from_unix(1_700_000_000);
        let published: Vec<Timestamp> = (0..30).map(|n| Timestamp::from_unix(now.unix() - silence - n * gap)).collect();
        next_interval(Some(3600), PollOutcome::Read { published: &published, new: 1 }, BOUNDS, now)
    }

    #[test]
    fn the_interval_follows_the_entries_within_bounds() {
        assert_eq!(interval_after(4 * 3600, 60), 2 * 3600);
        assert_eq!(interval_after(60, 60), 600, "the shortest");
        assert_eq!(interval_after(7 * 86_400, 60), 86_400, "the longest");
        assert_eq!(interval_after(3600, 50_000), 10_000, "a feed that stopped publishing");
    }

    #[test]
    fn without_dates_the_interval_adapts() {
        let now = Timestamp::from_unix(1_700_000_000);
        let next = |previous, outcome| next_interval(previous, outcome, BOUNDS, now);
        assert_eq!(next(None, PollOutcome::Unchanged), 5400);
        assert_eq!(next(Some(10_000), PollOutcome::Read { published: &[], new: 3 }), 7000);
        assert_eq!(next(Some(10_000), PollOutcome::Read { published: &[], new: 0 }), 15_000);
        assert_eq!(next(Some(80_000), PollOutcome::Unchanged), 86_400);
        assert_eq!(next(Some(10_000), PollOutcome::Failed { times: 2 }), 2400);
        assert_eq!(next(Some(10_000), PollOutcome::Failed { times: 99 }), 86_400);
    }
}
