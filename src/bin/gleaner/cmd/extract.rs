//! `gleaner extract`: extracts one page or a batch, without a corpus.

use std::io::{BufReader, Write};
use std::path::Path;
use std::time::Instant;

use gleaner::commands::batch::{BatchOptions, Explain, batch as extract_batch};
use gleaner::commands::extract as page;
use gleaner::engine::Setup;
use gleaner::files;
use gleaner_extract::article::extras::Include;
use gleaner_extract::article::render::json::OutputLine;
use gleaner_extract::article::render::{self, OutputFormat};
use gleaner_extract::document::{Completeness, Favour};

use super::context::Context;
use crate::args::{ExtractArgs, ExtractFormat};
use crate::exit::{Exit, Failure, print_message};
use crate::print::{self, human, style::Style};
use gleaner_extract::base::path_text::path_text;

/// Extracts one page, or a batch. A page that is not a whole story gives what text it has, a line that says so, and an exit code.
pub fn extract(context: &Context, args: ExtractArgs) -> Result<Exit, Failure> {
    let mut setup = context.setup(args.jobs)?;
    match (args.precision, args.recall) {
        (true, _) => setup.config.page.favour = Favour::Precision,
        (_, true) => setup.config.page.favour = Favour::Recall,
        _ => {}
    }
    if args.format == ExtractFormat::Csv && !include(&args).is_empty() {
        let message = "write links, images or comments as CSV: its columns are those of an export";
        return Err(Failure::usage(message, "use `--format json`"));
    }
    let explain = if args.explain { Explain::Yes } else { Explain::No };
    match &args.batch {
        Some(manifest) => extract_manifest(&setup, manifest, BatchOptions { explain, include: include(&args) }),
        None => extract_one(&setup, &args),
    }
}

/// What is asked for besides the story.
fn include(args: &ExtractArgs) -> Include {
    Include { links: args.links, images: args.images, comments: args.comments }
}

fn extract_one(setup: &Setup, args: &ExtractArgs) -> Result<Exit, Failure> {
    let url = args.url.as_deref().map(super::context::parse_url).transpose()?;
    let raw = match args.file.as_deref().filter(|file| *file != Path::new("-")) {
        Some(file) if is_url(file) => page::fetch(setup, &path_text(file))?,
        Some(file) => page::read_file(setup, &files::as_written(file.to_path_buf()))?,
        None => page::read_stream(setup, &mut std::io::stdin().lock())?,
    };
    let format = if args.json { ExtractFormat::Json } else { args.format };
    // Nothing to parse is nothing to fail at.
    if raw.bytes.trim_ascii().is_empty() {
        if format == ExtractFormat::Json {
            let line = OutputLine::failed(serde_json::Value::Null, "read the page: it is empty".to_owned());
            print::out_bytes((line.to_json() + "\n").as_bytes())?;
        }
        note(&raw.origin.to_string(), Completeness::Empty, "it is empty");
        return Ok(Exit::SomeFailed);
    }
    let start = Instant::now();
    let cleaned = page::extract(setup, &raw, url.as_ref())?;
    let extras = page::extras(setup, &raw, &cleaned, include(args))?;
    let took = start.elapsed();
    let shown = match output_format(format) {
        Some(OutputFormat::Text) if cleaned.article.text.is_empty() && extras.comments.is_empty() => String::new(),
        Some(format) => render::render_with(&cleaned, &extras, format),
        None if format == ExtractFormat::Csv => page::csv(&raw, &cleaned),
        None => {
            let line =
                OutputLine::of(serde_json::Value::Null, &cleaned).with_url(&cleaned).with_extras(&cleaned, &extras).timed(took);
            (if args.explain { line.explained(&cleaned) } else { line }).to_json() + "\n"
        }
    };
    print::out_bytes(shown.as_bytes())?;
    // The JSON output has the removals.
    if args.explain && format != ExtractFormat::Json {
        let removals: String = cleaned.labelled.removals().map(|removal| human::removal(removal, Style::plain())).collect();
        print::err(&removals);
    }
    let article = &cleaned.article;
    if matches!(article.completeness, Completeness::Complete | Completeness::Live) {
        return Ok(Exit::Done);
    }
    note(&raw.origin.to_string(), article.completeness, article.evidence.first().map_or("", String::as_str));
    Ok(Exit::SomeFailed)
}

/// The formats that the extractor renders by itself; the others say more than the page.
fn output_format(format: ExtractFormat) -> Option<OutputFormat> {
    match format {
        ExtractFormat::Text => Some(OutputFormat::Text),
        ExtractFormat::Markdown => Some(OutputFormat::Markdown),
        ExtractFormat::Html => Some(OutputFormat::Html),
        ExtractFormat::Tei => Some(OutputFormat::Tei),
        ExtractFormat::Xml => Some(OutputFormat::Xml),
        ExtractFormat::Csv | ExtractFormat::Json => None,
    }
}

fn is_url(file: &Path) -> bool {
    let text = path_text(file);
    ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme))
}

/// Says on standard error what a page is that is not a whole story.
fn note(source: &str, completeness: Completeness, evidence: &str) {
    let what = match completeness {
        Completeness::Complete | Completeness::Live => "a story",
        Completeness::Truncated => "only a part of the story",
        Completeness::Blocked => "a block page or robot check, not a story",
        Completeness::Consent => "a consent wall, not a story",
        Completeness::IndexPage => "a list of teasers, not a story",
        Completeness::Empty => "a page without a story",
    };
    let why = if evidence.is_empty() { String::new() } else { format!(" ({evidence})") };
    print_message("", &format!("{source} is {what}{why}"), None);
}

/// Extracts every page of a manifest. A page that fails is a line with an `error`; it does not stop the batch.
fn extract_manifest(setup: &Setup, manifest: &Path, options: BatchOptions) -> Result<Exit, Failure> {
    let parent = manifest.parent().filter(|folder| !folder.as_os_str().is_empty() && !files::is_stream(manifest));
    let folder = parent.unwrap_or(Path::new("."));
    let mut stdout = print::data_stream();
    let result = if manifest == Path::new("-") {
        extract_batch(setup, &mut BufReader::new(std::io::stdin()), folder, options, &mut stdout)
    } else {
        let file = files::open_named(manifest).map_err(|error| Failure::io("read", &path_text(manifest), &error))?;
        extract_batch(setup, &mut BufReader::new(file), folder, options, &mut stdout)
    };
    result?;
    stdout.flush().map_err(|error| Failure::io("write", "<stdout>", &error))?;
    Ok(Exit::Done)
}
