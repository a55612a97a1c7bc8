//! `gleaner show`: prints documents.

use gleaner_extract::base::path_text::path_text;

use super::context::Context;
use crate::args::ShowArgs;
use crate::exit::{Exit, Failure};
use crate::print;

/// Prints the text of each document, or its sidecar with `--json`.
pub fn show(context: &Context, args: &ShowArgs) -> Result<Exit, Failure> {
    context.documents("show", &args.ids, args.report, |reader, document| {
        if args.report.json {
            print::json::print(&document.sidecar)?;
            return Ok(Exit::Done);
        }
        let Some(text) = reader.text(&document.sidecar.id)? else {
            let hint = Some("run `gleaner verify` to see what is wrong".to_owned());
            let path = document.text_path.as_ref().unwrap_or(&document.sidecar_path);
            return Err(Failure::unexpected(format!("show {}: its text is damaged or missing", path_text(path)), hint));
        };
        context.note(&print::human::completeness_evidence(&document.sidecar));
        print::out_bytes(format!("{}\n", text.trim_end_matches('\n')).as_bytes())?;
        Ok(Exit::Done)
    })
}
