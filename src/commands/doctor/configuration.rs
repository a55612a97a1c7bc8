//! Checks the configuration: whether it can be read, the contact, the rules, and the files that it names.

use std::path::PathBuf;

use super::check::Check;
use super::input::{DoctorError, DoctorInput};
use crate::config::{Config, Loaded, SourcePlace};
use crate::engine::Setup;
use crate::fetch::RobotsPolicy;
use gleaner_extract::base::path_text::path_text;

const CONFIG: &str = "configuration";
const CONTACT: &str = "contact";
const RULES: &str = "rules";
const SOURCES: &str = "sources";

pub(super) fn checks(input: &DoctorInput) -> Vec<Check> {
    let loaded = &input.loaded;
    let mut checks = vec![config(input)];
    if !matches!(input.setup, Err(DoctorError::Config(_))) {
        checks.push(contact(&loaded.config));
        checks.push(rules(&input.setup));
        checks.push(sources(loaded));
        checks.extend(robots_policy(&loaded.config));
        checks.extend(sessions(&input.setup));
    }
    checks
}

fn config(input: &DoctorInput) -> Check {
    match (&input.setup, &input.loaded.path) {
        (Err(DoctorError::Config(error)), _) => Check::problem(CONFIG, error.to_string(), error.hint().unwrap_or_default()),
        (_, Some(path)) => Check::ok(CONFIG, format!("{} has no unknown keys and no wrong values", path_text(path))),
        (_, None) => Check::warning(
            CONFIG,
            format!("{} has no config.toml: the defaults apply, and there are no sources", path_text(&input.loaded.root)),
            "`gleaner init` writes one with every key explained; check `--root` and `--config` if there should be one",
        ),
    }
}

fn contact(config: &Config) -> Check {
    match config.fetch.contact() {
        Some(contact) => Check::ok(CONTACT, format!("requests name {contact}")),
        None => Check::warning(
            CONTACT,
            "requests do not say who sends them: many sites block such crawlers",
            "set `contact` in [fetch] to an e-mail address or a web page",
        ),
    }
}

fn rules(setup: &Result<Setup, DoctorError>) -> Check {
    match setup {
        Ok(setup) => Check::ok(RULES, format!("version {}", setup.rules.hash().short())),
        Err(DoctorError::Setup(error)) => Check::problem(RULES, error.to_string(), error.hint().unwrap_or_default()),
        Err(DoctorError::Config(_)) => Check::warning(RULES, "not checked", "make the configuration readable first"),
    }
}

/// The sources, and whether the files that list their pages are there.
fn sources(loaded: &Loaded) -> Check {
    let file = |place: &SourcePlace| -> Option<PathBuf> {
        match place {
            SourcePlace::List(file) | SourcePlace::Csv { file, .. } | SourcePlace::Opml(file) => Some(loaded.root.join(file)),
            SourcePlace::Urls(_)
            | SourcePlace::Feed(_)
            | SourcePlace::Sitemap(_)
            | SourcePlace::Page(_)
            | SourcePlace::OpmlAt(_) => None,
        }
    };
    let files = loaded.config.source.iter().filter_map(|source| Some((source, file(&source.place)?)));
    let unreadable = files.filter_map(|(source, path)| {
        let error = crate::files::open(&path).err()?;
        Some(format!("`{}`: {}: {error}", source.name, path_text(&path)))
    });
    let unreadable: Vec<String> = unreadable.collect();
    if !unreadable.is_empty() {
        return Check::problem(
            SOURCES,
            unreadable.join("; "),
            "check the paths in config.toml: relative ones start at its folder",
        );
    }
    match loaded.config.source.len() {
        0 => Check::warning(
            SOURCES,
            "none: `gleaner run` has nothing to do",
            "add a [[source]] table to config.toml, or `gleaner sources import FEEDS.opml`; files in raw/ need none",
        ),
        1 => Check::ok(SOURCES, "1 source"),
        count => Check::ok(SOURCES, format!("{count} sources")),
    }
}

fn robots_policy(config: &Config) -> Option<Check> {
    (config.fetch.robots == RobotsPolicy::Ignore).then(|| {
        let found = "`robots = \"ignore\"`: robots.txt is never requested";
        Check::warning("robots.txt", found, "set it to \"honour\", unless all sources are sites of your own")
    })
}

/// Whether the files of the sessions can be read. Without sessions there is nothing to say.
fn sessions(setup: &Result<Setup, DoctorError>) -> Option<Check> {
    let setup = setup.as_ref().ok().filter(|setup| !setup.config.session.is_empty())?;
    Some(match crate::fetch::Sessions::read(&setup.config.session, &setup.layout.root) {
        Ok(_) => Check::ok("sessions", format!("{} with readable files", setup.config.session.len())),
        Err(error) => {
            let error = crate::fetch::Error::from(error);
            Check::problem("sessions", error.to_string(), error.hint().unwrap_or_default())
        }
    })
}
