//! `gleaner show`: one document.

use gleaner::store::CorpusReader;

use super::Context;
use crate::args::Show;
use crate::exit::{Exit, Failure};
use crate::print;

/// Prints its text, or its sidecar.
pub fn show(context: &Context, args: &Show) -> Result<Exit, Failure> {
    let reader = CorpusReader::open(&context.load()?.layout())?;
    let Some(document) = reader.find(&args.id)? else {
        let hint = "give the id's first digits as the file name has them, the file, or the address";
        return Err(Failure::usage(format!("show {}: no such document", args.id), hint));
    };
    if args.report.json {
        print::json::print(&document.sidecar)?;
        return Ok(Exit::Done);
    }
    let Some(text) = reader.text(&document.sidecar.id)? else {
        let hint = Some("`gleaner verify` says what is wrong".to_owned());
        return Err(Failure::unexpected(format!("show {}: its text is damaged or gone", args.id), hint));
    };
    print::err(&print::human::wholeness(&document.sidecar));
    print::out(&format!("{}\n", text.trim_end_matches('\n')))?;
    Ok(Exit::Done)
}
