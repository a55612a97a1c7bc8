//! Named points at which a crash test kills the process. Does nothing without the cargo feature `failpoints`.
//!
//! `GLEANER_FAILPOINT=text.after-rename` kills the process the first time it reaches that point, `text.after-rename:17` the 17th time. The
//! process aborts: no destructor runs and nothing is flushed, as after SIGKILL.

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

/// Does nothing in this build.
#[cfg(not(feature = "failpoints"))]
pub(super) fn hit(_point: &'static str) {}
