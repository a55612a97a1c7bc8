//! `gleaner rollback`: undoes a run, or lists those that can be undone.

use gleaner::commands::rollback::{candidates, rollback as undo};
use gleaner::engine::options::Mode;

use super::context::Context;
use crate::args::{JobsArgs, RollbackArgs};
use crate::exit::{Exit, Failure};
use crate::interrupt;
use crate::print::human::runs;

/// Undoes the named run; without one, lists those that can be undone.
pub fn rollback(context: &Context, args: &RollbackArgs) -> Result<Exit, Failure> {
    let loaded = context.corpus()?;
    let Some(run) = &args.run else {
        let found = candidates(&loaded.layout())?;
        return context.listing(args.report, &found, &runs(&found));
    };
    let setup = context.setup(JobsArgs { jobs: None })?;
    let mode = if args.dry_run { Mode::DryRun } else { Mode::Write };
    interrupt::watch(setup.stop.clone(), "give the same command again to undo the rest");
    context.report(args.report, |progress| undo(&setup, run, mode, progress))
}
