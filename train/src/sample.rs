//! Labelled pages: read from a dataset's folder, their blocks aligned with the gold text.

use std::collections::HashMap;
use std::path::Path;

use gleaner_extract::label::signals::PageSignals;
use gleaner_extract::page::{self, Format, Hints, Page};
use gleaner_extract::rules::RuleSet;
use rayon::prelude::*;
use serde_json::Value;

use crate::align::{self, Labels, Source};
use crate::{Args, words};

/// A labelled page.
pub struct Sample {
    /// The dataset's name.
    pub set: String,
    /// Its name within the dataset.
    pub id: String,
    /// The page.
    pub page: Page,
    /// Its site's fold.
    pub fold: usize,
    /// What is known of each block.
    pub labels: Labels,
    /// The words of its blocks and names, counted: key, in story blocks, in others.
    pub words: Vec<(u32, f32, f32)>,
    /// The words that tell of its kind.
    pub kind_words: Vec<u32>,
    /// An article, not a thread, product, list or the like.
    pub article: bool,
    /// 0: scored, but not trained on: its gold is missing or does not fit the page.
    pub weight: f32,
    /// Labelled as a whole by a person or a parser written for its site.
    pub gold: bool,
    /// A page made for training, which is neither scored nor predicted.
    pub made: bool,
}

impl Sample {
    /// The site's registrable domain, or the page's own name where it has no address.
    pub fn site(&self) -> String {
        self.page.head.url.as_ref().and_then(gleaner_extract::base::url::site).unwrap_or_else(|| self.id.clone())
    }

    /// First and last block of the story.
    pub fn story(&self) -> Option<(usize, usize)> {
        let is_story = |label: &f32| *label > 0.5;
        Some((self.labels.story.iter().position(is_story)?, self.labels.story.iter().rposition(is_story)?))
    }

    /// The site's fold.
    fn draw_fold(&self, folds: usize) -> usize {
        (xxhash_rust::xxh3::xxh3_64(self.site().as_bytes()) % folds as u64) as usize
    }

    /// Weight of each block: the root of its length; long pages count for more than short ones, but not by their length. 0 where nothing is known
    /// of it.
    pub fn block_weights(&self) -> Vec<f32> {
        let own = |(block, known): (&gleaner_extract::document::Block, &f32)| {
            ((block.chars() as f32 / 40.0).sqrt() + 0.2).min(6.0) * known
        };
        let own: Vec<f32> = self.page.blocks.iter().zip(&self.labels.known).map(own).collect();
        let sum: f32 = own.iter().sum::<f32>().max(1e-3);
        own.iter().map(|weight| weight / sum.sqrt() * 10.0 * self.weight).collect()
    }
}

/// Reads a dataset; `DIR=WEIGHT` weighs its pages.
pub fn read_set(argument: &str, args: &Args, silver: &HashMap<(String, String), Silver>, rules: &RuleSet) -> Vec<Sample> {
    let (folder, weight) = argument
        .split_once('=')
        .map_or((argument, 1.0), |(folder, weight)| (folder, weight.parse().expect("a weight is a number")));
    let folder = Path::new(folder);
    let set = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let manifest = std::fs::read_to_string(folder.join("manifest.jsonl")).expect("a dataset has a manifest.jsonl");
    let lines: Vec<&str> = manifest.lines().filter(|line| !line.trim().is_empty()).collect();
    let samples = lines.par_iter().filter_map(|line| read_sample(folder, &set, line, args, weight, silver, rules));
    samples.collect()
}

/// The words of a page's blocks and names, counted.
pub fn words_of(page: &Page, labels: &Labels, rules: &RuleSet) -> Vec<(u32, f32, f32)> {
    let evidence = PageSignals::gather(page, rules);
    let folded: Vec<&str> = evidence.facts.iter().map(|facts| facts.folded.as_str()).collect();
    words::count(page, &folded, labels)
}

/// What an earlier run made of a page without gold: labels for training, where it was sure.
pub struct Silver {
    url: Option<url::Url>,
    kept: Vec<bool>,
    lines: String,
}

