//! `gleaner export`: writes documents in one of many formats, or fetched pages as WARC.

use std::ffi::OsString;
use std::path::Path;

use gleaner::commands::export::{ExportFormat, ExportOptions, ExportReport, to_path, to_stream};
use gleaner::export::Partition;
use gleaner::export::target::is_stream;
use gleaner::search::{Filter, Query};
use gleaner::store::CorpusReader;
use gleaner_extract::base::printable::{escape_json, escape_line};
use gleaner_extract::document::DocumentId;

use super::context::{Context, clock, find};
use crate::args::{ExportArgs, PartitionBy};
use crate::exit::{Exit, Failure, print_message};
use crate::print::{self, human::plural};
use gleaner_extract::base::path_text::path_text;

/// Exports to a file, a folder or standard output.
pub fn export(context: &Context, args: &ExportArgs) -> Result<Exit, Failure> {
    let (layout, now) = (context.corpus()?.layout(), clock()?.now());
    let (format, path) = format_and_path(args)?;
    let reader = CorpusReader::open(&layout)?;
    let options = ExportOptions {
        filter: Filter { ids: ids(&reader, &args.documents)?, ..args.filter.filter() },
        query: args.query.as_deref().map(Query::parse).transpose()?,
        order: None,
        limit: args.limit,
        since_run: args.since_run.clone(),
        title: args.title.clone(),
    };
    drop(reader);
    let is_stdout = path == Path::new("-");
    let report = match is_stdout {
        true => to_stream(&layout, format, &options, &mut print::data_stream(), now)?,
        false => to_path(&layout, format, &options, path, now)?,
    };
    if let Some(documents) = report.repaired {
        let what = format!("rebuilt the index of {}", plural(documents, "document"));
        print_message("a run had been interrupted: ", &what, None);
    }
    for failure in &report.failures {
        print_message("failed to ", &failure.error, failure.hint.as_deref());
    }
    let noun = if matches!(format, ExportFormat::Warc) { "page" } else { "document" };
    let summary = summary(&report, noun, path);
    let shown = json(&report, path);
    match is_stdout || is_stream(path) {
        // Standard output has the data, or may be the stream.
        true if args.report.json => print::err(&(escape_json(shown.to_string()) + "\n")),
        true => context.note(&summary),
        false => {
            context.message(args.report, &shown, &summary)?;
        }
    }
    Ok(if report.failed > 0 { Exit::SomeFailed } else { Exit::Done })
}

fn format_and_path(args: &ExportArgs) -> Result<(ExportFormat, &Path), Failure> {
    let partition = args.partition.map(|by| match by {
        PartitionBy::Month => Partition::Month,
        PartitionBy::Site => Partition::Site,
    });
    let target = &args.target;
    let (name, path) = match (&target.jsonl, &target.warc, &target.output) {
        (Some(path), ..) => (Some("jsonl"), path),
        (_, Some(path), _) => (Some("warc"), path),
        (.., Some(path)) => (args.format.as_deref().or(partition.map(|_| "parquet")), path),
        _ => return Err(Failure::usage("export: no output given", "add `--output PATH`")),
    };
    if partition.is_some() && name != Some("parquet") {
        return Err(Failure::usage("export: only Parquet has partitions", "drop `--partition`, or use `--format parquet`"));
    }
    let format = match name {
        Some(name) => ExportFormat::named(name, partition),
        None => ExportFormat::of_path(path),
    };
    match format {
        Some(format) => Ok((format, path)),
        None => {
            let what = format!("export: the end of {} does not say which format it has", path_text(path));
            Err(Failure::usage(&what, "add `--format FORMAT`; `gleaner export --help` lists them"))
        }
    }
}

/// The documents with these names; `None` if there are no names.
fn ids(reader: &CorpusReader, names: &[OsString]) -> Result<Option<Vec<DocumentId>>, Failure> {
    let ids = names.iter().map(|name| Ok(find(reader, "export", name)?.sidecar.id)).collect::<Result<Vec<_>, Failure>>()?;
    Ok((!names.is_empty()).then_some(ids))
}

fn summary(report: &ExportReport, noun: &str, path: &Path) -> String {
    let failed = if report.failed > 0 { format!(", {} failed", report.failed) } else { String::new() };
    let edited = match report.edited {
        0 => String::new(),
        edited => format!(", {} edited since and left alone", plural(edited, "file")),
    };
    format!("{} to {}{edited}{failed}\n", plural(report.written, noun), escape_line(&path_text(path)))
}

fn json(report: &ExportReport, path: &Path) -> serde_json::Value {
    let failures: Vec<_> =
        report.failures.iter().map(|failure| serde_json::json!({"error": failure.error, "hint": failure.hint})).collect();
    serde_json::json!({
        "file": path_text(path),
        "written": report.written,
        "edited": report.edited,
        "failed": report.failed,
        "failures": failures,
        "last_run": report.last_run,
        "forgotten": report.forgotten,
    })
}
