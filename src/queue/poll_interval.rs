//! How long until a door is looked at again: by the rhythm in which it publishes, within bounds. Pure.

use gleaner_extract::base::time::Timestamp;

/// The shortest and longest time between two looks, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollBounds {
    /// The shortest.
    pub min_s: u64,
    /// The longest.
    pub max_s: u64,
}

impl PollBounds {
    fn clamp(self, seconds: f64) -> u64 {
        let seconds = if seconds.is_finite() { seconds.max(0.0) as u64 } else { self.max_s };
        seconds.min(self.max_s).max(self.min_s.min(self.max_s))
    }
}

/// What a look came to, as far as it tells of the rhythm.
#[derive(Clone, Copy, Debug)]
pub(super) enum Look<'a> {
    Unchanged,
    Read { published: &'a [Timestamp], new: u64 },
    Failed { times: u32 },
}

/// Entries that tell the rhythm, the newest.
const NEWEST: usize = 20;

/// Seconds until the next look. Twice in the usual gap between two entries, and a fifth of the present silence where that is longer; where
/// entries have no dates, shorter after news and longer without.
pub(super) fn next_interval(previous: Option<u64>, look: Look<'_>, bounds: PollBounds, now: Timestamp) -> u64 {
    let before = previous.unwrap_or(bounds.min_s.max(bounds.max_s / 24)) as f64;
    bounds.clamp(match look {
        Look::Failed { times } => (bounds.min_s.max(60) as f64) * 2f64.powi(times.min(20) as i32),
        Look::Unchanged => before * 1.5,
        Look::Read { published, new } => match rhythm(published, now) {
            Some(seconds) => seconds,
            None if new > 0 => before * 0.7,
            None => before * 1.5,
        },
    })
}

fn rhythm(published: &[Timestamp], now: Timestamp) -> Option<f64> {
    let mut times: Vec<i64> = published.iter().map(|time| time.unix()).filter(|time| *time <= now.unix()).collect();
    times.sort_unstable_by(|a, b| b.cmp(a));
    times.truncate(NEWEST);
    let mut gaps: Vec<i64> = times.windows(2).map(|pair| pair[0] - pair[1]).collect();
    gaps.sort_unstable();
    // Several at once tell of one publication.
    gaps.retain(|gap| *gap > 0);
    let usual = *gaps.get(gaps.len() / 2)? as f64;
    let silence = (now.unix() - times.first()?) as f64;
    Some((usual / 2.0).max(silence / 5.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: PollBounds = PollBounds { min_s: 600, max_s: 86_400 };

    fn after(gap: i64, silence: i64) -> u64 {
        let now = Timestamp::from_unix(1_700_000_000);
        let published: Vec<Timestamp> = (0..30).map(|n| Timestamp::from_unix(now.unix() - silence - n * gap)).collect();
        next_interval(Some(3600), Look::Read { published: &published, new: 1 }, BOUNDS, now)
    }

    #[test]
    fn the_interval_follows_the_rhythm_within_bounds() {
        assert_eq!(after(4 * 3600, 60), 2 * 3600);
        assert_eq!(after(60, 60), 600, "the shortest");
        assert_eq!(after(7 * 86_400, 60), 86_400, "the longest");
        assert_eq!(after(3600, 50_000), 10_000, "a feed that fell silent");
    }

    #[test]
    fn without_dates_it_feels_its_way() {
        let now = Timestamp::from_unix(1_700_000_000);
        let next = |previous, look| next_interval(previous, look, BOUNDS, now);
        assert_eq!(next(None, Look::Unchanged), 5400);
        assert_eq!(next(Some(10_000), Look::Read { published: &[], new: 3 }), 7000);
        assert_eq!(next(Some(10_000), Look::Read { published: &[], new: 0 }), 15_000);
        assert_eq!(next(Some(80_000), Look::Unchanged), 86_400);
        assert_eq!(next(Some(10_000), Look::Failed { times: 2 }), 2400);
        assert_eq!(next(Some(10_000), Look::Failed { times: 99 }), 86_400);
    }
}
