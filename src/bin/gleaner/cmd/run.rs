//! `gleaner run`: one pass over all configured sources.

use gleaner::pipeline::run::run as run_sources;

use super::Context;
use crate::args::Run;
use crate::exit::{Exit, Failure};

/// Does one pass.
pub fn run(context: &Context, args: Run) -> Result<Exit, Failure> {
    let setup = context.setup(args.jobs)?;
    if setup.config.source.is_empty() {
        // From cron, a pass over nothing that ends well would never be noticed.
        let hint = "add a [[source]] table to config.toml, or name the file with `--config`";
        return Err(Failure::usage("run: no sources are configured", hint));
    }
    context.report(args.report, |progress| run_sources(&setup, progress))
}
