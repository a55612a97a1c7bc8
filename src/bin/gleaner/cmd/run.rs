//! `gleaner run`: fetches what is new from all configured sources, once.

use gleaner::commands::run::{RunOptions, run as run_sources};
use gleaner::engine::Setup;
use gleaner::engine::options::PollScope;
use gleaner::queue::FILE_NAME;

use super::context::{Context, clock, with_jobs};
use crate::args::RunArgs;
use crate::exit::{Exit, Failure};
use crate::interrupt;

/// Nothing would be fetched.
pub fn no_sources(action: &str) -> Failure {
    let hint = "add a `[[source]]` table to config.toml, or choose another file with `--config`";
    Failure::usage(format!("{action}: no sources are configured"), hint)
}

/// Performs one run.
pub fn run(context: &Context, args: RunArgs) -> Result<Exit, Failure> {
    let loaded = context.load()?;
    let layout = loaded.layout();
    let has_drop = layout.drop.is_some_and(|folder| folder.is_dir());
    if loaded.config.source.is_empty() && !has_drop && !layout.state.join(FILE_NAME).is_file() {
        // Fail rather than do nothing: from cron, an empty run would go unnoticed.
        return Err(no_sources("run"));
    }
    let setup = with_jobs(Setup::locked(loaded, clock()?)?, args.jobs);
    let options = RunOptions { only: args.only, poll: if args.now { PollScope::All } else { PollScope::Due } };
    interrupt::watch(setup.stop.clone(), "the next `gleaner run` does the rest");
    context.report(args.report, |progress| run_sources(&setup, &options, progress))
}
