//! Trains the labeller: labelled pages in, `model/*.bin` and cross-validated predictions out.
//!
//! Data: folders with a `manifest.jsonl`, one `{"id","url","file","gold":{"text":…}}` a line. Folds are split by registrable domain. The lexicon, and
//! the scores that round two sees in training, always come from the other folds.

mod align;
mod gbdt;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::Parser;
use gbdt::{Binned, Params};
use gleaner::document::ContainerId;
use gleaner::label::evidence::Evidence;
use gleaner::label::features::first_round;
use gleaner::label::lexicon::{Level, Lexicon, key, text_words};
use gleaner::label::matrix::Matrix;
use gleaner::label::model::{Forest, Model};
use gleaner::label::second_round::second_round;
use gleaner::label::{self, Verdict};
use gleaner::page::{self, Format, Hints, Page};
use gleaner::rules::RuleSet;
use rayon::prelude::*;

/// Trains the labeller from labelled pages.
#[derive(Parser)]
struct Args {
    /// Folders with a manifest.jsonl; `DIR=WEIGHT` weighs a set's pages.
    #[arg(required = true)]
    datasets: Vec<String>,
    /// Where the model is written.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Where cross-validated predictions are written, one JSON line a page of every set.
    #[arg(long)]
    predictions: Option<PathBuf>,
    /// Folds.
    #[arg(long, default_value_t = 4)]
    folds: usize,
    /// Trees of each round.
    #[arg(long, default_value_t = 40)]
    trees: usize,
    /// Leaves of a tree.
    #[arg(long, default_value_t = 16)]
    leaves: usize,
    /// Share of pages on which each group of learned words is unknown.
    #[arg(long, default_value_t = 0.4)]
    dropout: f32,
    /// Learning rate.
    #[arg(long, default_value_t = 0.15)]
    rate: f32,
}

/// A labelled page.
struct Sample {
    set: String,
    id: String,
    page: Page,
    fold: usize,
    labels: Vec<f32>,
    weight: f32,
    /// Scored, but not trained on: its gold is missing or does not fit the page.
    only_scored: bool,
}

fn main() {
    let args = Args::parse();
    let rules = RuleSet::embedded().expect("the embedded rules load");
    let samples: Vec<Sample> = args.datasets.iter().flat_map(|set| read_set(set, args.folds, &rules)).collect();
    let evidence: Vec<Evidence<'_>> = samples.par_iter().map(|sample| Evidence::gather(&sample.page, &rules)).collect();
    let blocks: usize = samples.iter().map(|s| s.labels.len()).sum();
    eprintln!("{} pages, {} for training, {blocks} blocks", samples.len(), samples.iter().filter(|s| !s.only_scored).count());
    let trainer = Trainer { args: &args, samples: &samples, evidence: &evidence };
    let outer: Vec<usize> = (0..args.folds).collect();
    let mut predictions: Vec<Vec<f32>> = vec![Vec::new(); samples.len()];
    if args.predictions.is_some() {
        for fold in &outer {
            let model = trainer.train(|sample| sample.fold != *fold);
            let found: Vec<(usize, Vec<f32>)> = (0..samples.len())
                .into_par_iter()
                .filter(|index| samples[*index].fold == *fold)
                .map(|index| (index, predict(&model, &samples[index].page, &evidence[index])))
                .collect();
            found.into_iter().for_each(|(index, scores)| predictions[index] = scores);
            eprintln!("fold {fold} done");
        }
        report(&samples, &predictions);
    }
    if let Some(path) = &args.predictions {
        let lines: Vec<String> =
            samples.par_iter().zip(&predictions).map(|(sample, scores)| line(sample, scores, &rules)).collect();
        std::fs::write(path, lines.join("\n")).expect("the predictions can be written");
    }
    if let Some(path) = &args.out {
        let model = trainer.train(|_| true);
        std::fs::write(path, model.to_bytes()).expect("the model can be written");
        eprintln!("{}: {} words, {} bytes", path.display(), model.lexicon.len(), model.to_bytes().len());
    }
}

/// A page's cross-validated text, and its blocks with score, text, the rule that dropped it and the label.
fn line(sample: &Sample, scores: &[f32], rules: &RuleSet) -> String {
    let evidence = Evidence::gather(&sample.page, rules);
    let labelled = label::decide(&sample.page, evidence, scores);
    let blocks: Vec<_> = (sample.page.blocks.iter().zip(scores))
        .zip(labelled.verdicts.iter().zip(&sample.labels))
        .map(|((block, score), (verdict, label))| {
            let removed = match verdict {
                Verdict::Removed(removal) => removal.rule.0.as_str(),
                Verdict::Kept { .. } => "",
            };
            serde_json::json!([score, block.text, removed, label])
        })
        .collect();
    let kept: Vec<&str> = labelled.kept().map(|(index, _)| sample.page.blocks[index].text.as_str()).collect();
    serde_json::json!({"set": sample.set, "id": sample.id, "text": kept.join("\n\n"), "confidence": labelled.confidence, "blocks": blocks}).to_string()
}

