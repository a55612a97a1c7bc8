//! Named points at which a crash test kills the process. Does nothing without the cargo feature `failpoints`.
//!
//! `GLEANER_FAILPOINT=text.after-rename` kills the process the first time it reaches that point, `text.after-rename:17` the 17th time. The
//! process aborts: no destructor runs and nothing is flushed, as after SIGKILL. And limits that are too high to be reached in a test.

/// Every point, in the order in which a document reaches them.
pub const FAILPOINTS: &[&str] = &[
    "open.checksum-removed",
    "stage.before-sync",
    "raw.before-rename",
    "raw.after-rename",
    "raw-facts.before-rename",
    "raw-facts.after-rename",
    "version.before-rename",
    "version.after-rename",
    "version-sidecar.before-rename",
    "version-sidecar.after-rename",
    "text.before-rename",
    "text.after-rename",
    "sidecar.before-rename",
    "sidecar.after-rename",
    "corrections.before-rename",
    "corrections.after-rename",
    "text.before-removal",
    "text.after-removal",
    "index.before-commit",
    "index.after-commit",
    "rebuild.before-commit",
    "settle.before-sidecars",
    "settle.after-sidecars",
    "sites.between",
    "close.before-checkpoint",
    "close.before-checksum",
    "close.after-checksum",
];

/// Kills the process if `GLEANER_FAILPOINT` names this point.
#[cfg(feature = "failpoints")]
pub(super) fn hit(point: &'static str) {
    use std::sync::atomic::{AtomicU64, Ordering};
    static HITS: AtomicU64 = AtomicU64::new(0);

    debug_assert!(FAILPOINTS.contains(&point), "{point} is not in the list");
    let Ok(wanted) = std::env::var("GLEANER_FAILPOINT") else { return };
    let (name, count) = wanted.split_once(':').unwrap_or((&wanted, "1"));
    if name == point && HITS.fetch_add(1, Ordering::SeqCst) + 1 == count.parse().unwrap_or(1) {
        std::process::abort();
    }
}

/// The numbers of texts that are compared are below this: below `GLEANER_MAX_TEXTS`, if it is set, so that a test can reach the limit.
#[cfg(feature = "failpoints")]
pub(super) fn max_texts() -> u32 {
    let given = std::env::var("GLEANER_MAX_TEXTS").ok().and_then(|given| given.parse().ok());
    given.map_or(crate::relate::MAX_TEXTS, |given: u32| given.min(crate::relate::MAX_TEXTS))
}

/// The numbers of texts that are compared are below this.
#[cfg(not(feature = "failpoints"))]
pub(super) fn max_texts() -> u32 {
    crate::relate::MAX_TEXTS
}

/// Does nothing in this build.
#[cfg(not(feature = "failpoints"))]
pub(super) fn hit(_point: &'static str) {}
