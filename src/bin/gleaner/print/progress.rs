//! Progress of a run: a bar on a terminal, failures and refusals as they happen, and diffs if requested.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Seek, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use gleaner::engine::{Event, Progress};
use gleaner::outcome::Outcome;
use gleaner::reclean::RecleanReport;

use super::style::Style;
use crate::args::Verbosity;
use crate::exit::{Failure, print_message};
use crate::print;

/// Refusals printed one by one; the summary counts the rest and the journal lists them.
const MAX_REFUSALS: u64 = 20;

/// When the diffs of a run are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffOrder {
    /// Not at all, nor the report by site.
    Never,
    /// At once; the report by site comes before the first of them.
    AsTheyCome,
    /// After the report by site, which the run ends with.
    AfterReport,
}

/// Reports the progress of a run to the user.
pub struct ProgressReporter {
    bar: ProgressBar,
    style: Style,
    verbosity: Verbosity,
    refusals: AtomicU64,
    diffs: Mutex<Diffs>,
}

/// The diffs of a run.
struct Diffs {
    order: DiffOrder,
    /// Those that wait for the report, coloured: they may be more than fits in memory.
    waiting: Option<File>,
    /// The failure that stopped them from being printed.
    failure: Option<Failure>,
}

impl Diffs {
    fn add(&mut self, diff: &str) {
        let added = match self.order {
            DiffOrder::Never => Ok(()),
            DiffOrder::AsTheyCome => print::out(diff),
            DiffOrder::AfterReport => self.keep(diff).map_err(|error| Failure::io("write", "<temporary file>", &error)),
        };
        self.failed(added);
    }

    fn keep(&mut self, diff: &str) -> io::Result<()> {
        let file = match &mut self.waiting {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        file.write_all(diff.as_bytes())
    }

    fn report(&mut self, report: &RecleanReport, style: Style) {
        if self.order != DiffOrder::Never {
            let printed = print::out(&print::reclean::by_site(report, style));
            self.failed(printed);
        }
    }

    /// Prints the diffs that were waiting.
    fn print_waiting(&mut self) {
        let Some(mut file) = self.waiting.take().filter(|_| self.failure.is_none()) else { return };
        let failure = |error: io::Error| Failure::io("read", "<temporary file>", &error);
        let printed = file.rewind().map_err(failure).and_then(|()| {
            BufReader::new(file).split(b'\n').try_for_each(|line| {
                let mut line = line.map_err(failure)?;
                line.push(b'\n');
                print::out(&String::from_utf8_lossy(&line))
            })
        });
        self.failed(printed);
    }

    fn failed(&mut self, result: Result<(), Failure>) {
        if self.failure.is_none() {
            self.failure = result.err();
        }
    }
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
        let diffs = Diffs { order: DiffOrder::AsTheyCome, waiting: None, failure: None };
        Self { bar, style, verbosity, refusals: AtomicU64::new(0), diffs: Mutex::new(diffs) }
    }

    /// The same with diffs in this order.
    pub fn with_diffs(self, order: DiffOrder) -> Self {
        Self { diffs: Mutex::new(Diffs { order, waiting: None, failure: None }), ..self }
    }

    /// Removes the bar. Fails if a diff could not be printed.
    pub fn finish(self) -> Result<(), Failure> {
        self.bar.finish_and_clear();
        let Ok(mut diffs) = self.diffs.into_inner() else { return Ok(()) };
        // A run that failed or was interrupted ends without the report.
        diffs.print_waiting();
        diffs.failure.map_or(Ok(()), Err)
    }

    fn print_diff(&self, diff: &str) {
        if let Ok(mut diffs) = self.diffs.lock()
            && diffs.failure.is_none()
        {
            diffs.add(&self.style.diff(diff));
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
        // All inputs are gone through once more.
        if self.bar.length().is_some_and(|length| inputs <= length && self.bar.position() >= length) {
            self.bar.set_position(0);
        }
        self.bar.set_length(inputs);
    }

    fn checked(&self) {
        self.bar.inc(1);
    }

    fn recleaned(&self, report: &RecleanReport) {
        self.bar.suspend(|| {
            if let Ok(mut diffs) = self.diffs.lock()
                && report.documents > 0
            {
                diffs.report(report, self.style);
            }
        });
    }

    fn done(&self, event: Event<'_>) {
        self.bar.inc(1);
        self.bar.suspend(|| {
            tracing::info!("{}: {}", event.outcome.name(), event.source);
            self.print_event(event);
        });
    }
}
