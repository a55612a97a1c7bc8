//! `gleaner forget`: moves documents to the trash.

use gleaner::commands::forget::{ForgetSelection, forget as forget_documents, select};
use gleaner::engine::options::Mode;
use gleaner_extract::base::printable::escape_line;

use super::context::Context;
use crate::args::{ForgetArgs, JobsArgs};
use crate::exit::{Exit, Failure};

/// Forgets the named documents, or those whose raw file was deleted. Says which of them the next `clean` would make again.
pub fn forget(context: &Context, args: ForgetArgs) -> Result<Exit, Failure> {
    context.corpus()?;
    let setup = context.setup(JobsArgs { jobs: None })?;
    let selection = if args.missing { ForgetSelection::Missing } else { ForgetSelection::Named(args.ids) };
    let list = select(&setup, &selection)?;
    let mode = if args.dry_run { Mode::DryRun } else { Mode::Write };
    let exit = context.report(args.report, |progress| forget_documents(&setup, &list.ids, mode, progress))?;
    for raw in &list.raw_left {
        context.note(&format!(
            "note: {} is still there: `gleaner clean` makes the document again unless you delete it\n",
            escape_line(raw)
        ));
    }
    Ok(exit)
}
