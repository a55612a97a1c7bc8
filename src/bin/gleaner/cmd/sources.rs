//! `gleaner sources`: lists the configured sources, imports feeds from OPML and exports them to it.

use std::collections::BTreeSet;
use std::io::Write;

use gleaner::commands::sources::reports;
use gleaner::config::{FILE_NAME, Loaded, SourceConfig, SourcePlace};
use gleaner::discover::opml::{self, Subscription};
use gleaner::files;
use gleaner_extract::base::url::story_key;

use super::context::{Context, clock};
use crate::args::{ReportArgs, SourcesArgs, SourcesCommand};
use crate::exit::{Exit, Failure};
use crate::print;
use gleaner_extract::base::path_text::path_text;

/// Largest OPML file that is read, in bytes.
const MAX_OPML_BYTES: u64 = 16 << 20;

/// Runs the subcommand.
pub fn sources(context: &Context, args: SourcesArgs) -> Result<Exit, Failure> {
    let loaded = context.load()?;
    match args.command {
        SourcesCommand::List { report } => list(&loaded, report)?,
        SourcesCommand::Export => print::out(&opml::write("gleaner", &feeds(&loaded)))?,
        SourcesCommand::Import { file, dry_run } => {
            context.expect_root("sources import")?;
            let shown = path_text(&file);
            let bytes = files::open_named(&file).and_then(|file| files::read_from(file, MAX_OPML_BYTES));
            let bytes = bytes.map_err(|error| Failure::io("read", &shown, &error))?;
            let read = opml::read(&bytes, None).map_err(|error| error.with_found(&bytes, None));
            let read = read.map_err(|error| Failure::usage(format!("{error} ({shown})"), error.hint()))?;
            import(&loaded, read, dry_run)?;
        }
    }
    Ok(Exit::Done)
}

fn list(loaded: &Loaded, report: ReportArgs) -> Result<(), Failure> {
    let now = clock()?.now();
    let reports = reports(&loaded.config.source, &loaded.layout(), now)?;
    match report.json {
        true => print::json::print(&reports),
        false => print::out(&reports.iter().map(|report| print::sources::source(report, now)).collect::<String>()),
    }
}

fn feeds(loaded: &Loaded) -> Vec<Subscription> {
    let feed = |source: &SourceConfig| match &source.place {
        SourcePlace::Feed(url) => {
            Some(Subscription { title: Some(source.name.clone()), feed: url.clone(), site: None, tags: source.tags.clone() })
        }
        _ => None,
    };
    loaded.config.source.iter().filter_map(feed).collect()
}

/// Appends the new feeds as `[[source]]` tables and leaves the rest of the file as it is.
fn import(loaded: &Loaded, subscriptions: Vec<Subscription>, dry_run: bool) -> Result<(), Failure> {
    let mut known: BTreeSet<String> = feeds(loaded).iter().map(|feed| story_key(&feed.feed)).collect();
    let mut names: BTreeSet<String> = loaded.config.source.iter().map(|source| source.name.clone()).collect();
    let (mut added, mut tables) = (0u64, String::new());
    for feed in subscriptions {
        if !known.insert(story_key(&feed.feed)) {
            continue;
        }
        let title = feed.title.unwrap_or_else(|| feed.feed.host_str().unwrap_or("feed").to_owned());
        let mut name = title.clone();
        // Reports and the queue identify sources by name.
        for number in 2.. {
            if names.insert(name.clone()) {
                break;
            }
            name = format!("{title} {number}");
        }
        let tags: Vec<String> = feed.tags.iter().map(|tag| quoted(tag)).collect();
        let tags = if tags.is_empty() { String::new() } else { format!("tags = [{}]\n", tags.join(", ")) };
        let (name, url) = (quoted(&name), quoted(feed.feed.as_str()));
        tables += &format!("\n[[source]]\nkind = \"feed\"\nname = {name}\nurl = {url}\n{tags}");
        added += 1;
    }
    if dry_run {
        return print::out(&tables);
    }
    let path = loaded.path.clone().unwrap_or_else(|| loaded.root.join(FILE_NAME));
    let written = files::append(&path).and_then(|mut file| file.write_all(tables.as_bytes()).and_then(|()| file.sync_all()));
    written.map_err(|error| Failure::io("write", &path_text(&path), &error))?;
    print::out(&format!("{} added to {}\n", print::human::plural(added, "feed"), path_text(&path)))
}

/// A TOML string (<https://toml.io/en/v1.0.0#string>).
fn quoted(text: &str) -> String {
    let printable: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("\"{}\"", printable.replace('\\', "\\\\").replace('"', "\\\""))
}
