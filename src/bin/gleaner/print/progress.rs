//! A run as it goes: a bar on a terminal, failures and refusals as they happen, diffs where they were asked for.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use gleaner::engine::{Event, Progress};
use gleaner::outcome::Outcome;

use super::style::Style;
use crate::args::Verbosity;
use crate::exit::{Failure, say};

/// Most refusals told one by one; the summary counts them all and the journal names them.
const MAX_REFUSALS: u64 = 20;

/// Tells a run to the user.
pub struct Listener {
    bar: ProgressBar,
    style: Style,
    verbosity: Verbosity,
    refusals: AtomicU64,
    /// Why standard output takes no more diffs.
    broken: Mutex<Option<std::io::Error>>,
}

impl Listener {
    /// A listener whose bar is drawn only where standard error is a terminal.
    pub fn new(verbosity: Verbosity, style: Style) -> Self {
        let visible = verbosity > Verbosity::Quiet && std::io::stderr().is_terminal();
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(look) = ProgressStyle::with_template("{bar:30} {pos}/{len} {per_sec} {eta} {msg}") {
            bar.set_style(look);
        }
        Self { bar, style, verbosity, refusals: AtomicU64::new(0), broken: Mutex::new(None) }
    }

    /// Takes the bar away. Fails where diffs could not be printed.
    pub fn finish(self) -> Result<(), Failure> {
        self.bar.finish_and_clear();
        let broken = self.broken.into_inner().ok().flatten();
        broken.map_or(Ok(()), |error| Err(Failure::io("write", "<stdout>", &error)))
    }

    fn print_diff(&self, diff: &str) {
        let mut stdout = std::io::stdout().lock();
        if let Ok(mut broken) = self.broken.lock()
            && broken.is_none()
        {
            *broken = self.style.diff(diff, &mut stdout).and_then(|()| stdout.flush()).err();
        }
    }

    fn tell(&self, event: Event<'_>) {
        match event.outcome {
            Outcome::Failed { error, hint, .. } => say("failed to ", error, hint.as_deref()),
            Outcome::Refused(refusal) if self.verbosity > Verbosity::Quiet => {
                let told = self.refusals.fetch_add(1, Ordering::Relaxed);
                if told < MAX_REFUSALS || self.verbosity > Verbosity::Normal {
                    say("refused ", &format!("{}: {refusal}", event.source), None);
                } else if told == MAX_REFUSALS {
                    say("refused ", "more: the journal names each", None);
                }
            }
            _ => {}
        }
        if let Some(diff) = event.diff {
            self.print_diff(diff);
        }
    }
}

impl Progress for Listener {
    fn total(&self, inputs: u64) {
        self.bar.set_length(inputs);
    }

    fn done(&self, event: Event<'_>) {
        self.bar.inc(1);
        self.bar.suspend(|| self.tell(event));
    }
}
