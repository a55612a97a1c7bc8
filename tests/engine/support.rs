//! A corpus in a temporary folder, and pages to put into it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use gleaner::clock::FixedClock;
use gleaner::commands::clean::{self, CleanOptions};
use gleaner::config::{self, Config};
use gleaner::engine::{Event, Progress, RunReport, Setup};
use gleaner_extract::base::time::Timestamp;

/// The settings of every test: the loopback is open, nobody waits.
pub const SETTINGS: &str = "[fetch]\nallow_private = true\ndelay_s = 0\nbackoff_s = 0\nattempts = 2\n";

/// A corpus in a temporary folder.
pub struct Corpus {
    dir: tempfile::TempDir,
}

impl Corpus {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("raw")).unwrap();
        Self { dir }
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn setup(&self) -> Setup {
        self.setup_with(SETTINGS)
    }

    pub fn setup_with(&self, settings: &str) -> Setup {
        self.setup_at(settings, "2024-05-01T12:00:00Z")
    }

    /// The same at another time.
    pub fn setup_at(&self, settings: &str, now: &str) -> Setup {
        let config = Config::parse(settings, Path::new("test.toml")).unwrap();
        let loaded = config::Loaded { config, path: None, root: self.dir.path().to_path_buf() };
        let now: Timestamp = now.parse().unwrap();
        Setup::new(loaded, Arc::new(FixedClock(now))).unwrap().with_jobs(2)
    }

    pub fn clean(&self) -> RunReport {
        self.clean_with(&CleanOptions::default()).0
    }

    pub fn clean_with(&self, options: &CleanOptions) -> (RunReport, Heard) {
        let heard = Heard::default();
        let report = clean::clean(&self.setup(), options, &heard).unwrap();
        (report, heard)
    }

    /// Every file of the corpus but journals and the index, with its bytes.
    pub fn tree(&self) -> BTreeMap<String, Vec<u8>> {
        let mut tree = files_below(self.dir.path());
        tree.retain(|path, _| !path.starts_with("log/") && !path.starts_with(".gleaner/"));
        tree
    }

    /// The clean texts, by path.
    pub fn texts(&self) -> Vec<String> {
        let texts = files_below(&self.path("clean")).into_iter();
        texts
            .filter(|(path, _)| path.ends_with(".txt") && !path.contains(".versions") && !path.contains(".trash"))
            .map(|(_, text)| utf8(text))
            .collect()
    }

    /// The sidecars of clean texts and of copies.
    pub fn sidecars(&self) -> Vec<serde_json::Value> {
        let files = files_below(&self.path("clean")).into_iter();
        let sidecars =
            files.filter(|(path, _)| path.ends_with(".json") && !path.contains(".versions") && !path.contains(".trash"));
        sidecars.map(|(_, json)| serde_json::from_slice(&json).unwrap()).collect()
    }
}

pub fn utf8(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// Every file below the folder with its bytes; paths relative to it.
pub fn files_below(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Remembers what a run said.
#[derive(Default)]
pub struct Heard {
    pub events: Mutex<Vec<(String, &'static str)>>,
    pub diffs: Mutex<Vec<String>>,
    pub total: Mutex<u64>,
}

impl Progress for Heard {
    fn total(&self, inputs: u64) {
        *self.total.lock().unwrap() = inputs;
    }

    fn done(&self, event: Event<'_>) {
        self.events.lock().unwrap().push((event.source.to_string(), event.outcome.name()));
        self.diffs.lock().unwrap().extend(event.diff.map(str::to_owned));
    }
}

/// Counts as `new updated unchanged copies refused failed`.
pub fn counts(report: &RunReport) -> [u64; 6] {
    [report.new, report.updated, report.unchanged, report.copies, report.refused, report.failed]
}

/// A story of several paragraphs that no other number has.
pub fn story(number: usize) -> String {
    let places = ["harbour", "market", "library", "station", "theatre", "mill", "orchard", "quarry", "bridge", "school"];
    let (place, other) = (places[number % 10], places[(number / 10 + 3) % 10]);
    [
        format!("The council of district {number} voted on Tuesday to rebuild the old {place}, which has stood empty for {number} years."),
        format!("Residents who spoke at the meeting said that the {place} had once been the heart of the quarter, and that the {other} could not replace it."),
        format!("The work on the {place} is expected to take {} months, and the {other} will stay closed for as long, the engineer said.", number + 7),
        format!("A first plan for the {other} was turned down last year after a long debate about noise, traffic and the number of trees."),
    ]
    .join("\n\n")
}

/// The story as a text dump: under its headline.
pub fn dump(number: usize) -> String {
    format!("Plan number {number} divides the district\n\n{}", story(number))
}

/// The story as a page with the usual things around it.
pub fn page(number: usize, title: &str) -> String {
    let paragraphs: String = story(number).split("\n\n").map(|paragraph| format!("<p>{paragraph}</p>\n")).collect();
    format!(
        "<!doctype html><html lang=\"en\"><head><title>{title} - The Example</title>\
         <meta property=\"article:published_time\" content=\"2024-03-0{}T08:00:00Z\"></head><body>\
         <nav><ul><li><a href=\"/\">Home</a></li><li><a href=\"/news\">News</a></li></ul></nav>\
         <main><article><h1>{title}</h1>\n{paragraphs}</article></main>\
         <footer><p>Copyright 2024 The Example. All rights reserved.</p></footer></body></html>",
        number % 9 + 1
    )
}

const PEOPLE: [&str; 8] =
    ["The mayor", "A fisherman", "Her sister", "The captain", "One witness", "The teacher", "A nurse", "The owner"];
const ACTS: [&str; 8] = ["opened", "refused to sell", "painted", "described", "measured", "forgot", "bought", "repaired"];
const THINGS: [&str; 8] = [
    "the old bridge",
    "a wooden boat",
    "the school roof",
    "every window",
    "the town clock",
    "a small garden",
    "two letters",
    "the harbour wall",
];
const TIMES: [&str; 8] = [
    "before the storm",
    "on Tuesday morning",
    "without saying why",
    "for the second time",
    "after a long meeting",
    "in front of the court",
    "with a rented crane",
    "to nobody's surprise",
];

/// A sentence that belongs to a story.
fn sentence(story: usize, number: usize) -> String {
    if story == 3 {
        let (valley, road) = (number * 17 + 5, number * 29 + 3);
        return format!(
            "Nobody in valley {valley} remembered who had planted the {number} trees along road {road}, or when that was. "
        );
    }
    let at = |step: usize| (story * 31 + number * step + number * number * 3) % 8;
    format!(
        "{} {} {} {}, as the paper of {} wrote in its issue {}. ",
        PEOPLE[at(1)],
        ACTS[at(3)],
        THINGS[at(5)],
        TIMES[at(7)],
        1900 + story,
        story * 100 + number
    )
}

/// Paragraphs of a story, made of these of its sentences.
pub fn paragraphs(story: usize, sentences: std::ops::Range<usize>) -> String {
    let all: Vec<String> = sentences.map(|number| sentence(story, number)).collect();
    all.chunks(3).map(|chunk| chunk.concat().trim_end().to_owned()).collect::<Vec<_>>().join("\n\n")
}
