//! `gleaner export`: writes fetched pages as WARC, or clean texts as JSON Lines.

use std::path::Path;

use gleaner::commands::export::{ExportFormat, to_file, to_stream};
use gleaner::export::target::is_stream;
use gleaner_extract::base::printable::{escape_json, escape_line};

use super::context::{Context, clock};
use crate::args::ExportArgs;
use crate::exit::{Exit, Failure, print_message};
use crate::print::{self, human::plural};
use gleaner_extract::base::path_text::path_text;

/// Exports to a file or to standard output.
pub fn export(context: &Context, args: &ExportArgs) -> Result<Exit, Failure> {
    let (layout, now) = (context.corpus()?.layout(), clock()?.now());
    let (format, noun, path) = match (&args.target.warc, &args.target.jsonl) {
        (Some(path), _) => (ExportFormat::Warc, "page", path),
        (None, Some(path)) if args.canonical_only => (ExportFormat::CanonicalJsonl, "document", path),
        (None, Some(path)) => (ExportFormat::Jsonl, "document", path),
        (None, None) => return Err(Failure::usage("export: no format given", "add `--warc FILE` or `--jsonl FILE`")),
    };
    let is_stdout = path == Path::new("-");
    let is_stream = is_stdout || is_stream(path);
    let report = match is_stdout {
        true => to_stream(&layout, format, &mut print::data_stream(), now)?,
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
    let summary = format!("{} to {}{failed}\n", plural(report.written, noun), escape_line(&path_text(path)));
    let failures: Vec<_> =
        report.failures.iter().map(|failure| serde_json::json!({"error": failure.error, "hint": failure.hint})).collect();
    let shown =
        serde_json::json!({"file": path_text(path), "written": report.written, "failed": report.failed, "failures": failures});
    match is_stream {
        // Standard output has the data, or may be the stream.
        true if args.report.json => print::err(&(escape_json(shown.to_string()) + "\n")),
        true => context.note(&summary),
        false => {
            context.message(args.report, &shown, &summary)?;
        }
    }
    Ok(if report.failed > 0 { Exit::SomeFailed } else { Exit::Done })
}