/// Block-level F1 by mass at the usual threshold: a quick look, not the yardstick.
fn report(samples: &[Sample], predictions: &[Vec<f32>]) {
    let mut by_set: HashMap<&str, (f32, f32)> = HashMap::new();
    for (sample, scores) in samples.iter().zip(predictions).filter(|(sample, _)| !sample.only_scored) {
        let (mut hits, mut taken, mut story) = (0.0f32, 0.0f32, 0.0f32);
        for ((block, label), score) in sample.page.blocks.iter().zip(&sample.labels).zip(scores) {
            let mass = block.chars() as f32;
            story += label * mass;
            taken += if *score >= 0.5 { mass } else { 0.0 };
            hits += if *score >= 0.5 { label * mass } else { 0.0 };
        }
        let slot = by_set.entry(&sample.set).or_default();
        slot.0 += if taken + story > 0.0 { 2.0 * hits / (taken + story) } else { 1.0 };
        slot.1 += 1.0;
    }
    let mut sets: Vec<_> = by_set.into_iter().collect();
    sets.sort_by_key(|(set, _)| *set);
    sets.iter().for_each(|(set, (sum, count))| eprintln!("{set}: F1 {:.4} on {count} pages", sum / count));
}

fn read_set(argument: &str, folds: usize, rules: &RuleSet) -> Vec<Sample> {
    let (folder, weight) = argument
        .split_once('=')
        .map_or((argument, 1.0), |(folder, weight)| (folder, weight.parse().expect("a weight is a number")));
    let folder = Path::new(folder);
    let set = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let manifest = std::fs::read_to_string(folder.join("manifest.jsonl")).expect("a dataset has a manifest.jsonl");
    let lines: Vec<&str> = manifest.lines().filter(|line| !line.trim().is_empty()).collect();
    lines.par_iter().filter_map(|line| read_sample(folder, &set, line, folds, weight, rules)).collect()
}

fn read_sample(folder: &Path, set: &str, line: &str, folds: usize, weight: f32, rules: &RuleSet) -> Option<Sample> {
    let entry: serde_json::Value = serde_json::from_str(line).expect("a manifest line is JSON");
    let url = entry["url"].as_str().and_then(|url| url.parse::<url::Url>().ok());
    let bytes = std::fs::read(folder.join(entry["file"].as_str()?)).ok()?;
    let page = page::read(&bytes, Hints { content_type: None, url: url.as_ref() }, &page::Config::default()).ok()?;
    let gold = entry["gold"]["text"].as_str().unwrap_or_default();
    let evidence = Evidence::gather(&page, rules);
    let folded: Vec<&str> = evidence.facts.iter().map(|facts| facts.folded.as_str()).collect();
    let labels = align::labels(&folded, gold);
    let other_kind = entry["gold"]["page_type"].as_str().is_some_and(|kind| kind != "article");
    let covered = align::coverage(&folded, &labels, gold);
    let site = url.as_ref().and_then(gleaner::base::url::site).unwrap_or_else(|| entry["id"].to_string());
    let fold = (xxhash_rust::xxh3::xxh3_64(site.as_bytes()) % folds as u64) as usize;
    drop(evidence);
    Some(Sample {
        set: set.to_string(),
        id: entry["id"].as_str()?.to_string(),
        fold,
        only_scored: gold.is_empty() || covered < 0.5 || other_kind,
        page,
        labels,
        weight,
    })
}

struct Trainer<'a> {
    args: &'a Args,
    samples: &'a [Sample],
    evidence: &'a [Evidence<'a>],
}

