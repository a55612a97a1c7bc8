//! The injected clock: what a run calls the present. Nothing else asks the time of day.

use gleaner_extract::base::time::Timestamp;

/// Where the program asks for the time. Injected, so that runs can be repeated.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(jiff::Timestamp::now().as_second())
    }
}

/// A clock that stands still: tests, and runs that must give the same bytes.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}
