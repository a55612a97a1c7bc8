//! `gleaner reindex`: rebuilds the index from the files.

use gleaner::store::reindex::run as build_index;

use super::context::Context;
use crate::args::ReportArgs;
use crate::exit::{Exit, Failure, print_message};
use crate::print::{self, human};
use gleaner_extract::base::path_text::path_text;

/// Rebuilds the index. Files that cannot be read are skipped and named, and the exit code is 1.
pub fn reindex(context: &Context, report: ReportArgs) -> Result<Exit, Failure> {
    let layout = context.corpus()?.layout();
    let rebuilt = build_index(&layout)?;
    for (path, reason) in &rebuilt.left_out {
        print_message("skipped ", &format!("{}: {reason}", path_text(path)), None);
    }
    if report.json {
        let left_out: Vec<_> = rebuilt
            .left_out
            .iter()
            .map(|(path, reason)| serde_json::json!({"path": path_text(path), "reason": reason}))
            .collect();
        print::json::print(
            &serde_json::json!({"documents": rebuilt.documents, "fetched": rebuilt.fetched, "left_out": left_out}),
        )?;
    } else {
        let (documents, pages) = (human::plural(rebuilt.documents, "document"), human::plural(rebuilt.fetched, "fetched page"));
        print::out(&format!("indexed {documents} and {pages}\n"))?;
    }
    Ok(if rebuilt.left_out.is_empty() { Exit::Done } else { Exit::Unexpected })
}
