//! `gleaner related`: lists what a document is related to.

use std::path::Path;

use gleaner::commands::related;
use gleaner_extract::base::path_text::path_text;

use super::context::Context;
use crate::args::RelatedArgs;
use crate::exit::{Exit, Failure};
use crate::print;

/// Lists the relations and the cluster of a document.
pub fn related(context: &Context, args: &RelatedArgs) -> Result<Exit, Failure> {
    let Some(report) = related::related(&context.corpus()?.layout(), &args.id)? else {
        let hint = "give the first digits of the id as in the file name, the source file, or the URL";
        return Err(Failure::usage(format!("find {}: no such document", path_text(Path::new(&args.id))), hint));
    };
    context.listing(args.report, &report, &print::related::related(&report))
}
