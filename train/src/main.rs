//! Trains the labeller: labelled pages in, `model/*.bin` and cross-validated predictions out. Also trains the linear models that choose headlines
//! (`headlines`) and recognise lists of teasers (`lists`).
//!
//! The data are folders with a `manifest.jsonl`, one `{"id","url","file","gold":{…}}` per line. Folds are split by registrable domain. In training,
//! the lexicon and the scores that later rounds use always come from the other folds.

#![expect(
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a program for maintainers: it reports progress and stops at what is wrong"
)]

mod align;
mod args;
mod augment;
mod backprop;
mod gbdt;
mod headlines;
mod lists;
mod log_odds;
mod logit;
mod matching;
mod net;
mod predictions;
mod sample;
mod trainer;
mod words;

use std::collections::HashMap;
use std::path::Path;

use args::Args;
use clap::Parser;
use gleaner_extract::label::model::Scores;
use gleaner_extract::label::signals::PageSignals;
use gleaner_extract::label::{self, Verdict};
use gleaner_extract::page::Format;
use gleaner_extract::rules::RuleSet;
use predictions::read_scores;
use rayon::prelude::*;
use sample::Sample;
use trainer::Trainer;

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
    // A model is for one format: pages of the other format have other columns.
    let format = samples.first().map_or(Format::Html, |sample| sample.page.format);
    if format == Format::Text {
        let mut names: Vec<_> = silver.iter().collect();
        names.sort_by_key(|(name, _)| *name);
        samples.extend(names.into_iter().filter_map(|(name, silver)| sample::dump_of(name, silver, &args, &rules)));
    }
    samples.retain(|sample| sample.page.format == format);
    if !args.plain {
        samples.extend(augment::augmented(&samples, &rules));
    }
    if let Some(path) = &args.ceiling {
        let lines: Vec<String> = samples.iter().filter(|sample| !sample.is_copy).map(labelled_line).collect();
        std::fs::write(path, lines.join("\n")).expect("the labelling can be written");
        return;
    }
    let signals: Vec<PageSignals<'_>> = samples.par_iter().map(|sample| label::page_signals(&sample.page, &rules)).collect();
    let blocks: usize = samples.iter().map(|s| s.labels.story.len()).sum();
    eprintln!("{} pages, {} for training, {blocks} blocks", samples.len(), samples.iter().filter(|s| s.weight > 0.0).count());
    let trainer = Trainer { args: &args, samples: &samples, signals: &signals };
    if let Some(path) = &args.predictions {
        let predictions = match &args.replay {
            Some(earlier) => replay(earlier, &samples),
            None => cross_validate(&trainer),
        };
        report(&samples, &predictions);
        let outcomes: Vec<Outcome> = samples
            .par_iter()
            .zip(&predictions)
            .filter(|(s, _)| !s.is_copy)
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

/// The text of the blocks that are labelled as story, as one JSON object.
fn labelled_line(sample: &Sample) -> String {
    let story = sample.page.blocks.iter().zip(&sample.labels.story).filter(|(_, story)| **story > 0.5);
    let text: Vec<&str> = story.map(|(block, _)| block.text.as_str()).collect();
    serde_json::json!({"set": sample.set, "id": sample.id, "text": text.join("\n\n")}).to_string()
}

/// Scores every page by a model that was trained without its site.
fn cross_validate(trainer: &Trainer<'_>) -> Vec<Scores> {
    let mut predictions = vec![Scores::default(); trainer.samples.len()];
    for fold in 0..trainer.args.folds {
        let model = trainer.train(|sample| sample.fold != fold);
        let found: Vec<(usize, Scores)> = (0..trainer.samples.len())
            .into_par_iter()
            .filter(|index| trainer.samples[*index].fold == fold && !trainer.samples[*index].is_copy)
            .map(|index| (index, model.scores(&trainer.samples[index].page, &trainer.signals[index])))
            .collect();
        found.into_iter().for_each(|(index, scores)| predictions[index] = scores);
        eprintln!("fold {fold} done");
    }
    predictions
}

/// The scores of an earlier run's predictions for these pages; 0 for missing blocks.
fn replay(earlier: &Path, samples: &[Sample]) -> Vec<Scores> {
    let mut known = read_scores(earlier);
    let scores = samples.iter().map(|sample| {
        let name = (sample.set.clone(), sample.id.clone());
        let mut found = if sample.is_copy { Scores::default() } else { known.remove(&name).unwrap_or_default() };
        found.blocks.resize(sample.page.blocks.len(), 0.0);
        found
    });
    scores.collect()
}

/// The labeller's result for a page with cross-validated scores.
struct Outcome {
    /// One JSON object: the page's text, and its blocks with score, text, the rule that dropped it and the label.
    line: String,
    /// The F1 that the labeller expects.
    confidence: f32,
    /// The F1 of its blocks by characters, if the whole page has gold labels.
    f1: Option<f32>,
}

fn decide(sample: &Sample, scores: &Scores, rules: &RuleSet) -> Outcome {
    let labelled = label::decide(&sample.page, label::page_signals(&sample.page, rules), scores);
    let mut counts = CharCounts::default();
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

/// Characters of a page: of story that was kept, of all that was kept, of the story.
#[derive(Default)]
struct CharCounts {
    hits: f32,
    kept: f32,
    story: f32,
}

impl CharCounts {
    fn add(&mut self, chars: usize, kept: bool, label: f32) {
        let chars = chars as f32;
        self.story += label * chars;
        self.kept += if kept { chars } else { 0.0 };
        self.hits += if kept { label * chars } else { 0.0 };
    }

    fn f1(&self) -> f32 {
        let both = self.kept + self.story;
        if both > 0.0 { 2.0 * self.hits / both } else { 1.0 }
    }
}

/// Compares the confidence of pages with gold labels with their F1, in bins of confidence.
fn calibration(outcomes: &[Outcome]) {
    const EDGES: [f32; 6] = [0.0, 0.6, 0.8, 0.9, 0.95, 1.01];
    for edges in EDGES.windows(2) {
        let inside = |outcome: &&Outcome| (edges[0]..edges[1]).contains(&outcome.confidence);
        let pairs: Vec<(f32, f32)> =
            outcomes.iter().filter(inside).filter_map(|outcome| Some((outcome.confidence, outcome.f1?))).collect();
        let mean = |pick: fn(&(f32, f32)) -> f32| pairs.iter().map(pick).sum::<f32>() / pairs.len().max(1) as f32;
        let (expected, actual) = (mean(|pair| pair.0), mean(|pair| pair.1));
        eprintln!(
            "confidence {:.2} to {:.2}: {} pages, mean confidence {expected:.3}, mean block F1 {actual:.3}",
            edges[0],
            edges[1],
            pairs.len()
        );
    }
}

/// Prints block-level F1 by characters at a threshold of one half: a quick look, not the benchmark.
fn report(samples: &[Sample], predictions: &[Scores]) {
    let mut by_set: HashMap<String, (f32, f32, f32)> = HashMap::new();
    for (sample, scores) in samples.iter().zip(predictions).filter(|(sample, _)| sample.weight > 0.0 && !sample.is_copy) {
        let mut counts = CharCounts::default();
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
        eprintln!("{set}: block F1 {:.4}, page kind correct {:.3}, {count} pages", sum / count, right / count);
    }
}
