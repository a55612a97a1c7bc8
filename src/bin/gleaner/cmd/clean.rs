//! `gleaner clean`: turns files into clean text.

use gleaner::commands::clean::{CleanOptions, clean as clean_files};
use gleaner::engine::options::{Again, Diff, Mode};

use super::context::Context;
use crate::args::CleanArgs;
use crate::exit::{Exit, Failure};
use crate::interrupt;

/// Cleans the given files, or everything in `raw/`, skipping what has not changed.
pub fn clean(context: &Context, args: CleanArgs) -> Result<Exit, Failure> {
    // Without paths, there is either a raw folder or an error.
    if args.output.is_none() && !args.paths.is_empty() && !args.dry_run {
        context.expect_root("clean")?;
    }
    let mut setup = context.setup(args.jobs)?;
    if let Some(out) = &args.output {
        setup = setup.with_output(out);
    }
    let options = CleanOptions {
        paths: args.paths,
        again: if args.all { Again::All } else { Again::Changed },
        mode: if args.dry_run { Mode::DryRun } else { Mode::Write },
        diff: if args.diff { Diff::Unified } else { Diff::None },
        columns: args.columns.into(),
    };
    interrupt::watch(setup.stop.clone(), "the next `gleaner clean` does the rest");
    context.report(args.report, |progress| clean_files(&setup, &options, progress))
}
