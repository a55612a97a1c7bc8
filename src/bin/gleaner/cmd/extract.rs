//! `gleaner extract`: extracts one page or a batch, without a corpus.

use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

use gleaner::commands::batch::{Explain, batch as extract_batch};
use gleaner::commands::extract as page;
use gleaner::engine::Setup;
use gleaner::files;
use gleaner_extract::article::render;

use super::context::Context;
use crate::args::{ExtractArgs, ExtractFormat};
use crate::exit::{Exit, Failure};
use crate::print::{self, human, out, style::Style};
use gleaner_extract::base::path_text::path_text;

/// Extracts one page, or a batch.
pub fn extract(context: &Context, args: ExtractArgs) -> Result<Exit, Failure> {
    let setup = context.setup(args.jobs)?;
    let explain = if args.explain { Explain::Yes } else { Explain::No };
    match &args.batch {
        Some(manifest) => extract_manifest(&setup, manifest, explain),
        None => extract_one(&setup, &args),
    }
}

fn extract_one(setup: &Setup, args: &ExtractArgs) -> Result<Exit, Failure> {
    let url = args.url.as_deref().map(super::context::parse_url).transpose()?;
    let raw = match args.file.as_deref().filter(|file| *file != Path::new("-")) {
        Some(file) => page::read_file(setup, &files::as_written(file.to_path_buf()))?,
        None => page::read_stream(setup, &mut std::io::stdin().lock())?,
    };
    let format = match args.format {
        ExtractFormat::Text => render::OutputFormat::Text,
        ExtractFormat::Markdown => render::OutputFormat::Markdown,
        ExtractFormat::Json => render::OutputFormat::Json,
        ExtractFormat::Html => render::OutputFormat::Html,
    };
    let cleaned = page::extract(setup, &raw, url.as_ref())?;
    out(&render::render(&cleaned, format))?;
    // The JSON output already lists the removals.
    if args.explain && args.format != ExtractFormat::Json {
        let removals: String = cleaned.labelled.removals().map(|removal| human::removal(removal, Style::plain())).collect();
        print::err(&removals);
    }
    Ok(Exit::Done)
}

/// Extracts every page of a manifest. A page that fails is a line with an `error`; it does not stop the batch.
fn extract_manifest(setup: &Setup, manifest: &Path, explain: Explain) -> Result<Exit, Failure> {
    let parent = manifest.parent().filter(|folder| !folder.as_os_str().is_empty() && !files::is_stream(manifest));
    let folder = parent.unwrap_or(Path::new("."));
    let mut stdout = BufWriter::new(std::io::stdout());
    let result = if manifest == Path::new("-") {
        extract_batch(setup, &mut BufReader::new(std::io::stdin()), folder, explain, &mut stdout)
    } else {
        let file = files::open_named(manifest).map_err(|error| Failure::io("read", &path_text(&manifest), &error))?;
        extract_batch(setup, &mut BufReader::new(file), folder, explain, &mut stdout)
    };
    result?;
    stdout.flush().map_err(|error| Failure::io("write", "<stdout>", &error))?;
    Ok(Exit::Done)
}
