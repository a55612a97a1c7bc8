//! `gleaner run`: one pass over all configured sources.

use gleaner::commands::run::{RunOptions, run as run_sources};
use gleaner::engine::Setup;
use gleaner::engine::options::PollScope;

use super::{Context, clock, with_jobs};
use crate::args::Run;
use crate::exit::{Exit, Failure};

/// Does one pass.
pub fn run(context: &Context, args: Run) -> Result<Exit, Failure> {
    let loaded = context.load()?;
    if loaded.config.source.is_empty() {
        // From cron, a pass over nothing that ends well would never be noticed.
        let hint = "add a [[source]] table to config.toml, or name the file with `--config`";
        return Err(Failure::usage("run: no sources are configured", hint));
    }
    let setup = with_jobs(Setup::locked(loaded, clock()?)?, args.jobs);
    let options = RunOptions { only: args.only, poll: if args.now { PollScope::All } else { PollScope::Due } };
    context.report(args.report, |progress| run_sources(&setup, &options, progress))
}
