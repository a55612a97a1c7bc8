//! `gleaner explain`: shows what was removed from a page, and why.

use gleaner_extract::base::printable::escape_line;

use gleaner::commands::explain::{ExplainTarget, explain_at};

use super::context::{Context, parse_url};
use crate::args::{ExplainArgs, JobsArgs};
use crate::exit::{Exit, Failure};
use crate::print;

/// Explains each page, or its metadata with `--metadata`.
pub fn explain(context: &Context, args: &ExplainArgs) -> Result<Exit, Failure> {
    let url = args.url.as_deref().map(parse_url).transpose()?;
    let setup = context.setup(JobsArgs { jobs: None })?;
    let targets = args.targets.iter().map(ExplainTarget::from_arg).collect::<Result<Vec<_>, _>>()?;
    for (at, target) in targets.iter().enumerate() {
        let explanation = explain_at(&setup, target, url.as_ref())?;
        if targets.len() > 1 && !args.report.json {
            let space = if at > 0 { "\n" } else { "" };
            print::out(&format!("{space}==> {} <==\n", escape_line(&explanation.source)))?;
        }
        if args.report.json {
            print::json::print(&explanation)?;
        } else if args.metadata {
            print::out(&print::metadata::candidates(&explanation, context.style()))?;
        } else {
            print::out(&print::human::explanation(&explanation, context.style()))?;
        }
    }
    Ok(Exit::Done)
}
