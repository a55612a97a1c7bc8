//! `gleaner man`: the manual, all commands on one page, or a page for each in a folder.

use std::path::Path;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};
use gleaner::files;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::printable::escape_line;

use super::context::Context;
use crate::args::{self, ManArgs, examples_of};
use crate::exit::{Exit, Failure};

/// The heading of the options that every command takes.
const GLOBAL_HEADING: &str = "Global options";

/// The environment variables that gleaner reads; docs/commands.md has the same list.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("GLEANER_CONFIG", "the configuration file, if neither --config nor --root is given; empty means unset"),
    ("GLEANER_ROOT", "the corpus root, likewise"),
    ("GLEANER_TOKEN", "what clients of `gleaner serve` must know, if --token is not given"),
    ("NO_COLOR", "any non-empty value turns colours off"),
    ("SOURCE_DATE_EPOCH", "seconds since 1970, used instead of the system clock, to make runs reproducible byte for byte"),
];

/// The files of a corpus; docs/format.md describes them.
const FILES: &[(&str, &str)] = &[
    ("config.toml", "the configuration"),
    ("raw/", "your own files, never changed, and fetched pages"),
    (
        "clean/",
        "clean text (.txt) and its metadata (.json); earlier texts are in clean/.versions/, forgotten ones in clean/.trash/",
    ),
    ("log/", "a journal for each run, one JSON object per line and outcome"),
    (".gleaner/index.db", "the index, which `gleaner reindex` rebuilds from the files"),
    (".gleaner/queue.db", "the queue: URLs to fetch, those that failed, and what is known about the sources"),
    (".gleaner/lock", "the lock: one run at a time"),
];

/// Prints the manual page as roff, or writes one page for each command.
pub fn man(context: &Context, args: &ManArgs) -> Result<Exit, Failure> {
    let mut cli = args::command().disable_help_subcommand(true);
    cli.build();
    let Some(dir) = &args.dir else {
        let page = whole_manual(&cli)?;
        return context.data(args.report, &serde_json::json!([{"name": "gleaner.1", "page": page}]), &page);
    };
    let mut pages = Vec::new();
    pages_of(&cli, "", &mut pages)?;
    let failed = |path: &Path| {
        let path = path_text(path);
        move |error: std::io::Error| Failure::io("write", &path, &error)
    };
    std::fs::create_dir_all(dir).map_err(failed(dir))?;
    for (name, page) in &pages {
        let path = dir.join(name);
        files::replace(&path, page.as_bytes()).map_err(failed(&path))?;
    }
    let names: Vec<serde_json::Value> =
        pages.iter().map(|(name, _)| serde_json::json!({"file": path_text(&dir.join(name))})).collect();
    let text = format!("{} pages written to {}\n", pages.len(), escape_line(&path_text(dir)));
    context.message(args.report, &names, &text)
}

/// The visible commands below this one.
fn subcommands(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|sub| !sub.is_hide_set())
}

/// A page for the command and for each below it. `name` is the words after `gleaner`.
fn pages_of(command: &Command, name: &str, pages: &mut Vec<(String, String)>) -> Result<(), Failure> {
    let man = Man::new(command.clone());
    let mut page = rendered(&man, &[Man::render_title, Man::render_name_section, Man::render_synopsis_section])?;
    page += &rendered(&man, &[Man::render_description_section, Man::render_options_section])?;
    if command.has_subcommands() {
        page += &rendered(&man, &[Man::render_subcommands_section])?;
    }
    page += &examples(name, "SH");
    page += &closing_sections();
    if !name.is_empty() {
        page += &Roff::new().control("SH", ["SEE ALSO"]).text([bold("gleaner"), roman("(1)")]).to_roff();
    }
    pages.push((man.get_filename(), page));
    for sub in subcommands(command) {
        pages_of(sub, format!("{name} {}", sub.get_name()).trim_start(), pages)?;
    }
    Ok(())
}

