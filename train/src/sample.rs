//! Labelled pages: read from a dataset's folder, their blocks aligned with the gold text.

use std::path::Path;

use gleaner::label::evidence::Evidence;
use gleaner::page::{self, Hints, Page};
use gleaner::rules::RuleSet;
use rayon::prelude::*;

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
}

impl Sample {
    /// The site's registrable domain, or the page's own name where it has no address.
    pub fn site(&self) -> String {
        self.page.head.url.as_ref().and_then(gleaner::base::url::site).unwrap_or_else(|| self.id.clone())
    }

    /// Weight of each block: the root of its length; long pages count for more than short ones, but not by their length. 0 where nothing is known
    /// of it.
    pub fn block_weights(&self) -> Vec<f32> {
        let own = |(block, known): (&gleaner::document::Block, &f32)| ((block.chars() as f32 / 40.0).sqrt() + 0.2).min(6.0) * known;
        let own: Vec<f32> = self.page.blocks.iter().zip(&self.labels.known).map(own).collect();
        let sum: f32 = own.iter().sum::<f32>().max(1e-3);
        own.iter().map(|weight| weight / sum.sqrt() * 10.0 * self.weight).collect()
    }
}

/// Reads a dataset; `DIR=WEIGHT` weighs its pages.
pub fn read_set(argument: &str, args: &Args, rules: &RuleSet) -> Vec<Sample> {
    let (folder, weight) = argument
        .split_once('=')
        .map_or((argument, 1.0), |(folder, weight)| (folder, weight.parse().expect("a weight is a number")));
    let folder = Path::new(folder);
    let set = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let manifest = std::fs::read_to_string(folder.join("manifest.jsonl")).expect("a dataset has a manifest.jsonl");
    let lines: Vec<&str> = manifest.lines().filter(|line| !line.trim().is_empty()).collect();
    lines.par_iter().filter_map(|line| read_sample(folder, &set, line, args, weight, rules)).collect()
}

fn read_sample(folder: &Path, set: &str, line: &str, args: &Args, weight: f32, rules: &RuleSet) -> Option<Sample> {
    let entry: serde_json::Value = serde_json::from_str(line).expect("a manifest line is JSON");
    let url = entry["url"].as_str().and_then(|url| url.parse::<url::Url>().ok());
    let bytes = std::fs::read(folder.join(entry["file"].as_str()?)).ok()?;
    let page = page::read(&bytes, Hints { content_type: None, url: url.as_ref() }, &page::Config::default()).ok()?;
    let gold = &entry["gold"];
    let evidence = Evidence::gather(&page, rules);
    let folded: Vec<&str> = evidence.facts.iter().map(|facts| facts.folded.as_str()).collect();
    let (labels, source) = align::label_page(&folded, gold, &page.head.json_ld);
    let share = match source {
        Source::Gold => 1.0,
        Source::Partial => args.partial,
        Source::None => 0.0,
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
        page,
    };
    sample.fold = (xxhash_rust::xxh3::xxh3_64(sample.site().as_bytes()) % args.folds as u64) as usize;
    Some(sample)
}
