//! Trains the labeller: labelled pages in, `model/*.bin` and cross-validated predictions out. Also the linear models beside it, which choose headlines
//! (`headlines`) and tell lists of teasers (`lists`).
//!
//! Data: folders with a `manifest.jsonl`, one `{"id","url","file","gold":{…}}` a line. Folds are split by registrable domain. The lexicon, and
//! the scores that round two sees in training, always come from the other folds.

#![expect(
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a program for maintainers: it reports progress and stops at what is wrong"
)]

mod align;
mod augment;
mod gbdt;
mod headlines;
mod lists;
mod logit;
mod sample;
mod trainer;
mod words;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::Parser;
use gleaner_extract::label::model::Scores;
use gleaner_extract::label::signals::PageSignals;
use gleaner_extract::label::{self, Verdict};
use gleaner_extract::page::Format;
use gleaner_extract::rules::RuleSet;
use rayon::prelude::*;
use sample::Sample;
use trainer::Trainer;

/// Trains the labeller from labelled pages.
#[derive(Parser)]
pub struct Args {
    /// Folders with a manifest.jsonl; `DIR=WEIGHT` weighs a set's pages.
    #[arg(required = true)]
    datasets: Vec<String>,
    /// Where the model is written.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Where cross-validated predictions are written, one JSON line a page of every set.
    #[arg(long)]
    predictions: Option<PathBuf>,
    /// Predictions of an earlier run: their scores are taken instead of training, for trying decisions.
    #[arg(long)]
    replay: Option<PathBuf>,
    /// Predictions of an earlier run on pages: those without gold that it was sure of are trained on as it labelled them, for text dumps one line a block.
    #[arg(long)]
    silver: Option<PathBuf>,
    /// Train on the pages of the datasets only, and make none from them: quicker, and good enough for labels that only sure pages give.
    #[arg(long)]
    plain: bool,
    /// Learn the choice of headlines instead, and write its weights there. Labels come from `--replay` where it is given, else from the model that is
    /// built in.
    #[arg(long)]
    headlines: Option<PathBuf>,
    /// Learn to tell lists of teasers instead, and write the weights there. Scores come from `--replay`.
    #[arg(long)]
    lists: Option<PathBuf>,
    /// The penalty on large weights of these two, for features scaled to a deviation of one.
    #[arg(long, default_value_t = 0.06)]
    penalty: f64,
    /// Folds.
    #[arg(long, default_value_t = 4)]
    folds: usize,
    /// Trees of each round.
    #[arg(long, default_value_t = 50)]
    trees: usize,
    /// Leaves of a tree.
    #[arg(long, default_value_t = 20)]
    leaves: usize,
    /// Share of pages on which each group of learned words is unknown.
    #[arg(long, default_value_t = 0.4)]
    dropout: f32,
    /// Learning rate.
    #[arg(long, default_value_t = 0.13)]
    rate: f32,
    /// Weight of articles in the part for other pages; 0 leaves out that part.
    #[arg(long, default_value_t = 0.3)]
    mixed: f32,
    /// Weight of pages of which only some blocks are labelled, or whose labels come from their own JSON-LD.
    #[arg(long, default_value_t = 1.0)]
    partial: f32,
}

