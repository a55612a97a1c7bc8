//! `gleaner related`: lists what a document is related to.

use gleaner::commands::related;

use super::context::Context;
use crate::args::RelatedArgs;
use crate::exit::{Exit, Failure};
use crate::print;

/// Lists the relations and the cluster of a document.
pub fn related(context: &Context, args: &RelatedArgs) -> Result<Exit, Failure> {
    context.documents("list what is related to", &args.ids, args.report, |reader, document| {
        let report = related::related(reader, document)?;
        context.listing(args.report, &report, &print::related::related(&report))
    })
}
