//! The injected clock: what a run takes for the current time. Nothing else reads the system clock.

use gleaner_extract::base::time::Timestamp;

/// The source of the current time. Injected, so that runs can be reproduced.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> Timestamp;

    /// Whether it is recorded how long something took. Under a clock that stands still it is not, so that a run gives the same bytes again.
    fn records_durations(&self) -> bool {
        false
    }
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(jiff::Timestamp::now().as_second())
    }

    fn records_durations(&self) -> bool {
        true
    }
}

/// A clock that always shows the same time, for tests and for runs that must give the same bytes.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}
