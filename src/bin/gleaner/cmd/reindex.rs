//! `gleaner reindex`: the index anew, from the files.

use gleaner::store::reindex::run as build_index;

use super::Context;
use crate::args::Report;
use crate::exit::{Exit, Failure, say};
use crate::print::{self, human};

/// Builds the index. A file that cannot be read is left out and named: exit code 1.
pub fn reindex(context: &Context, report: Report) -> Result<Exit, Failure> {
    let layout = context.load()?.layout();
    let done = build_index(&layout)?;
    for (path, reason) in &done.left_out {
        say("left out ", &format!("{}: {reason}", path.display()), None);
    }
    if report.json {
        let left_out: Vec<_> =
            done.left_out.iter().map(|(path, reason)| serde_json::json!({"path": path, "reason": reason})).collect();
        print::json::print(&serde_json::json!({"documents": done.documents, "fetched": done.fetched, "left_out": left_out}))?;
    } else {
        let (documents, pages) = (human::plural(done.documents, "document"), human::plural(done.fetched, "fetched page"));
        print::out(&format!("indexed {documents} and {pages}\n"))?;
    }
    Ok(if done.left_out.is_empty() { Exit::Done } else { Exit::Unexpected })
}