impl Trainer<'_> {
    /// A model from the samples that pass. Words and round one's scores come from inner folds.
    fn train(&self, passes: impl Fn(&Sample) -> bool) -> Model {
        let chosen: Vec<usize> =
            (0..self.samples.len()).filter(|index| !self.samples[*index].only_scored && passes(&self.samples[*index])).collect();
        // An inner fold is drawn from the id, so that an outer fold's absence leaves the inner ones even.
        let inner = |index: usize| {
            (xxhash_rust::xxh3::xxh3_64_with_seed(self.site(index).as_bytes(), 7) % self.args.folds as u64) as usize
        };
        let lexicons: Vec<Lexicon> = (0..self.args.folds)
            .into_par_iter()
            .map(|fold| {
                learn_words(
                    chosen
                        .iter()
                        .filter(|index| inner(**index) != fold)
                        .map(|index| (&self.samples[*index], &self.evidence[*index])),
                )
            })
            .collect();
        let empty = Lexicon::default();
        let first: Vec<Matrix> = chosen
            .par_iter()
            .map(|index| {
                let draw = xxhash_rust::xxh3::xxh3_64_with_seed(self.samples[*index].id.as_bytes(), 11) as f32 / u64::MAX as f32;
                let lexicon = if draw < self.args.dropout { &empty } else { &lexicons[inner(*index)] };
                first_round(&self.samples[*index].page, &self.evidence[*index], lexicon)
            })
            .collect();
        let scores: Vec<Vec<f32>> = {
            let mut scores = vec![Vec::new(); chosen.len()];
            for fold in 0..self.args.folds {
                let forest = self.fit(&chosen, &first, |index| inner(index) != fold, 1);
                for (slot, (index, matrix)) in scores.iter_mut().zip(chosen.iter().zip(&first)) {
                    if inner(*index) == fold {
                        *slot = (0..matrix.rows()).map(|row| forest.probability(matrix.row(row))).collect();
                    }
                }
            }
            scores
        };
        let second: Vec<Matrix> = chosen
            .par_iter()
            .zip(first.par_iter().zip(&scores))
            .map(|(index, (first, scores))| second_round(&self.samples[*index].page, &self.evidence[*index], first, scores))
            .collect();
        Model {
            lexicon: learn_words(chosen.iter().map(|index| (&self.samples[*index], &self.evidence[*index]))),
            first: self.fit(&chosen, &first, |_| true, 1),
            second: self.fit(&chosen, &second, |_| true, 2),
        }
    }

    fn site(&self, index: usize) -> String {
        let page = &self.samples[index].page;
        page.head.url.as_ref().and_then(gleaner::base::url::site).unwrap_or_else(|| self.samples[index].id.clone())
    }

    fn fit(&self, chosen: &[usize], matrices: &[Matrix], passes: impl Fn(usize) -> bool, round: u64) -> Forest {
        let (mut rows, mut labels, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for (index, matrix) in chosen.iter().zip(matrices).filter(|(index, _)| passes(**index)) {
            let sample = &self.samples[*index];
            let own = block_weights(sample);
            rows.extend((0..matrix.rows()).map(|row| matrix.row(row)));
            labels.extend_from_slice(&sample.labels);
            weights.extend(own.iter().map(|weight| weight * sample.weight));
        }
        let params = Params {
            trees: self.args.trees,
            leaves: self.args.leaves,
            rate: self.args.rate,
            min_weight: 20.0,
            lambda: 1.0,
            columns: 0.6,
            seed: round,
        };
        gbdt::train(&Binned::of(&rows), &labels, &weights, params)
    }
}

/// Weight of a block: the root of its length; long pages count for more than short ones, but not by their length.
fn block_weights(sample: &Sample) -> Vec<f32> {
    let own: Vec<f32> = sample.page.blocks.iter().map(|block| ((block.chars() as f32 / 40.0).sqrt() + 0.2).min(6.0)).collect();
    let sum: f32 = own.iter().sum::<f32>().max(1e-3);
    own.iter().map(|weight| weight / sum.sqrt() * 10.0).collect()
}

/// Log-odds of words: each counts once a page, by the share of its blocks that are story; rare ones are left out, all are shrunk.
fn learn_words<'s>(samples: impl Iterator<Item = (&'s Sample, &'s Evidence<'s>)>) -> Lexicon {
    let mut counts: HashMap<u32, (f32, f32)> = HashMap::new();
    for (sample, evidence) in samples {
        let mut page: HashMap<u32, (f32, f32)> = HashMap::new();
        for (index, block) in sample.page.blocks.iter().enumerate() {
            let label = sample.labels[index];
            let mut seen = |key: u32| {
                let slot = page.entry(key).or_default();
                slot.0 += label;
                slot.1 += 1.0 - label;
            };
            text_words(&evidence.facts[index].folded, |word| seen(key(Level::Text, word)));
            if sample.page.format == Format::Html {
                let mut at = block.container;
                for distance in 0..12 {
                    let Some(container) = sample.page.containers.get(at.index()) else { break };
                    container
                        .tokens
                        .split(' ')
                        .filter(|word| !word.is_empty())
                        .for_each(|word| seen(key(Level::of_distance(distance), word)));
                    if at == ContainerId::ROOT {
                        break;
                    }
                    at = container.parent;
                }
            }
        }
        for (key, (story, other)) in page {
            let slot = counts.entry(key).or_default();
            slot.0 += story / (story + other);
            slot.1 += other / (story + other);
        }
    }
    let (story, other) = counts.values().fold((1.0, 1.0), |sum: (f32, f32), (a, b)| (sum.0 + a, sum.1 + b));
    let odds = |a: f32, b: f32| ((a + 1.0) / story).ln() - ((b + 1.0) / other).ln();
    Lexicon::new(counts.into_iter().filter(|(_, (a, b))| a + b >= 4.0).map(|(key, (a, b))| (key, odds(a, b))))
}

fn predict(model: &Model, page: &Page, evidence: &Evidence<'_>) -> Vec<f32> {
    let first = first_round(page, evidence, &model.lexicon);
    let scores: Vec<f32> = (0..first.rows()).map(|row| model.first.probability(first.row(row))).collect();
    let second = second_round(page, evidence, &first, &scores);
    (0..second.rows()).map(|row| model.second.probability(second.row(row))).collect()
}
