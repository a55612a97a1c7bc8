//! `gleaner clean`: turns files into clean text.

use gleaner::commands::clean::{CleanOptions, Loss, clean as clean_files};
use gleaner::engine::RunReport;
use gleaner::engine::options::{Again, Diff, Mode};

use super::context::Context;
use crate::args::CleanArgs;
use crate::exit::{Exit, Failure};
use crate::interrupt;
use crate::print::human::summary;
use crate::print::progress::{DiffOrder, ProgressReporter};
use crate::print::reclean::by_site;

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
        loss: if args.accept_loss { Loss::Accept } else { Loss::Stop },
        columns: args.columns.into(),
    };
    interrupt::watch(setup.stop.clone(), "the next `gleaner clean` does the rest");
    let order = match (options.diff, options.mode) {
        _ if args.report.json => DiffOrder::Never,
        (Diff::None, _) => DiffOrder::Never,
        (Diff::Unified, Mode::Write) => DiffOrder::AsTheyCome,
        (Diff::Unified, Mode::DryRun) => DiffOrder::AfterReport,
    };
    let style = context.style();
    let text = |report: &RunReport| match report.reclean.as_ref().filter(|reclean| reclean.stopped) {
        // With diffs, the sites have been listed.
        Some(reclean) if options.diff == Diff::None => by_site(reclean, style),
        Some(_) => String::new(),
        None => summary(report),
    };
    let reporter = ProgressReporter::new(context.global.verbosity(), style).with_diffs(order);
    context.report_with(reporter, args.report, text, |progress| clean_files(&setup, &options, progress))
}
