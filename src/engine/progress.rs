//! What a run reports while it works, so that the binary can draw bars and print diffs.

use gleaner_extract::document::Origin;

use crate::outcome::Outcome;
use crate::reclean::RecleanReport;

/// One input is done.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// The input.
    pub source: &'a Origin,
    /// What became of it.
    pub outcome: &'a Outcome,
    /// Bytes of raw input read for it.
    pub bytes: u64,
    /// The unified diff from the present clean text to the new one, if diffs were requested and the text changes.
    pub diff: Option<&'a str>,
}

/// Listens to a run. Called from one thread at a time, in the order of the inputs.
pub trait Progress: Sync {
    /// The number of inputs is known; called again when it grows.
    fn total(&self, inputs: u64) {
        let _ = inputs;
    }

    /// One file is checked.
    fn checked(&self) {}

    /// What cleaning again changes has been worked out. Where diffs are requested and the run writes, this comes before the first of them.
    fn recleaned(&self, report: &RecleanReport) {
        let _ = report;
    }

    /// One input is done.
    fn done(&self, event: Event<'_>) {
        let _ = event;
    }
}

/// Listens to nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {}
