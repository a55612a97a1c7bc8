//! What became of a run: counts, failures, and the status to exit with.

use std::collections::BTreeMap;

use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{DocumentId, Origin};
use serde::Serialize;

use crate::health::SiteDrift;
use crate::outcome::{Outcome, Stage};
use crate::reclean::RecleanReport;
use crate::relate::NearLimit;
use crate::store::DocumentName;
use crate::store::listed::ListedDocument;

/// Most failures listed in a report; all are counted, and the journal names every one.
pub const MAX_LISTED: usize = 1000;

/// What became of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RunReport {
    /// True where nothing was written.
    pub dry_run: bool,
    /// Inputs in all.
    pub inputs: u64,
    /// Documents new to the corpus.
    pub new: u64,
    /// Documents whose text changed.
    pub updated: u64,
    /// Documents that did not change.
    pub unchanged: u64,
    /// Documents whose text the corpus had already.
    pub copies: u64,
    /// Documents moved to the trash.
    #[serde(skip_serializing_if = "is_zero")]
    pub forgotten: u64,
    /// Documents restored to what they were before a run.
    #[serde(skip_serializing_if = "is_zero")]
    pub restored: u64,
    /// Unchanged documents that would have changed if a rollback had not undone that.
    #[serde(skip_serializing_if = "is_zero")]
    pub undone: u64,
    /// Feeds, sitemaps and front pages that were read.
    pub read: u64,
    /// New URLs found in them.
    pub found: u64,
    /// Pages left in the queue: for a later run, or for another attempt.
    pub waiting: u64,
    /// The limit of the budget that ended the run, if one did.
    pub budget: Option<String>,
    /// True if the run was asked to end early.
    pub interrupted: bool,
    /// Sources of which a part is left to the next run, by name or URL, with the limit that was reached.
    pub partial: BTreeMap<String, String>,
    /// URLs of lists and tables that were given up earlier and are not requested.
    pub dead: u64,
    /// Sources that cannot be read at present, whether this run tried them or not.
    pub failing: Vec<FailingSource>,
    /// The sites that have drifted, if `health.after_run` asks for them.
    pub drifted: Vec<SiteDrift>,
    /// What is new for the saved searches: those with a new document.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub watched: Vec<WatchReport>,
    /// Inputs not taken, for reasons that are not failures.
    pub refused: u64,
    /// Inputs that failed.
    pub failed: u64,
    /// The refusals by reason.
    pub refusals: BTreeMap<String, u64>,
    /// The failures in order, at most [`MAX_LISTED`].
    pub failures: Vec<Failure>,
    /// What was stored, and what became of the pages at URLs, in order, at most [`MAX_LISTED`].
    pub documents: Vec<ReportedDocument>,
    /// Documents from which `clean --all` would remove other lines, with what is known of their sites by now.
    pub outdated: u64,
    /// The number of texts that are compared for near duplicates, if it is close to the greatest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near_limit: Option<NearLimit>,
    /// What cleaning again changes, if that was worked out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reclean: Option<Box<RecleanReport>>,
    /// Bytes of raw input.
    pub bytes: u64,
    /// Wall-clock seconds.
    pub seconds: f64,
}

/// Most commands forget and restore nothing, and their reports say nothing of it.
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// The document that one input led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportedDocument {
    /// The input.
    pub source: String,
    /// The outcome's name; see [`Outcome::name`].
    pub outcome: &'static str,
    /// The document.
    pub id: DocumentId,
    /// Its title.
    pub title: Option<String>,
    /// The path of its text as in the journal; of a copy, that of the original.
    pub path: String,
}

/// The new documents of a saved search.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WatchReport {
    /// Its name.
    pub watch: String,
    /// The number of new documents that match.
    pub documents: u64,
    /// The first of them, at most ten.
    pub first: Vec<ListedDocument>,
}

impl WatchReport {
    /// A report without documents.
    pub fn of(watch: &str) -> Self {
        Self { watch: watch.to_owned(), documents: 0, first: Vec::new() }
    }
}

/// A source that could not be read when it was last polled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailingSource {
    /// Its name.
    pub source: String,
    /// Failures in a row.
    pub failures: u32,
    /// Why it could not be read.
    pub error: String,
    /// When it was last read, if ever.
    pub last_success: Option<Timestamp>,
    /// When it will be polled again; `None` for a file, which every run reads.
    pub next_poll: Option<Timestamp>,
    /// True if this run polled it.
    pub polled: bool,
}

/// One input that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The input.
    pub source: String,
    /// Where.
    pub stage: Stage,
    /// The error, as a fragment that fits "failed to …".
    pub error: String,
    /// What the user can do.
    pub hint: Option<String>,
}

impl RunReport {
    /// Counts one outcome. `name` is that of the document it led to.
    pub fn add(&mut self, source: &Origin, outcome: &Outcome, name: Option<&DocumentName>, bytes: u64) {
        self.bytes += bytes;
        if let (Some(id), Some(name)) = (outcome.document(), name.filter(|_| self.documents.len() < MAX_LISTED)) {
            let (title, path) = (name.title.clone(), name.path.clone());
            self.documents.push(ReportedDocument { source: source.to_string(), outcome: outcome.name(), id, title, path });
        }
        self.inputs += match outcome {
            Outcome::AllUnchanged { pages } => *pages,
            _ => 1,
        };
        match outcome {
            Outcome::Kept { new: true, .. } => self.new += 1,
            Outcome::Kept { new: false, .. } => self.updated += 1,
            Outcome::Unchanged { .. } => self.unchanged += 1,
            Outcome::AllUnchanged { pages } => self.unchanged += pages,
            Outcome::Copy { .. } => self.copies += 1,
            Outcome::Forgotten { .. } => self.forgotten += 1,
            Outcome::Restored { .. } => self.restored += 1,
            Outcome::Read { new, .. } => {
                self.read += 1;
                self.found += new;
            }
            Outcome::Refused(refusal) => {
                self.refused += 1;
                *self.refusals.entry(refusal.to_string()).or_default() += 1;
            }
            Outcome::Failed { stage, error, hint } => {
                self.failed += 1;
                if self.failures.len() < MAX_LISTED {
                    let (source, error, hint) = (source.to_string(), error.clone(), hint.clone());
                    self.failures.push(Failure { source, stage: *stage, error, hint });
                }
            }
        }
    }

    /// Whether nothing was written because too many words would have been lost.
    pub fn is_stopped(&self) -> bool {
        self.reclean.as_ref().is_some_and(|reclean| reclean.stopped)
    }

    /// The exit status this report calls for: 0 done; 3 some inputs failed, some sources cannot be read, too many words would have been lost, or a site has drifted and that is new;
    /// 130 interrupted.
    pub fn exit_status(&self) -> u8 {
        match self {
            Self { interrupted: true, .. } => 130,
            Self { failed: 0, failing, drifted, .. }
                if failing.is_empty() && !self.is_stopped() && !drifted.iter().any(|drift| drift.is_new) =>
            {
                0
            }
            _ => 3,
        }
    }
}
