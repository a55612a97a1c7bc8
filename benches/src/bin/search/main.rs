//! Measures full-text search: the time of queries, the size of the index, and the share of indexing in the time of an ingest.
//!
//! `cargo run --release -p gleaner-bench --bin search -- N` writes N invented documents in eight scripts to a corpus in the temporary folder, which is
//! removed at the end; `--keep DIR` keeps it in a folder, and uses what is there already.

#![expect(clippy::print_stdout, reason = "the figures are its output")]

mod corpus;
mod queries;
mod texts;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gleaner::search::{FacetKind, Filter, Order, Page, Query};
use gleaner::store::{CorpusReader, Layout};
use gleaner_bench::copies::Random;
use gleaner_extract::article::clean::{CleanContext, PageLocation};
use gleaner_extract::article::isolate::clean_isolated;
use gleaner_extract::base::search_tokens::SearchText;
use gleaner_extract::document::{Origin, RawDocument};
use gleaner_extract::page;
use gleaner_extract::rules::RuleSet;
use rusqlite::Connection;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Queries of each kind.
const QUERIES: usize = 300;

/// Pages that are cleaned, and documents that are indexed apart, for the shares of the time.
const SAMPLE: usize = 2_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let documents: usize = arguments.next().ok_or("give the number of documents")?.parse()?;
    let kept = arguments.next().filter(|option| option == "--keep").and(arguments.next()).map(PathBuf::from);
    let folder = kept.clone().unwrap_or_else(|| std::env::temp_dir().join(format!("gleaner-search-{}", std::process::id())));
    let measured = measure(&folder, documents);
    if kept.is_none() {
        std::fs::remove_dir_all(&folder)?;
    }
    measured
}

fn measure(folder: &Path, documents: usize) -> Result<(), Box<dyn Error>> {
    let layout = Layout::at(folder);
    if !index_of(&layout).is_file() {
        std::fs::create_dir_all(folder)?;
        let (took, bytes) = corpus::write(&layout, documents)?;
        println!("{documents} documents, {:.0} MB of text", bytes as f64 / 1e6);
        shares(took, documents)?;
        sizes(&layout, bytes)?;
    }
    let reader = CorpusReader::open(&layout)?;
    times(&reader, documents)?;
    lists(&reader)
}

/// The share of indexing in an ingest on one thread.
fn shares(put: Duration, documents: usize) -> Result<(), Box<dyn Error>> {
    let sample = SAMPLE.min(documents);
    let rules = RuleSet::embedded()?;
    let limits = page::Config::default();
    let pages: Vec<RawDocument> =
        (0..sample).map(|number| RawDocument::local(Origin::Stdin, corpus::page(number).into_bytes())).collect();
    let start = Instant::now();
    for page in &pages {
        let context = CleanContext { rules: &rules, limits: &limits, now: None, sites: None };
        clean_isolated(page, PageLocation::default(), context)?;
    }
    let clean = start.elapsed() / sample as u32;
    let texts: Vec<(String, String)> = (0..sample).map(|number| (corpus::title(number), corpus::text(number))).collect();
    let db = Connection::open("")?;
    let table =
        "CREATE VIRTUAL TABLE fts USING fts5 (title, body, variants, content = '', contentless_delete = 1, tokenize = 'ascii')";
    db.execute_batch(table)?;
    let start = Instant::now();
    db.execute_batch("BEGIN")?;
    for (title, text) in &texts {
        let (title, body) = (SearchText::of(title), SearchText::of(text));
        db.prepare_cached("INSERT INTO fts (title, body, variants) VALUES (?1, ?2, ?3)")?.execute((
            title.tokens,
            body.tokens,
            [title.variants, body.variants].join(" "),
        ))?;
    }
    db.execute_batch("COMMIT")?;
    let index = start.elapsed() / sample as u32;
    let put = put / documents as u32;
    let share = 100.0 * index.as_secs_f64() / (clean + put).as_secs_f64();
    println!(
        "a document: cleaning {:.2} ms, storing {:.2} ms, of which full text {:.2} ms: {share:.0} % of both",
        ms(clean),
        ms(put),
        ms(index)
    );
    Ok(())
}

