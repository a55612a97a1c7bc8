//! Measures how much of the boilerplate of generated sites is removed because it recurs, and how much of their stories is lost.
//!
//! `cargo run --release -p gleaner-bench --bin sites -- MANIFEST…` makes the stories of the gold texts of manifests (`gold.text` or `gold.paragraphs`);
//! without any, of the project's own (`extract/tests/pages`). `--seed N`; `--sites N`.

#![expect(clippy::print_stdout, reason = "the figures are its output")]

use std::error::Error;
use std::path::PathBuf;

use gleaner_bench::copies::{Random, Script, gold_texts};
use gleaner_bench::sites::Site;
use gleaner_bench::sites::measure::Score;
use gleaner_extract::rules::RuleSet;

fn main() -> Result<(), Box<dyn Error>> {
    let (mut manifests, mut seed, mut sites): (Vec<PathBuf>, u64, usize) = (Vec::new(), 15, 40);
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        let mut value = || given.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--seed" => seed = value()?.parse()?,
            "--sites" => sites = value()?.parse()?,
            _ => manifests.push(argument.into()),
        }
    }
    let rules = RuleSet::embedded()?;
    let mut random = Random::new(seed);
    let mut texts = gold_texts(&manifests)?;
    random.shuffle(&mut texts);
    let (mut without, mut with) = ([Score::default(); 2], [Score::default(); 2]);
    for number in 0..sites {
        let script = Script::ALL.get(number % Script::ALL.len()).copied().unwrap_or(Script::Latin);
        let mut fitting = Vec::new();
        texts.retain(|text| {
            let fits = fitting.len() < 25 && Script::of(text) == Some(script);
            fitting.extend(fits.then(|| text.clone()));
            !fits
        });
        let site = Site::make(number, script, &mut fitting.into_iter(), &mut random);
        let kind = number / Script::ALL.len() % 2;
        let (Some(without), Some(with)) = (without.get_mut(kind), with.get_mut(kind)) else { continue };
        let (mut alone, mut known) = (Score::default(), Score::default());
        Score::add(&mut alone, &mut known, &site, &rules);
        println!("{:16} {:10} {alone}\n{:27} {known}", site.domain, format!("{script:?}"), "");
        without.merge(&alone);
        with.merge(&known);
    }
    for (kind, (without, with)) in ["pages", "dumps"].iter().zip(without.iter().zip(&with)) {
        println!("{kind}, without tables: {without}\n{kind}, with tables:    {with}");
    }
    Ok(())
}