/// Reads the pages without gold that an earlier run was sure of, by set and name.
pub fn read_silver(predictions: &Path) -> HashMap<(String, String), Silver> {
    let text = std::fs::read_to_string(predictions).expect("the predictions can be read");
    let entries = text.lines().filter_map(|line| {
        let page: Value = serde_json::from_str(line).ok()?;
        let sure = page["confidence"].as_f64()? >= SURE && page["article"].as_f64()? >= 0.5;
        let long = page["text"].as_str()?.len() >= LEAST_SILVER;
        if page["gold"].as_bool() == Some(true) || !sure || !long {
            return None;
        }
        let blocks = page["blocks"].as_array()?;
        let lines: Vec<&str> = blocks.iter().filter_map(|block| block[1].as_str()).collect();
        let silver = Silver {
            url: page["url"].as_str().and_then(|url| url.parse().ok()),
            kept: blocks.iter().map(|block| block[2].as_str() == Some("")).collect(),
            lines: lines.join("\n"),
        };
        Some(((page["set"].as_str()?.to_string(), page["id"].as_str()?.to_string()), silver))
    });
    entries.collect()
}

/// Least confidence, and least length in bytes, of a page that is trained on by what an earlier run made of it.
const SURE: f64 = 0.9;
const LEAST_SILVER: usize = 600;

/// A text dump made of a page that an earlier run was sure of, one line a block.
pub fn dump_of(name: &(String, String), silver: &Silver, args: &Args, rules: &RuleSet) -> Option<Sample> {
    let mut page = page::read(silver.lines.as_bytes(), Hints::default(), &page::Config::default()).ok()?;
    page.head.url = silver.url.clone();
    let known = vec![1.0; silver.kept.len()];
    let labels = Labels { story: silver.kept.iter().map(|kept| f32::from(u8::from(*kept))).collect(), known };
    if page.format != Format::Text || page.blocks.len() != labels.story.len() {
        return None;
    }
    let words = words_of(&page, &labels, rules);
    let mut sample = Sample {
        set: format!("{} (dumps)", name.0),
        id: name.1.clone(),
        fold: 0,
        kind_words: Vec::new(),
        article: true,
        weight: args.partial,
        gold: false,
        made: false,
        page,
        labels,
        words,
    };
    sample.fold = sample.draw_fold(args.folds);
    Some(sample)
}

fn read_sample(
    folder: &Path,
    set: &str,
    line: &str,
    args: &Args,
    weight: f32,
    silver: &HashMap<(String, String), Silver>,
    rules: &RuleSet,
) -> Option<Sample> {
    let entry: Value = serde_json::from_str(line).expect("a manifest line is JSON");
    let url = entry["url"].as_str().and_then(|url| url.parse::<url::Url>().ok());
    let bytes = std::fs::read(folder.join(entry["file"].as_str()?)).ok()?;
    let page = page::read(&bytes, Hints { content_type: None, url: url.as_ref() }, &page::Config::default()).ok()?;
    let gold = &entry["gold"];
    let evidence = PageSignals::gather(&page, rules);
    let folded: Vec<&str> = evidence.facts.iter().map(|facts| facts.folded.as_str()).collect();
    let (mut labels, source) = align::label_page(&folded, gold, &page.head.json_ld);
    if let Some(silver) = silver.get(&(set.to_string(), entry["id"].as_str()?.to_string()))
        && source != Source::Gold
        && silver.kept.len() == folded.len()
    {
        let story = silver.kept.iter().map(|kept| f32::from(u8::from(*kept))).collect();
        labels = Labels { story, known: vec![1.0; folded.len()] };
        align::note_passages(&folded, gold, &mut labels);
    }
    let share = match source {
        Source::Gold => 1.0,
        _ if labels.known.iter().any(|known| *known > 0.0) && source != Source::Unfit => args.partial,
        _ => 0.0,
    };
    let words = words::count(&page, &folded, &labels);
    let mut sample = Sample {
        set: set.to_string(),
        id: entry["id"].as_str()?.to_string(),
        fold: 0,
        labels,
        words,
        kind_words: words::of_kind(&page),
        article: gold["page_type"].as_str().is_none_or(|kind| kind == "article"),
        weight: weight * share,
        gold: matches!(source, Source::Gold | Source::Unfit),
        made: false,
        page,
    };
    sample.fold = sample.draw_fold(args.folds);
    Some(sample)
}
