//! Time, memory and disk by the number of documents.
//!
//! The documents are invented; one in seven is an edited copy of one before it, and one in ten has one of a hundred agency notices.

use std::error::Error;
use std::fs;
use std::time::{Duration, Instant};

use gleaner::relate::memory::MemoryTexts;
use gleaner::relate::tables::{self, TextTable};
use gleaner::relate::{Changes, MAX_TEXTS, settle};
use gleaner_bench::copies::{Class, Random, Script, edited, invented_text};
use gleaner_extract::article::fingerprint::{fingerprint, tokens_sha256};
use gleaner_extract::base::hash::ContentHash;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rusqlite::Connection;

/// Documents that are added together.
const BATCH: usize = 10_000;

/// The text of a document. It is made again whenever it is needed, so that texts take no memory.
fn document(number: usize, seed: u64) -> String {
    let mut random = Random::new(seed ^ (number as u64).wrapping_mul(0x9e37_79b9));
    let original = |number: usize| {
        let mut random = Random::new(seed ^ 0xabc ^ (number as u64).wrapping_mul(0x517c_c1b7));
        let length = 150 + random.below(500);
        invented_text(Script::Latin, length, &mut random)
    };
    let mut text = original(number);
    if number > 0 && random.chance(1.0 / 7.0) {
        let class = random.pick(Class::ALL).copied().unwrap_or(Class::Words5);
        text = edited(class, &original(random.below(number)), &mut random);
    }
    if random.chance(0.1) {
        let mut notice = Random::new(random.below(100) as u64);
        text = format!("{text}\n\n{}", invented_text(Script::Latin, 40, &mut notice));
    }
    text
}

/// Measures, and prints the figures as they grow.
pub fn measure(documents: usize, seed: u64) -> Result<(), Box<dyn Error>> {
    in_memory(documents.min(50_000), seed);
    let path = std::env::temp_dir().join(format!("gleaner-relate-{}.db", std::process::id()));
    let size = || fs::metadata(&path).map_or(0.0, |file| file.len() as f64 / 1e6);
    let db = Connection::open(&path)?;
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")?;
    db.execute_batch(tables::TABLES)?;
    // Where the store would read the clean text, the text is made.
    let numbers = std::cell::RefCell::new(std::collections::HashMap::new());
    let read =
        |tokens: ContentHash| Ok::<_, TableError>(numbers.borrow().get(&tokens.leading()).map(|number| document(*number, seed)));
    let (mut spent, mut added) = (Duration::ZERO, Vec::new());
    for first in (0..documents).step_by(BATCH) {
        let batch: Vec<(usize, String)> =
            (first..documents.min(first + BATCH)).map(|number| (number, document(number, seed))).collect();
        let start = Instant::now();
        let described: Vec<_> =
            batch.par_iter().map(|(number, text)| (*number, tokens_sha256(text), fingerprint(text))).collect();
        db.execute_batch("BEGIN")?;
        for (number, tokens, fingerprint) in &described {
            if let Some(tokens) = tokens {
                added.extend(tables::add(&db, tokens, fingerprint, MAX_TEXTS)?.number());
                numbers.borrow_mut().insert(tokens.leading(), *number);
            }
        }
        db.execute_batch("COMMIT")?;
        spent += start.elapsed();
        let count = first + batch.len();
        if count.is_power_of_two() || count.is_multiple_of(50_000) || count == documents {
            report(&format!("{count} documents added"), count, spent, size());
        }
    }
    let start = Instant::now();
    let failed = |error: &rusqlite::Error| TableError(error.to_string());
    let table = TextTable { db: &db, read: &read, failed: &failed };
    let mut hot = tables::hot(&db)?;
    let settled = settle(&table, &mut hot, &Changes { added, removed: Vec::new() })?;
    db.execute_batch("BEGIN")?;
    tables::write(&db, &settled)?;
    db.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE);")?;
    println!("{} relations, {} hot hashes; making the compared texts again is part of the time", settled.pairs.len(), hot.len());
    report("settled", documents, spent + start.elapsed(), size());
    fs::remove_file(&path)?;
    Ok(())
}

#[derive(Debug)]
struct TableError(String);

impl std::fmt::Display for TableError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for TableError {}

fn in_memory(documents: usize, seed: u64) {
    let texts: Vec<String> = (0..documents).map(|number| document(number, seed)).collect();
    let start = Instant::now();
    let mut collection = MemoryTexts::default();
    collection.add(&texts);
    collection.settle();
    let seconds = start.elapsed().as_secs_f64();
    println!("{documents} in memory: {:.0} documents/s, {} relations", documents as f64 / seconds, collection.pairs().len());
}

fn report(what: &str, documents: usize, spent: Duration, megabytes: f64) {
    let speed = documents as f64 / spent.as_secs_f64();
    let memory = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = |name: &str| {
        let line = memory.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<f64>().ok()
    };
    let resident = peak("VmRSS").unwrap_or_default() / 1e3;
    println!("{what}: {speed:.0} documents/s, {resident:.0} MB in memory, {megabytes:.0} MB on disk");
}
