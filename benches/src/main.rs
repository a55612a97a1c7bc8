//! Compares gleaner with the bare parser and two readability crates, page by page in one process: pages per second, and the slowest pages.
//!
//! `cargo run --release -p gleaner-bench`; `GLEANER_BENCH_MANIFEST` names real pages. `--only NAME` (repeatable) selects contestants, `--stages`
//! measures gleaner's own stages instead.

#![expect(clippy::print_stdout, reason = "the figures are its output")]

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use gleaner_bench::pages::{self, Page};
use gleaner_extract::article::clean::{CleanContext, clean_page};
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Origin, RawDocument};
use gleaner_extract::label::{label, page_signals};
use gleaner_extract::page;
use gleaner_extract::rules::RuleSet;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Stack in bytes: one of the contestants recurses over the nesting of a page without a limit.
const STACK: usize = 512 << 20;

/// What all contestants need.
struct Bench {
    rules: RuleSet,
    config: page::Config,
    now: Timestamp,
}

/// A page with its text, decoded once for the contestants that take text.
struct Input<'a> {
    page: &'a Page,
    text: String,
}

/// The name of a contestant, and its work on one page; the result is whether it found any text.
type Contestant = (&'static str, fn(&Bench, &Input<'_>) -> bool);

const CONTESTANTS: &[Contestant] = &[
    ("html5ever", |_, input| scraper::Html::parse_document(&input.text).tree.root().has_children()),
    ("gleaner", gleaner),
    ("dom_smoothie", dom_smoothie),
    ("readability", readability),
];

/// The stages of gleaner in order. Each includes the earlier stages that it needs.
const STAGES: &[Contestant] = &[
    ("html5ever", |_, input| scraper::Html::parse_document(&input.text).tree.root().has_children()),
    ("decode", |_, input| !page::decode::decode(&input.page.bytes, None, None).text.is_empty()),
    ("parse", |bench, input| page::html::parse(&input.text, &bench.config).document.root().first_child().is_some()),
    ("read (all up to blocks)", |bench, input| read(bench, input).is_some()),
    ("read + signals", |bench, input| {
        read(bench, input).is_some_and(|page| !page_signals(&page, &bench.rules).blocks.is_empty())
    }),
    ("read + label", |bench, input| read(bench, input).is_some_and(|page| label(&page, &bench.rules).kept().next().is_some())),
    ("gleaner", gleaner),
];

fn read(bench: &Bench, input: &Input<'_>) -> Option<page::Page> {
    let hints = page::ReadHints { content_type: None, url: input.page.url.as_ref() };
    page::read(&input.page.bytes, hints, &bench.config).ok()
}

fn gleaner(bench: &Bench, input: &Input<'_>) -> bool {
    let raw = RawDocument::local(Origin::Stdin, input.page.bytes.clone());
    let context = CleanContext { rules: &bench.rules, limits: &bench.config, now: Some(bench.now), sites: None };
    clean_page(&raw, input.page.url.as_ref(), context).is_ok_and(|cleaned| !cleaned.article.text.is_empty())
}

fn dom_smoothie(_: &Bench, input: &Input<'_>) -> bool {
    let url = input.page.url.as_ref().map(|url| url.as_str());
    let read = dom_smoothie::Readability::new(input.text.as_str(), url, None);
    read.and_then(|mut read| read.parse()).is_ok_and(|article| !article.text_content.is_empty())
}

fn readability(_: &Bench, input: &Input<'_>) -> bool {
    let Some(url) = input.page.url.clone().or_else(|| url::Url::parse("https://example.com/").ok()) else { return false };
    let read = readability::extractor::extract(&mut input.text.as_bytes(), &url);
    read.is_ok_and(|product| !product.text.is_empty())
}

fn main() -> Result<(), Box<dyn Error>> {
    let work = || run().map_err(|error| error.to_string());
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work)?;
    Ok(thread.join().map_err(|_| "the benchmark panicked")??)
}

fn run() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let only: Vec<&String> = args.windows(2).filter(|pair| pair[0] == "--only").map(|pair| &pair[1]).collect();
    let all = if args.iter().any(|arg| arg == "--stages") { STAGES } else { CONTESTANTS };
    let contestants: Vec<&Contestant> =
        all.iter().filter(|(name, _)| only.is_empty() || only.iter().any(|o| o == name)).collect();
    let bench = Bench { rules: RuleSet::embedded()?, config: page::Config::default(), now: "2026-01-01T00:00:00Z".parse()? };
    let pages = match pages::of_manifest()? {
        Some(pages) => pages,
        None => pages::generated(),
    };
    std::panic::set_hook(Box::new(|_| {}));
    let mut results: Vec<Times> = contestants.iter().map(|_| Times::default()).collect();
    let mut bytes = 0;
    for (round, page) in pages.iter().enumerate() {
        bytes += page.bytes.len();
        let input = Input { page, text: page::decode::decode(&page.bytes, None, None).text.into_owned() };
        // The first contestant finds cold caches, so each takes its turn to be first.
        for offset in 0..contestants.len() {
            let index = (round + offset) % contestants.len();
            results[index].measure(|| contestants[index].1(&bench, &input));
        }
    }
    println!("{} pages, {:.1} MB\n", pages.len(), bytes as f64 / 1e6);
    println!("| | seconds | pages/s | MB/s | × {} | p50 ms | p99 ms | max ms | nothing found |", contestants[0].0);
    println!("|---|---|---|---|---|---|---|---|---|");
    let first = results[0].total().as_secs_f64();
    for ((name, _), result) in contestants.iter().zip(&mut results) {
        result.print(name, first, bytes);
    }
    Ok(())
}

/// The times of one contestant.
#[derive(Default)]
struct Times {
    times: Vec<Duration>,
    failed: usize,
}

impl Times {
    fn measure(&mut self, work: impl Fn() -> bool) {
        let start = Instant::now();
        let done = catch_unwind(AssertUnwindSafe(work)).unwrap_or(false);
        self.times.push(start.elapsed());
        self.failed += usize::from(!done);
    }

    fn total(&self) -> Duration {
        self.times.iter().sum()
    }

    fn print(&mut self, name: &str, first: f64, bytes: usize) {
        self.times.sort_unstable();
        let ms = |share: f64| {
            let last = self.times.len().saturating_sub(1);
            let time = self.times.get((last as f64 * share).round() as usize).copied().unwrap_or_default();
            time.as_secs_f64() * 1e3
        };
        let total = self.total().as_secs_f64();
        let (pages, megabytes) = (self.times.len() as f64 / total, bytes as f64 / 1e6 / total);
        let (times, p50, p99, max) = (total / first, ms(0.5), ms(0.99), ms(1.0));
        println!(
            "| {name} | {total:.2} | {pages:.0} | {megabytes:.0} | {times:.2} | {p50:.2} | {p99:.1} | {max:.0} | {} |",
            self.failed
        );
    }
}
