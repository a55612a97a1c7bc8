//! `gleaner explain`: why was this cut?

use gleaner::commands::explain::{Target, explain as explain_page};

use super::Context;
use crate::args::{Explain, Jobs};
use crate::exit::{Exit, Failure};
use crate::print;

/// Explains one page.
pub fn explain(context: &Context, args: &Explain) -> Result<Exit, Failure> {
    let setup = context.setup(Jobs { jobs: None })?;
    let explanation = explain_page(&setup, &Target::from_arg(&args.target)?)?;
    if args.report.json {
        print::json::print(&explanation)?;
    } else if args.metadata {
        print::out(&print::metadata::candidates(&explanation, context.style()))?;
    } else {
        print::out(&print::human::explanation(&explanation, context.style()))?;
    }
    Ok(Exit::Done)
}
