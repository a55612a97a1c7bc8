//! `run`: one pass over all configured sources, for cron.

use super::ingest::{Input, ingest};
use super::{Error, Progress, RunReport, Setup};
use crate::config::Source;

/// Ingests every configured source, in order, in one pass.
pub fn run(setup: &Setup, progress: &dyn Progress) -> Result<RunReport, Error> {
    if setup.config.source.is_empty() {
        return Err(Error::NoSources);
    }
    let inputs: Vec<Input> = setup.config.source.iter().flat_map(|source| inputs_of(setup, source)).collect();
    ingest(setup, &inputs, progress)
}

fn inputs_of(setup: &Setup, source: &Source) -> Vec<Input> {
    match source {
        Source::Urls { urls, .. } => urls.iter().cloned().map(Input::Url).collect(),
        Source::List { file, .. } => vec![Input::List(setup.layout.root.join(file))],
    }
}
