//! `gleaner reindex`: rebuilds the index from the files.

use gleaner::store::reindex::run as build_index;

use super::context::Context;
use crate::args::ReportArgs;
use crate::exit::{Exit, Failure, print_message};
use crate::print::human;
use gleaner_extract::base::path_text::path_text;

/// Rebuilds the index. Files that cannot be read are skipped and named, and the exit code is 1.
pub fn reindex(context: &Context, report: ReportArgs) -> Result<Exit, Failure> {
    let layout = context.corpus()?.layout();
    let rebuilt = build_index(&layout)?;
    for (path, reason) in &rebuilt.left_out {
        print_message("skipped ", &format!("{}: {reason}", path_text(path)), None);
    }
    let left_out = rebuilt.left_out.iter().map(|(path, reason)| serde_json::json!({"path": path_text(path), "reason": reason}));
    let left_out: Vec<_> = left_out.collect();
    let value = serde_json::json!({"documents": rebuilt.documents, "fetched": rebuilt.fetched, "left_out": left_out});
    let (documents, pages) = (human::plural(rebuilt.documents, "document"), human::plural(rebuilt.fetched, "fetched page"));
    context.message(report, &value, &format!("indexed {documents} and {pages}\n"))?;
    Ok(if rebuilt.left_out.is_empty() { Exit::Done } else { Exit::Unexpected })
}
