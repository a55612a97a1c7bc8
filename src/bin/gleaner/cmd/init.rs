//! `gleaner init`: creates a corpus.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use gleaner::config::{DEFAULT_TOML, FILE_NAME};
use gleaner::files;
use gleaner_extract::base::printable::escape_line;

use super::context::Context;
use crate::args::InitArgs;
use crate::exit::{Exit, Failure};
use gleaner_extract::base::path_text::path_text;

/// Writes the commented configuration and creates the folders. Overwrites nothing.
pub fn init(context: &Context, args: InitArgs) -> Result<Exit, Failure> {
    let root = args.dir.or_else(|| context.named_root()).unwrap_or_else(|| PathBuf::from("."));
    for folder in ["raw", "clean"] {
        let path = root.join(folder);
        fs::create_dir_all(&path).map_err(|error| Failure::io("create", &path_text(&path), &error))?;
    }
    let config = root.join(FILE_NAME);
    write_new(&config)?;
    let [config, raw, clean] = [config, root.join("raw"), root.join("clean")].map(|path| path_text(&path));
    let next = next_steps(&root, &config, &raw);
    let numbered: String = (1..).zip(&next).map(|(number, step)| format!("  {number}. {step}\n")).collect();
    let text = format!("created {}\nnext:\n{numbered}", escape_line(&config));
    let report = serde_json::json!({"config": config, "raw": raw, "clean": clean, "next": next});
    context.message(args.report, &report, &text)
}

/// What to do first, with commands that can be pasted.
fn next_steps(root: &Path, config: &str, raw: &str) -> [String; 3] {
    let root = escape_line(&path_text(root)).into_owned();
    let gleaner = match root.as_str() {
        "." => "gleaner".to_owned(),
        root if root.contains(|c: char| !c.is_alphanumeric() && !"/._-".contains(c)) => format!("gleaner --root '{root}'"),
        root => format!("gleaner --root {root}"),
    };
    let (config, raw) = (escape_line(config), escape_line(raw));
    [
        format!("put pages into {raw} and run `{gleaner} clean`, or take one from the web: `{gleaner} ingest URL`"),
        format!("for news day by day: set `contact` and add a [[source]] in {config}, then `{gleaner} run`"),
        format!("`{gleaner} doctor` checks that all is well; `{gleaner} schedule --every 30m --install` lets it run by itself"),
    ]
}

fn write_new(path: &Path) -> Result<(), Failure> {
    let written = files::create_new(path).and_then(|mut file| file.write_all(DEFAULT_TOML.as_bytes()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Failure::usage(format!("create {}: the file already exists", path_text(path)), "delete it first to get a fresh one")
        }
        _ => Failure::io("write", &path_text(path), &error),
    })
}
