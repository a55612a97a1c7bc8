//! `gleaner prune`: deletes old journals, earlier versions and forgotten documents.

use gleaner::commands::prune::{PruneReport, PruneSelection, prune as prune_corpus};

use super::context::Context;
use crate::args::{JobsArgs, PruneArgs};
use crate::exit::{Exit, Failure};
use crate::print::human::plural;

/// Deletes what is selected and old.
pub fn prune(context: &Context, args: &PruneArgs) -> Result<Exit, Failure> {
    context.corpus()?;
    let setup = context.setup(JobsArgs { jobs: None })?;
    let selection = PruneSelection { logs: args.logs, versions: args.versions, trash: args.trash };
    let report = prune_corpus(&setup, selection, args.keep, args.dry_run)?;
    context.message(args.report, &report, &summary(&report))
}

fn summary(report: &PruneReport) -> String {
    let counts = [(report.logs, "journal"), (report.versions, "earlier version"), (report.trash, "forgotten document")];
    let parts: Vec<String> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, noun)| plural(*count, noun)).collect();
    let deleted = if report.dry_run { "would delete" } else { "deleted" };
    match parts.as_slice() {
        [] => "nothing to delete\n".to_owned(),
        parts => format!("{deleted} {}, {:.1} MB\n", parts.join(", "), report.bytes as f64 / 1e6),
    }
}
