//! Hostile inputs: shapes of which small pieces, repeated, once cost time or memory far beyond their size. Each is read by the real program as a child
//! process, whose processor time and peak memory are measured. How to add one: docs/testing.md.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail like tests")]

mod child;
mod files;
mod formats;
mod server;
mod shapes;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use child::Usage;
use files::FILES;
use formats::Reading;
use server::Server;
use shapes::{SHAPES, Shape};
use tempfile::TempDir;

/// Most memory of the program, in bytes.
const MAX_MEMORY: u64 = 300 << 20;

/// Size of an input whose bounds the issue of the shapes names: 2 MB in one second.
const FULL_SIZE: usize = 2_000_000;

/// Size of an input in the quick test.
const QUICK_SIZE: usize = 150_000;

/// Most processor time of the quick test. A build without optimisation takes up to two seconds.
const QUICK_TIME: Duration = Duration::from_secs(10);

/// Most growth of processor time from half of an input to the whole. Linear is 2; the rest is for what a busy machine adds.
const MAX_GROWTH: f64 = 3.0;

/// Time that does not depend on the input, and differences of less than this, mean nothing.
const NOISE: Duration = Duration::from_millis(200);

/// Has the program read inputs, one after another.
struct Reader {
    folder: TempDir,
    server: Server,
}

impl Reader {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), server: Server::start() }
    }

    fn read(&self, shape: &Shape, size: usize) -> Usage {
        let file = self.folder.path().join(format!("input.{}", shape.format.extension()));
        let corpus = self.folder.path().join("corpus");
        let (input, reading) = (shape.input(size), shape.format.reading());
        if reading == Reading::Fetch {
            let usage = child::ingest(Path::new(&self.server.serve(input)), &corpus);
            fs::remove_dir_all(&corpus).unwrap();
            return usage;
        }
        fs::write(&file, input).unwrap();
        let usage = match reading {
            Reading::Extract(format) => return child::extract(&file, format),
            Reading::Import => child::import(&file, &corpus),
            Reading::Ingest | Reading::Fetch => child::ingest(&file, &corpus),
        };
        fs::remove_dir_all(&corpus).unwrap();
        usage
    }
}

/// All shapes, or those of the format whose extension `GLEANER_SHAPES` names.
fn every_shape() -> impl Iterator<Item = &'static Shape> + Send {
    let wanted = env::var("GLEANER_SHAPES").ok();
    let is_wanted = move |shape: &&Shape| wanted.as_ref().is_none_or(|wanted| shape.format.extension() == wanted);
    SHAPES.iter().chain(FILES).filter(is_wanted)
}

/// Two at a time: what is measured is the program's own time.
#[test]
fn every_shape_is_read_in_bounded_time_and_memory() {
    let (shapes, failed) = (Mutex::new(every_shape()), Mutex::new(Vec::new()));
    let work = || {
        let reader = Reader::new();
        loop {
            let Some(shape) = shapes.lock().unwrap().next() else { return };
            let usage = reader.read(shape, QUICK_SIZE);
            if usage.time >= QUICK_TIME || usage.memory >= MAX_MEMORY {
                failed.lock().unwrap().push(format!("{}: {usage}", shape.name));
            }
        }
    };
    thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Prints the table of docs/testing.md. Meant for a release build, and for a machine that does nothing else.
#[test]
#[ignore = "slow"]
fn slow_full_size_shapes_take_a_second_and_time_grows_linearly() {
    let reader = Reader::new();
    let most = Duration::from_secs(if child::is_release() { 1 } else { 20 });
    let mut failed = Vec::new();
    println!("| shape | format | 1 MB | 2 MB | memory |\n|---|---|---|---|---|");
    for shape in every_shape() {
        let half = reader.read(shape, FULL_SIZE / 2);
        let whole = reader.read(shape, FULL_SIZE);
        let seconds = |usage: &Usage| format!("{:.2} s", usage.time.as_secs_f64());
        let (format, megabytes) = (shape.format.extension(), whole.memory >> 20);
        println!("| {} | {format} | {} | {} | {megabytes} MB |", shape.name, seconds(&half), seconds(&whole));
        let is_linear = whole.time < half.time.mul_f64(MAX_GROWTH) + NOISE;
        if whole.time > most || whole.memory > MAX_MEMORY || !is_linear {
            failed.push(format!("{}: {half}, {whole}", shape.name));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn a_huge_dump_is_one_outcome_of_a_run() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("raw")).unwrap();
    for number in 0..4 {
        std::fs::write(folder.path().join(format!("raw/{number}.txt")), "a\n".repeat(2_500_000 + number)).unwrap();
    }
    let line = |number: usize| {
        format!(
            "The mill at river {number} burnt down in the night, and the mayor of town {number} said that nobody was hurt in it."
        )
    };
    std::fs::write(folder.path().join("raw/story.txt"), (1..8).map(line).collect::<Vec<_>>().join("\n\n")).unwrap();
    let (usage, code) = child::clean(folder.path());
    let texts = std::fs::read_dir(folder.path().join("clean/undated")).unwrap().map(|text| text.unwrap().path());
    let has_story = |text: PathBuf| std::fs::read_to_string(text).is_ok_and(|text| text.contains("The mill at river 7"));
    assert!(code == 0 && texts.into_iter().any(has_story), "{code}");
    assert!(usage.memory < 2 * MAX_MEMORY, "{usage}");
}

#[test]
fn what_was_cut_is_said_and_no_text_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let shape = SHAPES.iter().find(|shape| shape.name == "short lines").unwrap();
    let file = folder.path().join("input.txt");
    std::fs::write(&file, shape.input(50_000)).unwrap();
    let line = child::explained(&file);
    assert_eq!(line["limits"], serde_json::json!(["blocks"]));
    let removed = line["removals"].as_array().unwrap().iter().map(|removal| removal["text"].as_str().unwrap());
    let kept = line["text"].as_str().unwrap();
    assert!(!child::markdown(&file).contains("a\na"), "merged lines are paragraphs of their own");
    let letters = removed.chain([kept]).map(|text| text.matches('a').count()).sum::<usize>();
    assert_eq!(letters, shape.text(50_000).matches('a').count());
}
