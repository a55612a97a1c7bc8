//! Progress of a run: a bar on a terminal, failures and refusals as they happen, and diffs if requested.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use gleaner::engine::{Event, Progress};
use gleaner::outcome::Outcome;

use super::style::Style;
use crate::args::Verbosity;
use crate::exit::{Failure, print_message};
use crate::print;

/// Refusals printed one by one; the summary counts the rest and the journal lists them.
const MAX_REFUSALS: u64 = 20;

/// Reports the progress of a run to the user.
pub struct ProgressReporter {
    bar: ProgressBar,
    style: Style,
    verbosity: Verbosity,
    refusals: AtomicU64,
    /// The failure that stopped diffs from being printed.
    diff_failure: Mutex<Option<Failure>>,
}

impl ProgressReporter {
    /// The bar is drawn only if standard error is a terminal.
    pub fn new(verbosity: Verbosity, style: Style) -> Self {
        let visible = verbosity > Verbosity::Quiet && std::io::stderr().is_terminal();
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(template) = ProgressStyle::with_template("{bar:30} {pos}/{len} {per_sec} {eta} {msg}") {
            bar.set_style(template);
        }
        Self { bar, style, verbosity, refusals: AtomicU64::new(0), diff_failure: Mutex::new(None) }
    }

    /// Removes the bar. Fails if a diff could not be printed.
    pub fn finish(self) -> Result<(), Failure> {
        self.bar.finish_and_clear();
        self.diff_failure.into_inner().ok().flatten().map_or(Ok(()), Err)
    }

    fn print_diff(&self, diff: &str) {
        if let Ok(mut failure) = self.diff_failure.lock()
            && failure.is_none()
        {
            *failure = print::out(&self.style.diff(diff)).err();
        }
    }

    fn print_event(&self, event: Event<'_>) {
        match event.outcome {
            Outcome::Failed { error, hint, .. } => print_message("failed to ", error, hint.as_deref()),
            Outcome::Refused(refusal) if self.verbosity > Verbosity::Quiet => {
                let printed = self.refusals.fetch_add(1, Ordering::Relaxed);
                if printed < MAX_REFUSALS || self.verbosity > Verbosity::Normal {
                    print_message("refused ", &format!("{}: {refusal}", event.source), None);
                } else if printed == MAX_REFUSALS {
                    print_message("refused ", "more inputs; the journal lists them all", None);
                }
            }
            _ => {}
        }
        if let Some(diff) = event.diff {
            self.print_diff(diff);
        }
    }
}

impl Progress for ProgressReporter {
    fn total(&self, inputs: u64) {
        self.bar.set_length(inputs);
    }

    fn checked(&self) {
        self.bar.inc(1);
    }

    fn done(&self, event: Event<'_>) {
        self.bar.inc(1);
        self.bar.suspend(|| {
            tracing::info!("{}: {}", event.outcome.name(), event.source);
            self.print_event(event);
        });
    }
}
