//! The health of a site at the end of real runs: what journals know of it, who is notified, and how often.

use std::fs;

use gleaner::commands::health::health;
use gleaner::commands::run::{RunOptions, run};
use gleaner::engine::{RunReport, Setup, Silent};
use gleaner_extract::base::time::Timestamp;
use serde_json::Value;

use crate::server::{Page, Server};
use crate::support::{Corpus, SETTINGS, page, story};

const FIRST_DAY: i64 = 1_714_564_800;

/// A site with a feed that has four new stories a day, and a corpus that is run every day.
struct Site {
    corpus: Corpus,
    server: Server,
    settings: String,
}

impl Site {
    fn new() -> Self {
        let (corpus, server) = (Corpus::new(), Server::start());
        let hook = "cat >> \"$1/events\"; echo >> \"$1/events\"";
        let settings = format!(
            "{SETTINGS}robots = \"ignore\"\n[queue]\nmin_interval_s = 0\nmax_interval_s = 0\n[health]\nafter_run = true\n\
             [notify]\nmetrics_file = \"gleaner.prom\"\n\
             [[hook]]\non = [\"drift\"]\ncommand = [\"sh\", \"-c\", '{hook}', \"hook\", \"{}\"]\n\
             [[source]]\nkind = \"feed\"\nname = \"Paper\"\nurl = \"{}\"\n",
            corpus.path("").display(),
            server.url("/feed"),
        );
        Self { corpus, server, settings }
    }

    fn setup(&self, day: i64) -> Setup {
        let now = Timestamp::from_unix(FIRST_DAY + day * 86_400).to_string();
        self.corpus.setup_at(&self.settings, &now)
    }

    /// Publishes four stories and runs.
    fn day(&self, day: i64, page_of: fn(usize) -> Page) -> RunReport {
        let numbers = (0..4).map(|number| usize::try_from(day * 4 + number + 1).unwrap());
        let mut items = String::new();
        for number in numbers {
            self.server.put(&format!("/story-{number}"), page_of(number));
            items += &format!(
                "<item><title>Plan {number}</title><link>{}</link></item>",
                self.server.url(&format!("/story-{number}"))
            );
        }
        let feed = format!("<rss version=\"2.0\"><channel><title>Paper</title>{items}</channel></rss>");
        self.server.put("/feed", Page::Bytes("application/rss+xml", feed.into_bytes()));
        run(&self.setup(day), &RunOptions::default(), &Silent).unwrap()
    }

    /// The events that the hook took down since the last time.
    fn events(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.corpus.path("events")).unwrap_or_default();
        let _ = fs::remove_file(self.corpus.path("events"));
        text.lines().filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn usual(number: usize) -> Page {
    Page::Html(page(number, &format!("Plan {number}")))
}

/// After a change of the layout, the date is no longer found.
fn undated(number: usize) -> Page {
    let paragraphs: String = story(number).split("\n\n").map(|paragraph| format!("<p>{paragraph}</p>\n")).collect();
    let title = format!("Plan {number}");
    Page::Html(format!(
        "<!doctype html><html lang=\"en\"><head><title>{title}</title></head><body><h1>{title}</h1>{paragraphs}</body></html>"
    ))
}

#[test]
fn a_drift_is_told_once_and_seen_by_cron_and_prometheus() {
    let site = Site::new();
    for day in 0..10 {
        let report = site.day(day, usual);
        assert_eq!((report.new, report.exit_status(), report.drifted.len()), (4, 0, 0), "day {day}: {:?}", report.failures);
    }
    for day in 10..12 {
        assert_eq!(site.day(day, undated).exit_status(), 0, "day {day} is too early");
    }
    assert_eq!(site.events(), Vec::<Value>::new());
    let report = site.day(12, undated);
    assert_eq!((report.failed, report.exit_status()), (0, 3), "cron sees it");
    let told = site.events();
    assert_eq!((told.len(), &told[0]["event"], &told[0]["at"]), (1, &"drift".into(), &"2024-05-13T12:00:00Z".into()));
    let drift = &told[0]["drift"];
    assert_eq!(
        (&drift["site"], &drift["reason"], &drift["since"]),
        (&"127.0.0.1".into(), &"layout_changed".into(), &"2024-05-11".into())
    );
    assert_eq!(drift["changes"][0]["measure"], "without_date");
    let examples = drift["examples"].as_array().unwrap();
    assert_eq!(examples.len(), 3);
    for example in examples {
        let text = fs::read_to_string(site.corpus.path(example["path"].as_str().unwrap())).unwrap();
        assert!(text.starts_with("The council") && example["id"].as_str().is_some(), "{example}");
    }
    let metrics = fs::read_to_string(site.corpus.path("gleaner.prom")).unwrap();
    assert!(metrics.contains("\ngleaner_drifted_sites 1\n"), "{metrics}");

    let report = site.day(13, undated);
    assert_eq!((report.exit_status(), report.drifted.len(), report.drifted[0].is_new), (0, 1, false));
    assert_eq!(site.events(), Vec::<Value>::new(), "once is enough");
    // What a kill leaves between noting the event and noting that it was told.
    fs::remove_file(site.corpus.path(".gleaner/drifts.json")).unwrap();
    assert_eq!(site.day(14, undated).exit_status(), 3);
    assert_eq!(site.events().len(), 1, "at least once");
}

#[test]
fn a_site_that_blocks_is_named() {
    let site = Site::new();
    (0..10).for_each(|day| drop(site.day(day, usual)));
    let drift_after = |day: i64, report: RunReport| {
        let found = health(&site.setup(day).layout, Timestamp::from_unix(FIRST_DAY + day * 86_400)).unwrap();
        let reasons: Vec<&str> = found.drifted.iter().map(|drift| drift.reason.name()).collect();
        assert_eq!(report.drifted.iter().map(|drift| drift.reason.name()).collect::<Vec<_>>(), reasons);
        reasons.first().map(|reason| (*reason).to_owned())
    };
    for (day, expected) in [(10, None), (11, None), (12, Some("blocked"))] {
        let report = site.day(day, |_| Page::Status(403));
        assert_eq!(drift_after(day, report).as_deref(), expected, "day {day}");
    }
    let journal = fs::read_to_string(site.corpus.path("log/2024-05-13T12-00-00Z.jsonl")).unwrap();
    assert!(journal.contains("\"request\":\"page\",\"via\":\"Paper\",\"cause\":\"denied\"}"), "{journal}");
    assert!(journal.contains("\"request\":\"source\",\"via\":\"Paper\"}"), "{journal}");
    assert!(!journal.contains("\"ms\":"), "a clock that stands still measures nothing");
}

#[test]
fn a_feed_that_is_gone_is_named() {
    let site = Site::new();
    (0..10).for_each(|day| drop(site.day(day, usual)));
    site.server.put("/feed", Page::Status(410));
    let reports: Vec<RunReport> = (10..14).map(|day| run(&site.setup(day), &RunOptions::default(), &Silent).unwrap()).collect();
    let reasons: Vec<Vec<&str>> =
        reports.iter().map(|report| report.drifted.iter().map(|drift| drift.reason.name()).collect()).collect();
    assert_eq!(reasons, [vec![], vec![], vec![], vec!["feed_dead"]]);
    let example = &reports[3].drifted[0].examples[0];
    assert!(example.source.ends_with("/feed") && example.error.as_ref().unwrap().contains("410"), "{example:?}");
}
