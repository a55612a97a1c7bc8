//! `gleaner rules suggest` and `gleaner rules test`: proposes rules for a site, and shows what its rules change.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use gleaner::commands::rule_suggest::{self, SuggestReport};
use gleaner::commands::rule_test::{self, RuleTestReport};
use gleaner::config::rules_dir;
use gleaner::engine::Setup;
use gleaner::files;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::printable::escape_line;
use gleaner_extract::rules::{RuleSet, Severity};

use super::context::{Context, clock};
use crate::args::ReportArgs;
use crate::exit::{Exit, Failure, print_message};
use crate::print::human::plural;
use crate::print::site_test;

/// Prints proposed rules, or writes them to a new file.
pub fn suggest(context: &Context, site: &str, output: Option<PathBuf>, report: ReportArgs) -> Result<Exit, Failure> {
    let setup = Setup::new(context.corpus()?, clock()?)?;
    let done = rule_suggest::suggest(&setup, site)?;
    match output {
        None => context.data(report, &done, &done.toml)?,
        Some(path) => {
            write_new(&path, &done.toml)?;
            let file = escape_line(&path_text(&path)).into_owned();
            context.message(report, &done, &format!("{} from {} in {file}\n", rules_of(&done), pages_of(&done)))?
        }
    };
    if done.rules == 0 {
        context.note("nothing recurs on these pages that a rule could name, and no element holds the story on most of them\n");
    }
    Ok(exit(done.unreadable, &setup, context))
}

fn rules_of(done: &SuggestReport) -> String {
    plural(done.rules as u64, "rule")
}

fn pages_of(done: &SuggestReport) -> String {
    plural(done.pages as u64, "page")
}

fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let written = files::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::usage(
            format!("create {}: the file already exists", path_text(path)),
            "delete it first, or name another file",
        ),
        _ => Failure::io("write", &path_text(path), &error),
    })
}

/// Shows what the rules of a site change.
pub fn test(context: &Context, site: &str, rules: Option<PathBuf>, report: ReportArgs) -> Result<Exit, Failure> {
    let setup = Setup::new(context.corpus()?, clock()?)?;
    let own = rules.map(|path| read_site_file(context, site, path)).transpose()?;
    let done: RuleTestReport = rule_test::test(&setup, site, own.as_ref())?;
    context.listing(report, &done, &site_test::report(&done, context.style()))?;
    Ok(exit(done.unreadable, &setup, context))
}

/// Reads the rules of a site; mistakes in them are mistakes of the user.
fn read_site_file(context: &Context, site: &str, path: PathBuf) -> Result<RuleSet, Failure> {
    let file = rules_dir::read_file(path).map_err(|error| Failure::usage(error.to_string(), error.hint()))?;
    let (rules, mistakes) = RuleSet::of_site_file(site, &file);
    for mistake in mistakes {
        match mistake.severity {
            Severity::Fatal => return Err(Failure::usage(mistake.to_string(), mistake.hint())),
            Severity::LeftOut => print_message("", &mistake.to_string(), None),
            Severity::Warning => context.note(&format!("warning: {}\n", escape_line(&mistake.to_string()))),
        }
    }
    Ok(rules)
}

/// Some pages may not be readable.
fn exit(unreadable: usize, setup: &Setup, context: &Context) -> Exit {
    if unreadable == 0 {
        return Exit::Done;
    }
    let raw = escape_line(&path_text(&setup.layout.raw)).into_owned();
    context.note(&format!("{} below {raw} cannot be read; `gleaner verify` says why\n", plural(unreadable as u64, "page")));
    Exit::SomeFailed
}
