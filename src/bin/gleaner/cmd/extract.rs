//! `gleaner extract`: pages in, articles out, no corpus.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

use gleaner::pipeline::batch::{Explain, batch as extract_batch};
use gleaner::pipeline::{Setup, extract as page};
use gleaner_extract::article::render;

use super::Context;
use crate::args::{Extract, Format};
use crate::exit::{Exit, Failure};
use crate::print::{self, human, out, style::Style};

/// Extracts one page, or a batch.
pub fn extract(context: &Context, args: Extract) -> Result<Exit, Failure> {
    let setup = context.setup(args.jobs)?;
    let explain = if args.explain { Explain::Yes } else { Explain::No };
    match &args.batch {
        Some(manifest) => batch(&setup, manifest, explain),
        None => one(&setup, &args),
    }
}

fn one(setup: &Setup, args: &Extract) -> Result<Exit, Failure> {
    let url = args.url.as_deref().map(|text| {
        let hint = "give a whole address: https://www.example.com/story";
        url::Url::parse(text).map_err(|error| Failure::usage(format!("read the address {text}: {error}"), hint))
    });
    let url = url.transpose()?;
    let raw = match args.file.as_deref().filter(|file| *file != Path::new("-")) {
        Some(file) => page::read_file(setup, file)?,
        None => page::read_stream(setup, &mut std::io::stdin().lock())?,
    };
    let format = match args.format {
        Format::Text => render::OutputFormat::Text,
        Format::Markdown => render::OutputFormat::Markdown,
        Format::Json => render::OutputFormat::Json,
        Format::Html => render::OutputFormat::Html,
    };
    let cleaned = page::extract(setup, &raw, url.as_ref())?;
    out(&render::render(&cleaned, format))?;
    // JSON has the removals in it.
    if args.explain && args.format != Format::Json {
        let removals: String = cleaned.labelled.removals().map(|removal| human::removal(removal, Style::plain())).collect();
        print::err(&removals);
    }
    Ok(Exit::Done)
}

/// Bad pages are lines with an error, and the batch is done all the same.
fn batch(setup: &Setup, manifest: &Path, explain: Explain) -> Result<Exit, Failure> {
    let folder = manifest.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut stdout = BufWriter::new(std::io::stdout());
    let done = if manifest == Path::new("-") {
        extract_batch(setup, &mut BufReader::new(std::io::stdin()), folder, explain, &mut stdout)
    } else {
        let file = File::open(manifest).map_err(|error| Failure::io("read", &manifest.display().to_string(), &error))?;
        extract_batch(setup, &mut BufReader::new(file), folder, explain, &mut stdout)
    };
    done?;
    stdout.flush().map_err(|error| Failure::io("write", "<stdout>", &error))?;
    Ok(Exit::Done)
}