fn main() {
    let args = Args::parse();
    let rules = RuleSet::embedded().expect("the embedded rules load");
    if let Some(out) = &args.headlines {
        return headlines::learn(&args, out, &rules);
    }
    if let Some(out) = &args.lists {
        return lists::learn(&args, out, &rules);
    }
    let silver = args.silver.as_deref().map(sample::read_silver).unwrap_or_default();
    let mut samples: Vec<Sample> = args.datasets.iter().flat_map(|set| sample::read_set(set, &args, &silver, &rules)).collect();
    // One model reads one format: a file of the other kind among the pages has other columns.
    let format = samples.first().map_or(Format::Html, |sample| sample.page.format);
    if format == Format::Text {
        let mut names: Vec<_> = silver.iter().collect();
        names.sort_by_key(|(name, _)| *name);
        samples.extend(names.into_iter().filter_map(|(name, silver)| sample::dump_of(name, silver, &args, &rules)));
    }
    samples.retain(|sample| sample.page.format == format);
    if !args.plain {
        samples.extend(augment::made_from(&samples, &rules));
    }
    let evidence: Vec<PageSignals<'_>> = samples.par_iter().map(|sample| PageSignals::gather(&sample.page, &rules)).collect();
    let blocks: usize = samples.iter().map(|s| s.labels.story.len()).sum();
    eprintln!("{} pages, {} for training, {blocks} blocks", samples.len(), samples.iter().filter(|s| s.weight > 0.0).count());
    let trainer = Trainer { args: &args, samples: &samples, evidence: &evidence };
    if let Some(path) = &args.predictions {
        let predictions = match &args.replay {
            Some(earlier) => replay(earlier, &samples),
            None => cross_validate(&trainer),
        };
        report(&samples, &predictions);
        let outcomes: Vec<Outcome> = samples
            .par_iter()
            .zip(&predictions)
            .filter(|(s, _)| !s.made)
            .map(|(sample, scores)| decide(sample, scores, &rules))
            .collect();
        calibration(&outcomes);
        let lines: Vec<&str> = outcomes.iter().map(|outcome| outcome.line.as_str()).collect();
        std::fs::write(path, lines.join("\n")).expect("the predictions can be written");
    }
    if let Some(path) = &args.out {
        let bytes = trainer.train(|_| true).to_bytes();
        std::fs::write(path, &bytes).expect("the model can be written");
        eprintln!("{}: {} bytes", path.display(), bytes.len());
    }
}

/// The scores of every page by a model that saw no page of its site.
fn cross_validate(trainer: &Trainer<'_>) -> Vec<Scores> {
    let mut predictions = vec![Scores::default(); trainer.samples.len()];
    for fold in 0..trainer.args.folds {
        let model = trainer.train(|sample| sample.fold != fold);
        let found: Vec<(usize, Scores)> = (0..trainer.samples.len())
            .into_par_iter()
            .filter(|index| trainer.samples[*index].fold == fold && !trainer.samples[*index].made)
            .map(|index| (index, model.scores(&trainer.samples[index].page, &trainer.evidence[index])))
            .collect();
        found.into_iter().for_each(|(index, scores)| predictions[index] = scores);
        eprintln!("fold {fold} done");
    }
    predictions
}

/// The scores that an earlier run predicted, by set and name.
pub fn read_scores(earlier: &Path) -> HashMap<(String, String), Scores> {
    let text = std::fs::read_to_string(earlier).expect("the predictions can be read");
    text.lines()
        .filter_map(|line| {
            let page: serde_json::Value = serde_json::from_str(line).ok()?;
            let blocks = page["blocks"].as_array()?.iter().map(|block| block[0].as_f64().unwrap_or_default() as f32).collect();
            let article = page["article"].as_f64().unwrap_or(1.0) as f32;
            Some(((page["set"].as_str()?.into(), page["id"].as_str()?.into()), Scores { blocks, article }))
        })
        .collect()
}

/// The scores that an earlier run predicted; none for a page whose blocks have changed since.
fn replay(earlier: &Path, samples: &[Sample]) -> Vec<Scores> {
    let mut known = read_scores(earlier);
    let scores = samples.iter().map(|sample| {
        let name = (sample.set.clone(), sample.id.clone());
        let mut found = if sample.made { Scores::default() } else { known.remove(&name).unwrap_or_default() };
        found.blocks.resize(sample.page.blocks.len(), 0.0);
        found
    });
    scores.collect()
}

/// What the labeller makes of a page by cross-validated scores.
struct Outcome {
    /// One JSON object: the page's text, and its blocks with score, text, the rule that dropped it and the label.
    line: String,
    /// The F1 that the labeller expects.
    confidence: f32,
    /// The F1 of its blocks by mass, where the whole page has gold.
    f1: Option<f32>,
}

