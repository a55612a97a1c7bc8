//! `gleaner export`: writes fetched pages as WARC, or clean texts as JSON Lines.

use std::io::BufWriter;
use std::path::Path;

use gleaner::commands::export::{ExportFormat, to_file, to_stream};

use super::context::{Context, clock};
use crate::args::{ExportArgs, Verbosity};
use crate::exit::{Exit, Failure, print_message};
use crate::print::{self, human::plural};
use gleaner_extract::base::path_text::path_text;

/// Exports to a file or to standard output.
pub fn export(context: &Context, args: &ExportArgs) -> Result<Exit, Failure> {
    let (layout, now) = (context.corpus()?.layout(), clock()?.now());
    let (format, noun, path) = match (&args.warc, &args.jsonl) {
        (Some(path), _) => (ExportFormat::Warc, "page", path),
        (None, Some(path)) => (ExportFormat::Jsonl, "document", path),
        (None, None) => return Err(Failure::usage("export: no format given", "add `--warc FILE` or `--jsonl FILE`")),
    };
    let is_stream = path == Path::new("-");
    let report = match is_stream {
        true => to_stream(&layout, format, &mut BufWriter::new(std::io::stdout()), now)?,
        false => to_file(&layout, format, path, now)?,
    };
    if let Some(documents) = report.repaired {
        let what = format!("rebuilt the index of {}", plural(documents, "document"));
        print_message("a run had been interrupted: ", &what, None);
    }
    for failure in &report.failures {
        print_message("failed to ", &failure.error, failure.hint.as_deref());
    }
    let failed = if report.failed > 0 { format!(", {} failed", report.failed) } else { String::new() };
    let summary = format!("{} to {}{failed}\n", plural(report.written, noun), path_text(path));
    match context.global.verbosity() {
        Verbosity::Quiet => {}
        _ if is_stream => print::err(&summary),
        _ => print::out(&summary)?,
    }
    Ok(if report.failed > 0 { Exit::SomeFailed } else { Exit::Done })
}
