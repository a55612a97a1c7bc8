//! Delays jobs, so that a test sees them complete in another order. Does nothing without the cargo feature `failpoints`.
//!
//! `GLEANER_SHUFFLE=7` lets each job wait for up to 15 milliseconds, by a hash of its number and of this seed.

/// Waits before a job, if `GLEANER_SHUFFLE` is set.
#[cfg(feature = "failpoints")]
pub fn before(job: u64) {
    if let Ok(seed) = std::env::var("GLEANER_SHUFFLE") {
        let hash = xxhash_rust::xxh3::xxh3_64(format!("{seed} {job}").as_bytes());
        std::thread::sleep(std::time::Duration::from_millis(hash % 16));
    }
}

/// Does nothing in this build.
#[cfg(not(feature = "failpoints"))]
pub fn before(_job: u64) {}