fn sizes(layout: &Layout, text: u64) -> Result<(), Box<dyn Error>> {
    let db = Connection::open(index_of(layout))?;
    let whole = std::fs::metadata(index_of(layout))?.len();
    let of = |name: &str| -> Result<i64, rusqlite::Error> {
        db.query_row("SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name GLOB ?1", [name], |row| row.get(0))
    };
    let of_text = |bytes: i64| bytes as f64 / text as f64;
    print!("index {:.0} MB, {:.2} of the text", whole as f64 / 1e6, whole as f64 / text as f64);
    if let Ok(fts) = of("fts_*") {
        let filters = of("attributes*")? + of("labels*")? + of("names*")?;
        print!(": full text {:.2}, filters {:.2}, fingerprints {:.2}", of_text(fts), of_text(filters), of_text(of("texts*")?));
    }
    println!();
    Ok(())
}

fn times(reader: &CorpusReader, documents: usize) -> Result<(), Box<dyn Error>> {
    let mut random = Random::new(7);
    let mut all = Vec::new();
    println!("{:16} {:>8} {:>8} {:>8} {:>10} {:>9}", "ten hits", "p50 ms", "p95 ms", "max ms", "matches", "none");
    for kind in queries::KINDS {
        let (mut times, mut matches, mut none) = (Vec::new(), 0, 0);
        while times.len() < QUERIES {
            let asked = queries::query(kind, documents, &mut random);
            let Ok(query) = Query::parse(&asked.text) else { continue };
            let start = Instant::now();
            let found = reader.search(&query, &asked.filter, asked.order, Page { offset: 0, limit: 10 })?;
            times.push(start.elapsed());
            matches += found.total;
            none += usize::from(found.total == 0);
        }
        all.extend_from_slice(&times);
        print(kind, times);
        println!(" {:>10} {none:>9}", matches / QUERIES as u64);
    }
    print("all", all);
    println!();
    Ok(())
}

fn lists(reader: &CorpusReader) -> Result<(), Box<dyn Error>> {
    let mut random = Random::new(9);
    let filters: Vec<(&str, Filter)> = vec![
        ("no filter", Filter::default()),
        ("site", Filter { sites: vec![corpus::site(random.below(1_000))], ..Filter::default() }),
        ("rare author", Filter { authors: vec!["Author 2900".to_owned()], ..Filter::default() }),
        ("language", Filter { languages: vec!["zh".to_owned()], ..Filter::default() }),
    ];
    println!("{:16} {:>8} {:>8} {:>8} {:>8}", "list, ms", "newest", "name", "count", "facets");
    let columns = reader.facet_columns()?;
    for (name, filter) in filters {
        let time = |run: &dyn Fn() -> Result<(), gleaner::store::Error>| -> Result<f64, gleaner::store::Error> {
            let start = Instant::now();
            run()?;
            Ok(ms(start.elapsed()))
        };
        let newest = time(&|| reader.select(&filter, Order::Newest).take(20).try_for_each(|found| found.map(drop)))?;
        let by_name = time(&|| reader.select(&filter, Order::Name).take(20).try_for_each(|found| found.map(drop)))?;
        let count = time(&|| reader.count(&filter).map(drop))?;
        let facets = time(&|| reader.facets(&columns, None, &filter, FacetKind::ALL, 20).map(drop))?;
        println!("{name:16} {newest:>8.1} {by_name:>8.1} {count:>8.1} {facets:>8.1}");
    }
    let start = Instant::now();
    let count = reader.select(&Filter::default(), Order::Name).filter(Result::is_ok).count();
    println!("all {count} documents listed in {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn print(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at =
        |percent: usize| times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().map_or(0.0, ms);
    print!("{name:16} {:>8.1} {:>8.1} {:>8.1}", at(50), at(95), at(100));
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn index_of(layout: &Layout) -> PathBuf {
    layout.state.join("index.db")
}