/// All commands on one page.
fn whole_manual(cli: &Command) -> Result<String, Failure> {
    let man = Man::new(cli.clone());
    let mut page = rendered(&man, &[Man::render_title, Man::render_name_section, Man::render_synopsis_section])?;
    page += &rendered(&man, &[Man::render_description_section, Man::render_options_section])?;
    for command in subcommands(cli) {
        command_section(command, command.get_name(), &mut page)?;
    }
    page += &examples("", "SH");
    page += &closing_sections();
    page += &rendered(&man, &[Man::render_version_section])?;
    Ok(page)
}

/// One command of the whole manual, and those below it: the sections of its own page, one level further down.
fn command_section(command: &Command, name: &str, page: &mut String) -> Result<(), Failure> {
    // The options that every command takes are listed once, at the top.
    let is_global = |arg: &clap::Arg| arg.get_help_heading() == Some(GLOBAL_HEADING);
    let own = command.clone().mut_args(|arg| if is_global(&arg) { arg.hide(true) } else { arg });
    let sections =
        rendered(&Man::new(own), &[Man::render_synopsis_section, Man::render_description_section, Man::render_options_section])?;
    let heading = Roff::new().control("SH", [format!("GLEANER {}", name.to_uppercase()).as_str()]).to_roff();
    *page += &format!("{heading}{}{}", sections.replace(".SH ", ".SS "), examples(name, "SS"));
    for sub in subcommands(command) {
        command_section(sub, &format!("{name} {}", sub.get_name()), page)?;
    }
    Ok(())
}

type Section = fn(&Man, &mut dyn std::io::Write) -> Result<(), std::io::Error>;

fn rendered(man: &Man, sections: &[Section]) -> Result<String, Failure> {
    let mut page = Vec::new();
    for section in sections {
        section(man, &mut page).map_err(|error| Failure::io("write", "the manual page", &error))?;
    }
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// The examples of a command, each with what it is for; `level` is `SH` or `SS`.
fn examples(name: &str, level: &str) -> String {
    let mut roff = Roff::new();
    roff.control(level, ["EXAMPLES"]);
    for (line, note) in examples_of(name) {
        roff.control("TP", []).text([bold(*line)]).text([roman(*note)]);
    }
    roff.to_roff()
}

/// What is the same for every command: exit status, environment and files.
fn closing_sections() -> String {
    let mut roff = Roff::new();
    roff.control("SH", ["EXIT STATUS"]);
    for exit in Exit::ALL {
        roff.control("TP", []).text([bold((exit as u8).to_string())]).text([roman(exit.meaning())]);
    }
    roff.control("SH", ["ENVIRONMENT"]);
    for (name, meaning) in ENVIRONMENT {
        roff.control("TP", []).text([bold(*name)]).text([roman(*meaning)]);
    }
    roff.control("SH", ["FILES"]).text([roman("All paths start at the corpus root.")]);
    for (name, meaning) in FILES {
        roff.control("TP", []).text([italic(*name)]).text([roman(*meaning)]);
    }
    roff.to_roff()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_is_the_documented_one() {
        let text = include_str!("../../../../docs/commands.md");
        let section = text.split("\n## Environment variables\n").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap();
        let documented: Vec<&str> = section.lines().filter_map(|line| line.strip_prefix("- `")?.split('`').next()).collect();
        let known: Vec<&str> = ENVIRONMENT.iter().map(|(name, _)| *name).collect();
        assert_eq!(documented, known, "docs/commands.md and ENVIRONMENT in this file");
    }

    #[test]
    fn a_page_for_each_command_has_all_sections() {
        let mut cli = args::command().disable_help_subcommand(true);
        cli.build();
        let mut pages = Vec::new();
        pages_of(&cli, "", &mut pages).unwrap();
        assert!(pages.iter().any(|(name, _)| name == "gleaner-queue-list.1"), "{:?}", pages.iter().map(|(name, _)| name));
        let whole = whole_manual(&cli).unwrap();
        for (name, page) in pages.iter().chain([&("the whole manual".to_owned(), whole)]) {
            for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES", "EXIT STATUS", "ENVIRONMENT", "FILES"] {
                let heading = [format!(".SH {section}\n"), format!(".SH \"{section}\"\n")];
                assert_eq!(heading.iter().map(|heading| page.matches(heading).count()).sum::<usize>(), 1, "{name}: {section}");
            }
        }
    }
}
