//! What `doctor` finds wrong, by corpora and settings that have the fault.

use std::path::Path;

use gleaner::commands::doctor::{Check, CheckStatus, DoctorError, DoctorInput, DoctorReport, Online, doctor};
use gleaner::config::{Config, Loaded};

use crate::server::{Page, Server};
use crate::support::{Corpus, SETTINGS, page};

const NOW: &str = "2026-11-27T12:00:00Z";

/// A corpus with these settings, examined at a time.
fn examined_at(corpus: &Corpus, settings: &str, now: &str, online: Online) -> DoctorReport {
    let config = Config::parse(settings, Path::new("config.toml")).unwrap();
    let loaded = Loaded { config, path: Some(corpus.path("config.toml")), root: corpus.path("") };
    let setup = Ok(corpus.setup_at(settings, now));
    doctor(&DoctorInput {
        setup,
        loaded,
        is_clock_fixed: false,
        open_files: Some((1_024, 65_536)),
        now: now.parse().unwrap(),
        online,
    })
}

fn examined(corpus: &Corpus, settings: &str) -> DoctorReport {
    examined_at(corpus, settings, NOW, Online::No)
}

fn check<'a>(report: &'a DoctorReport, name: &str) -> &'a Check {
    let found = report.checks.iter().find(|check| check.name == name);
    assert!(found.is_some(), "no {name}: {report:#?}");
    found.unwrap()
}

#[test]
fn every_check_that_is_not_ok_says_what_to_do_and_the_sums_are_right() {
    let corpus = Corpus::new();
    let report = examined(&corpus, SETTINGS);
    for check in &report.checks {
        assert_eq!(check.advice.as_ref().is_some_and(|advice| !advice.is_empty()), check.status != CheckStatus::Ok, "{check:?}");
    }
    let count = |status| report.checks.iter().filter(|check| check.status == status).count();
    assert_eq!((report.warnings, report.problems), (count(CheckStatus::Warning), count(CheckStatus::Problem)));
    for name in ["contact", "sources"] {
        assert_eq!(check(&report, name).status, CheckStatus::Warning, "{name}");
    }
    for name in ["configuration", "rules", "permissions", "index", "clock", "open files", "schedule", "browser"] {
        assert_eq!(check(&report, name).status, CheckStatus::Ok, "{name}: {report:#?}");
    }
    // It changes nothing.
    assert!(corpus.tree().is_empty() && !corpus.path(".gleaner").exists());
}

#[test]
fn a_configuration_that_cannot_be_read_is_a_problem_and_the_rest_is_checked_all_the_same() {
    let corpus = Corpus::new();
    let error = Config::parse("[fetch]\ncontcat = \"a@b.example\"\n", Path::new("config.toml")).unwrap_err();
    let loaded = Loaded { config: Config::default(), path: None, root: corpus.path("") };
    let input = DoctorInput {
        setup: Err(DoctorError::Config(error)),
        loaded,
        is_clock_fixed: true,
        open_files: Some((64, 64)),
        now: NOW.parse().unwrap(),
        online: Online::Yes,
    };
    let report = doctor(&input);
    let configuration = check(&report, "configuration");
    assert_eq!(configuration.status, CheckStatus::Problem);
    assert!(configuration.found.contains("config.toml, line 2: unknown field `contcat`"), "{configuration:?}");
    assert_eq!(configuration.advice.as_deref(), Some("did you mean `contact`?"));
    assert_eq!(check(&report, "permissions").status, CheckStatus::Ok);
    assert!(check(&report, "clock").found.contains("SOURCE_DATE_EPOCH"));
    assert_eq!(check(&report, "open files").status, CheckStatus::Warning);
}

#[test]
fn files_that_the_configuration_names_must_be_there() {
    let corpus = Corpus::new();
    let list = "[[source]]\nkind = \"list\"\nname = \"mine\"\nfile = \"urls.txt\"\n";
    let report = examined(&corpus, list);
    let sources = check(&report, "sources");
    assert!(sources.status == CheckStatus::Problem && sources.found.contains("`mine`") && sources.found.contains("urls.txt"));
    corpus.write("urls.txt", "https://a.example/1\n");
    assert_eq!(check(&examined(&corpus, list), "sources").status, CheckStatus::Ok);

    let session = "[[session]]\nsite = \"a.example\"\ncookies = \"secrets/none.txt\"\n";
    assert_eq!(check(&examined(&corpus, session), "sessions").status, CheckStatus::Problem);
    let rendered = "[render]\nprogram = \"no-such-browser\"\n[[source]]\nkind = \"feed\"\nname = \"a\"\nurl = \"https://a.example/\"\nrender = \"auto\"\n";
    let report = examined(&corpus, rendered);
    let browser = check(&report, "browser");
    assert!(browser.status == CheckStatus::Problem && browser.found.contains("no-such-browser"), "{browser:?}");
    assert_eq!(check(&report, "schedule").status, CheckStatus::Warning);
    assert_eq!(check(&examined(&corpus, "[fetch]\nrobots = \"ignore\"\n"), "robots.txt").status, CheckStatus::Warning);
}

