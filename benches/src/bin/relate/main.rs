//! Measures how well near duplicates are found, on edited copies of texts whose relations are known, and how fast.
//!
//! `cargo run --release -p gleaner-bench --bin relate -- MANIFEST…` reads the gold texts of manifests (`gold.text` or `gold.paragraphs`); without any,
//! the texts are the project's own (`extract/tests/pages`). `--seed N`. `--write FILE` writes the copies as lines of JSON, and `--score FILE` reads
//! pairs that another program found among them (`[a, b]` a line). `--relations FILE` writes what gleaner finds. `--speed N` measures the time, memory and disk that N invented documents take
//! instead.

#![expect(clippy::print_stdout, reason = "the figures are its output")]

mod input;
mod speed;

use std::error::Error;
use std::time::Instant;

use gleaner_bench::copies::find::{found, relations};
use gleaner_bench::copies::{Class, Copies, Found, Random, Score, Script, gold_texts};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Texts of a script of which copies are made, at most.
const MAX_ORIGINALS: usize = 250;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = input::Arguments::read()?;
    if let Some(documents) = arguments.speed {
        return speed::measure(documents, arguments.seed);
    }
    let copies = Copies::make(gold_texts(&arguments.manifests)?, arguments.seed, MAX_ORIGINALS);
    if let Some(path) = &arguments.write {
        return input::write(path, &copies);
    }
    if let Some(path) = &arguments.relations {
        return input::write_relations(path, &copies);
    }
    println!("{} texts", copies.texts.len());
    if let Some(path) = &arguments.score {
        print(&copies, &Score::new(&copies, &input::pairs(path, copies.texts.len())?));
        return Ok(());
    }
    let texts: Vec<&str> = copies.texts.iter().map(|text| text.text.as_str()).collect();
    let order: Vec<usize> = (0..texts.len()).collect();
    let start = Instant::now();
    let all = relations(&texts, &order, 1);
    println!("{:.0} texts/s in memory", texts.len() as f64 / start.elapsed().as_secs_f64());
    let in_one: Found = found(&all, texts.len());
    print(&copies, &Score::new(&copies, &in_one));
    let mut random = Random::new(arguments.seed);
    for runs in [1, 5, 20] {
        let mut order = order.clone();
        random.shuffle(&mut order);
        let other = relations(&texts, &order, runs);
        let is_same = found(&other, texts.len()).clusters == in_one.clusters;
        let different = all.iter().filter(|one| other.binary_search(one).is_err()).count()
            + other.iter().filter(|one| all.binary_search(one).is_err()).count();
        println!("another order, {runs} runs: {different} of {} relations differ, the same clusters: {is_same}", all.len());
    }
    Ok(())
}

fn print(copies: &Copies, score: &Score) {
    print!("{:18}", "recall");
    Script::ALL.iter().for_each(|script| print!(" {:>10}", format!("{script:?}")));
    println!("        all");
    for class in Class::ALL {
        print!("{:18}", format!("{class:?}"));
        Script::ALL.iter().for_each(|script| print!(" {:>10.4}", score.recall_of(|c, s| c == *class && s == *script)));
        println!(" {:>10.4}", score.recall_of(|c, _| c == *class));
    }
    print!("{:18}", "all");
    Script::ALL.iter().for_each(|script| print!(" {:>10.4}", score.recall_of(|_, s| s == *script)));
    println!(" {:>10.4}", score.recall_of(|_, _| true));
    let (right, all) = score.precision;
    println!("precision {:.4} ({right} of {all}), cluster F1 {:.4} {:?}", score.precision(), score.cluster_f1(), score.clusters);
    for (a, b) in score.wrong.iter().take(10) {
        if let (Some(a), Some(b)) = (copies.texts.get(*a), copies.texts.get(*b)) {
            println!("wrong: {:?} {:?} and {:?} {:?}", a.script, a.part, b.script, b.part);
        }
    }
}
