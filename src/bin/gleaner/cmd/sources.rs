//! `gleaner sources`: lists the configured sources, imports feeds from OPML and exports them to it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use gleaner::commands::sources::reports;
use gleaner::config::{FILE_NAME, Loaded, SourceConfig, SourcePlace};
use gleaner::discover::opml::{self, Subscription};
use gleaner::files;
use gleaner_extract::base::printable::{escape_line, is_unprintable};
use gleaner_extract::base::url::{has_login, story_key, without_login};

use super::context::{Context, clock};
use crate::args::{ReportArgs, SourcesArgs, SourcesCommand};
use crate::exit::{Exit, Failure, print_message};
use crate::print::{self, human};
use gleaner_extract::base::path_text::path_text;

/// Largest OPML file that is read, in bytes.
const MAX_OPML_BYTES: u64 = 16 << 20;

/// Runs the subcommand.
pub fn sources(context: &Context, args: SourcesArgs) -> Result<Exit, Failure> {
    let loaded = context.load()?;
    match args.command {
        SourcesCommand::List { report } => list(context, &loaded, report),
        SourcesCommand::Export { report } => {
            let listed: Vec<_> = feeds(&loaded).iter().map(feed_json).collect();
            context.data(report, &listed, &opml::write("gleaner", &feeds(&loaded)))
        }
        SourcesCommand::Import { file, dry_run, report } => {
            context.expect_root("sources import")?;
            let shown = path_text(&file);
            let bytes = files::open_named(&file).and_then(|file| files::read_from(file, MAX_OPML_BYTES));
            let bytes = bytes.map_err(|error| Failure::io("read", &shown, &error))?;
            let read = opml::read(&bytes, None).map_err(|error| error.with_found(&bytes, None));
            let read = read.map_err(|error| Failure::usage(format!("{error} ({shown})"), error.hint()))?;
            import(context, &loaded, read, dry_run, report)
        }
    }
}

fn feed_json(feed: &Subscription) -> serde_json::Value {
    serde_json::json!({"name": feed.title, "url": feed.feed.as_str(), "tags": feed.tags})
}

fn list(context: &Context, loaded: &Loaded, report: ReportArgs) -> Result<Exit, Failure> {
    let now = clock()?.now();
    let reports = reports(&loaded.config.source, &loaded.layout(), now)?;
    context.listing(report, &reports, &reports.iter().map(|report| print::sources::source(report, now)).collect::<String>())
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
fn import(
    context: &Context,
    loaded: &Loaded,
    subscriptions: Vec<Subscription>,
    dry_run: bool,
    report: ReportArgs,
) -> Result<Exit, Failure> {
    let mut known: BTreeSet<String> = feeds(loaded).iter().map(|feed| story_key(&feed.feed)).collect();
    let mut names: BTreeSet<String> = loaded.config.source.iter().map(|source| source.name.clone()).collect();
    // The number that makes the next name of a title, so that each is tried once.
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    let (mut added, mut tables) = (Vec::new(), String::new());
    for feed in subscriptions {
        if !known.insert(story_key(&feed.feed)) {
            continue;
        }
        let title = feed.title.clone().unwrap_or_else(|| feed.feed.host_str().unwrap_or("feed").to_owned());
        let mut name = title.clone();
        // Reports and the queue identify sources by name.
        let number = numbers.entry(title.clone()).or_insert(2);
        while !names.insert(name.clone()) {
            name = format!("{title} {number}");
            *number += 1;
        }
        let tags: Vec<String> = feed.tags.iter().map(|tag| quoted(tag)).collect();
        let tags = if tags.is_empty() { String::new() } else { format!("tags = [{}]\n", tags.join(", ")) };
        if has_login(&feed.feed) {
            let hint = "add them to its `url` in config.toml by hand, if every reader of that file may know them";
            print_message("left out ", &format!("user name and password of the feed {name}"), Some(hint));
        }
        let url = without_login(feed.feed.clone());
        let (added_name, name, shown) = (name.clone(), quoted(&name), quoted(url.as_str()));
        tables += &format!("\n[[source]]\nkind = \"feed\"\nname = {name}\nurl = {shown}\n{tags}");
        added.push(feed_json(&Subscription { title: Some(added_name), feed: url, ..feed }));
    }
    let path = loaded.path.clone().unwrap_or_else(|| loaded.root.join(FILE_NAME));
    let shown = path_text(&path);
    let value = serde_json::json!({"config": shown, "dry_run": dry_run, "added": added});
    if dry_run {
        return context.data(report, &value, &tables);
    }
    let written = files::append(&path).and_then(|mut file| file.write_all(tables.as_bytes()).and_then(|()| file.sync_all()));
    written.map_err(|error| Failure::io("write", &shown, &error))?;
    context.message(report, &value, &format!("{} added to {}\n", human::plural(added.len() as u64, "feed"), escape_line(&shown)))
}

/// A TOML string (<https://toml.io/en/v1.0.0#string>).
fn quoted(text: &str) -> String {
    let printable: String = text.chars().map(|c| if c.is_control() || is_unprintable(c) { ' ' } else { c }).collect();
    format!("\"{}\"", printable.replace('\\', "\\\\").replace('"', "\\\""))
}
