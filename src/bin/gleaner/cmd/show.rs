//! `gleaner show`: prints a document.

use std::path::Path;

use gleaner_extract::base::path_text::path_text;

use super::context::Context;
use crate::args::ShowArgs;
use crate::exit::{Exit, Failure};
use crate::print;

/// Prints the document's text, or its sidecar with `--json`.
pub fn show(context: &Context, args: &ShowArgs) -> Result<Exit, Failure> {
    let (reader, document) = context.document("show", &args.id)?;
    if args.report.json {
        print::json::print(&document.sidecar)?;
        return Ok(Exit::Done);
    }
    let Some(text) = reader.text(&document.sidecar.id)? else {
        let hint = Some("run `gleaner verify` to see what is wrong".to_owned());
        return Err(Failure::unexpected(
            format!("show {}: its text is damaged or missing", path_text(Path::new(&args.id))),
            hint,
        ));
    };
    context.note(&print::human::completeness_evidence(&document.sidecar));
    print::out_bytes(format!("{}\n", text.trim_end_matches('\n')).as_bytes())?;
    Ok(Exit::Done)
}
