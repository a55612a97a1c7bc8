//! `gleaner history` and `gleaner diff`: the versions of a document, and what changed between two.

use gleaner::commands::history;

use super::context::Context;
use crate::args::{DiffArgs, HistoryArgs};
use crate::exit::{Exit, Failure};
use crate::print;

/// Lists the versions of a document, oldest first.
pub fn history(context: &Context, args: &HistoryArgs) -> Result<Exit, Failure> {
    context.documents("read the history of", &args.ids, args.report, |reader, document| {
        let entries = history::history(reader, document)?;
        context.listing(args.report, &entries, &print::versions::history(&entries, context.style()))
    })
}

/// Prints the difference between two versions of a document.
pub fn diff(context: &Context, args: &DiffArgs) -> Result<Exit, Failure> {
    let (reader, document) = context.document("compare versions of", &args.id)?;
    let names = args.from.as_deref().zip(args.to.as_deref());
    let diff = history::diff(&reader, &document, names)?;
    context.listing(args.report, &diff, &print::versions::diff(&diff, context.style()))
}