fn decide(sample: &Sample, scores: &Scores, rules: &RuleSet) -> Outcome {
    let evidence = PageSignals::gather(&sample.page, rules);
    let labelled = label::decide(&sample.page, evidence, scores);
    let mut counts = Counts::default();
    let blocks: Vec<_> = (sample.page.blocks.iter().zip(&scores.blocks))
        .zip(labelled.verdicts.iter().zip(&sample.labels.story))
        .map(|((block, score), (verdict, label))| {
            let removed = match verdict {
                Verdict::Removed(removal) => removal.rule.0.as_str(),
                Verdict::Kept { .. } => "",
            };
            counts.add(block.chars(), removed.is_empty(), *label);
            serde_json::json!([score, block.text, removed, label])
        })
        .collect();
    let kept: Vec<&str> = labelled.kept().map(|(index, _)| sample.page.blocks[index].text.as_str()).collect();
    let line = serde_json::json!({"set": sample.set, "id": sample.id, "text": kept.join("\n\n"), "confidence": labelled.confidence,
        "article": scores.article, "url": sample.page.head.url.as_ref().map(url::Url::as_str), "gold": sample.gold, "blocks": blocks});
    let f1 = (sample.gold && sample.weight > 0.0).then(|| counts.f1());
    Outcome { line: line.to_string(), confidence: labelled.confidence, f1 }
}

/// Masses of a page: of what is story and taken, of what is taken, of the story.
#[derive(Default)]
struct Counts {
    hits: f32,
    taken: f32,
    story: f32,
}

impl Counts {
    fn add(&mut self, chars: usize, taken: bool, label: f32) {
        let mass = chars as f32;
        self.story += label * mass;
        self.taken += if taken { mass } else { 0.0 };
        self.hits += if taken { label * mass } else { 0.0 };
    }

    fn f1(&self) -> f32 {
        let both = self.taken + self.story;
        if both > 0.0 { 2.0 * self.hits / both } else { 1.0 }
    }
}

/// How the confidence of pages with gold compares with what they reach, in bins of confidence.
fn calibration(outcomes: &[Outcome]) {
    const EDGES: [f32; 6] = [0.0, 0.6, 0.8, 0.9, 0.95, 1.01];
    for edges in EDGES.windows(2) {
        let inside = |outcome: &&Outcome| (edges[0]..edges[1]).contains(&outcome.confidence);
        let pairs: Vec<(f32, f32)> =
            outcomes.iter().filter(inside).filter_map(|outcome| Some((outcome.confidence, outcome.f1?))).collect();
        let mean = |pick: fn(&(f32, f32)) -> f32| pairs.iter().map(pick).sum::<f32>() / pairs.len().max(1) as f32;
        let (said, reached) = (mean(|pair| pair.0), mean(|pair| pair.1));
        eprintln!(
            "confidence {:.2} to {:.2}: {} pages, mean confidence {said:.3}, mean block F1 {reached:.3}",
            edges[0],
            edges[1],
            pairs.len()
        );
    }
}

/// Block-level F1 by mass at the usual threshold: a quick look, not the yardstick.
fn report(samples: &[Sample], predictions: &[Scores]) {
    let mut by_set: HashMap<String, (f32, f32, f32)> = HashMap::new();
    for (sample, scores) in samples.iter().zip(predictions).filter(|(sample, _)| sample.weight > 0.0 && !sample.made) {
        let mut counts = Counts::default();
        for ((block, label), score) in sample.page.blocks.iter().zip(&sample.labels.story).zip(&scores.blocks) {
            counts.add(block.chars(), *score >= 0.5, *label);
        }
        let kind = if sample.article { "articles" } else { "others" };
        let slot = by_set.entry(format!("{} {kind}", sample.set)).or_default();
        slot.0 += counts.f1();
        slot.1 += 1.0;
        slot.2 += f32::from(u8::from((scores.article >= 0.5) == sample.article));
    }
    let mut sets: Vec<_> = by_set.into_iter().collect();
    sets.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (set, (sum, count, right)) in sets {
        eprintln!("{set}: block F1 {:.4}, kind right {:.3}, {count} pages", sum / count, right / count);
    }
}
