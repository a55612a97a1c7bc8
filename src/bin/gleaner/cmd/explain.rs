//! `gleaner explain`: shows what was removed from a page, and why.

use gleaner::commands::explain::{ExplainTarget, explain_at};

use super::context::{Context, parse_url};
use crate::args::{ExplainArgs, JobsArgs};
use crate::exit::{Exit, Failure};
use crate::print;

/// Explains one page, or its metadata with `--metadata`.
pub fn explain(context: &Context, args: &ExplainArgs) -> Result<Exit, Failure> {
    let url = args.url.as_deref().map(parse_url).transpose()?;
    let setup = context.setup(JobsArgs { jobs: None })?;
    let explanation = explain_at(&setup, &ExplainTarget::from_arg(&args.target)?, url.as_ref())?;
    if args.report.json {
        print::json::print(&explanation)?;
    } else if args.metadata {
        print::out(&print::metadata::candidates(&explanation, context.style()))?;
    } else {
        print::out(&print::human::explanation(&explanation, context.style()))?;
    }
    Ok(Exit::Done)
}
