//! `gleaner show`: prints a document.

use std::path::Path;

use gleaner::store::CorpusReader;
use gleaner_extract::base::path_text::path_text;

use super::context::Context;
use crate::args::ShowArgs;
use crate::exit::{Exit, Failure};
use crate::print;

/// Prints the document's text, or its sidecar with `--json`.
pub fn show(context: &Context, args: &ShowArgs) -> Result<Exit, Failure> {
    let reader = CorpusReader::open(&context.corpus()?.layout())?;
    let Some(document) = reader.find(&args.id)? else {
        let hint = "give the first digits of the id as in the file name, the source file, or the URL";
        return Err(Failure::usage(format!("show {}: no such document", path_text(Path::new(&args.id))), hint));
    };
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
