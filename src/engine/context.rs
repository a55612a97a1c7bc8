//! What all workers of a run share. Read only, but for the flag that stops them.

use std::sync::atomic::{AtomicBool, Ordering};

use gleaner_extract::article::clean::CleanContext;
use gleaner_extract::base::time::Timestamp;

use super::options::{Again, EngineOptions, Survey};
use super::setup::Setup;
use crate::fetch::TdmOptOut;
use crate::store::{Cleaner, KnownDocument, KnownSites, Layout};

/// What all workers of a run share.
pub struct RunContext<'a> {
    /// Rules, limits, and the instant of the run.
    pub clean: CleanContext<'a>,
    /// The instant of the run.
    pub now: Timestamp,
    /// Where files are kept.
    pub layout: &'a Layout,
    /// The stamp of this run's cleaner.
    pub cleaner: Cleaner,
    /// What is cleaned again.
    pub again: Again,
    /// Whether what cleaning again changes is counted.
    pub survey: Survey,
    /// What becomes of pages that opt out of text and data mining.
    pub tdm_opt_out: TdmOptOut,
    stopped: AtomicBool,
}

impl<'a> RunContext<'a> {
    /// As the setup has it.
    pub fn new(setup: &'a Setup, options: &EngineOptions, now: Timestamp, sites: &'a KnownSites) -> Self {
        Self {
            clean: CleanContext { rules: &setup.rules, limits: &setup.config.page, now: Some(now), sites: Some(sites) },
            now,
            layout: &setup.layout,
            cleaner: setup.cleaner(),
            again: options.again,
            survey: options.survey,
            tdm_opt_out: setup.config.fetch.reservations,
            stopped: AtomicBool::new(false),
        }
    }

    /// Whether this run cleans a document again whose page is the same. One that is damaged has no text to compare with.
    pub fn cleans_again(&self, known: &KnownDocument) -> bool {
        let is_due = |cleaner: &Cleaner| match self.again {
            Again::All => true,
            Again::Changed => *cleaner != self.cleaner && !known.is_undone(&known.raw.sha256, known.parts, &self.cleaner),
        };
        known.cleaner.as_ref().is_some_and(is_due)
    }

    /// Tells the workers that the run has failed: what is still waiting for them need not be done.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// True once the run has failed.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}