#[test]
fn a_clock_that_is_behind_is_a_problem() {
    let corpus = Corpus::new();
    corpus.write("raw/a.html", page(1, "Story"));
    gleaner::commands::clean::clean(&corpus.setup_at(SETTINGS, NOW), &Default::default(), &gleaner::engine::Silent).unwrap();
    let status = |now: &str| check(&examined_at(&corpus, SETTINGS, now, Online::No), "clock").status;
    assert_eq!(status("2026-11-27T12:01:00Z"), CheckStatus::Ok);
    assert_eq!(status("2026-11-26T12:00:00Z"), CheckStatus::Problem);
    assert_eq!(status("2004-01-01T00:00:00Z"), CheckStatus::Problem);
}

#[test]
fn an_interrupted_run_is_told_from_a_complete_index() {
    let corpus = Corpus::new();
    corpus.write("raw/a.html", page(1, "Story"));
    corpus.clean();
    let index = |report: &DoctorReport| (check(report, "index").status, check(report, "index").found.clone());
    assert_eq!(index(&examined(&corpus, SETTINGS)), (CheckStatus::Ok, "1 documents, complete".to_owned()));
    std::fs::remove_file(corpus.path(".gleaner/index.sha256")).unwrap();
    let (status, found) = index(&examined(&corpus, SETTINGS));
    assert!(status == CheckStatus::Warning && found.contains("interrupted"), "{found}");
    let lock = gleaner::store::Lock::take(&gleaner::store::Layout::at(&corpus.path(""))).unwrap();
    let (status, found) = index(&examined(&corpus, SETTINGS));
    assert!(status == CheckStatus::Ok && found.contains("a run is active"), "{found}");
    drop(lock);
    corpus.write(".gleaner/index.db", "no database");
    assert_eq!(index(&examined(&corpus, SETTINGS)).0, CheckStatus::Problem);
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_nobody_can_write_to_is_a_problem() {
    let corpus = Corpus::new();
    // Root may write to any folder of an ordinary file system.
    std::os::unix::fs::symlink("/proc/self", corpus.path("clean")).unwrap();
    let report = examined(&corpus, SETTINGS);
    let permissions = check(&report, "permissions");
    assert!(permissions.status == CheckStatus::Problem && permissions.found.contains("cannot create a file"), "{permissions:?}");
    std::fs::remove_file(corpus.path("clean")).unwrap();
    // A corpus of the user's own files needs no writable raw folder.
    std::fs::remove_dir(corpus.path("raw")).unwrap();
    std::os::unix::fs::symlink("/proc/self", corpus.path("raw")).unwrap();
    assert_eq!(check(&examined(&corpus, SETTINGS), "permissions").status, CheckStatus::Warning);
}

#[test]
fn robots_txt_is_requested_only_if_asked_for() {
    let (corpus, server) = (Corpus::new(), Server::start());
    let source =
        |name: &str, path: &str| format!("[[source]]\nkind = \"feed\"\nname = \"{name}\"\nurl = \"{}\"\n", server.url(path));
    let settings = format!("{SETTINGS}{}{}", source("open", "/open/feed"), source("closed", "/closed/feed"));
    server.put("/robots.txt", Page::Bytes("text/plain", b"User-agent: *\nDisallow: /closed/\n".to_vec()));
    let names = |report: &DoctorReport| report.checks.iter().filter(|check| check.name == "robots.txt").count();
    assert_eq!(names(&examined(&corpus, &settings)), 0);

    let report = examined_at(&corpus, &settings, NOW, Online::Yes);
    let robots: Vec<&Check> = report.checks.iter().filter(|check| check.name == "robots.txt").collect();
    assert!(robots.len() == 1 && robots[0].found.contains("/closed/feed"), "{robots:?}");
    // Neither feed is requested.
    assert_eq!(server.asked(), []);
    let open = format!("{SETTINGS}{}", source("open", "/open/feed"));
    let report = examined_at(&corpus, &open, NOW, Online::Yes);
    assert_eq!((check(&report, "robots.txt").status, report.problems), (CheckStatus::Ok, 0));
}
