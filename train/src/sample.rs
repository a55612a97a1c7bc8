//! Labelled pages, read from a dataset: their blocks aligned with the gold text.

use std::collections::HashMap;
use std::path::Path;

use gleaner_extract::document::{Block, Role};
use gleaner_extract::label;
use gleaner_extract::page::{self, Format, Page, ReadHints};
use gleaner_extract::rules::RuleSet;
use rayon::prelude::*;
use serde_json::Value;

use crate::align::{self, Blocks, LabelSource, Labels};
use crate::args::Args;
use crate::words;

/// A labelled page.
pub struct Sample {
    /// The dataset's name.
    pub set: String,
    /// Its id in the dataset.
    pub id: String,
    /// The page.
    pub page: Page,
    /// Its site's fold.
    pub fold: usize,
    /// The labels of its blocks.
    pub labels: Labels,
    /// The words of its blocks and names: key, share in story blocks, share in others.
    pub words: Vec<(u32, f32, f32)>,
    /// The words that indicate the kind of page.
    pub kind_words: Vec<u32>,
    /// Whether it is an article, not a thread, product, list or the like.
    pub article: bool,
    /// Its weight in training; 0 if its gold text is missing or does not match the page.
    pub weight: f32,
    /// Whether all of it was labelled by a person or a parser written for its site.
    pub gold: bool,
    /// Whether it is a modified copy, which is only trained on.
    pub is_copy: bool,
}

impl Sample {
    /// The site's registrable domain, or the page's id if it has no URL.
    pub fn site(&self) -> String {
        self.page.head.url.as_ref().and_then(gleaner_extract::base::url::site).unwrap_or_else(|| self.id.clone())
    }

    /// The first and last block of the story.
    pub fn story(&self) -> Option<(usize, usize)> {
        let is_story = |label: &f32| *label > 0.5;
        Some((self.labels.story.iter().position(is_story)?, self.labels.story.iter().rposition(is_story)?))
    }

    /// The fold of the page's site, or of its language.
    fn draw_fold(&self, args: &Args) -> usize {
        let key = if args.by_language { language(&self.page).to_string() } else { self.site() };
        (xxhash_rust::xxh3::xxh3_64(key.as_bytes()) % args.folds as u64) as usize
    }

    /// The weight of each block: the root of its length, normalised so that long pages count more than short ones, but less than proportionally; 0 for
    /// unlabelled blocks.
    pub fn block_weights(&self) -> Vec<f32> {
        let own = |(block, known): (&Block, &f32)| ((block.chars() as f32 / 40.0).sqrt() + 0.2).min(6.0) * known;
        let own: Vec<f32> = self.page.blocks.iter().zip(&self.labels.known).map(own).collect();
        let sum: f32 = own.iter().sum::<f32>().max(1e-3);
        own.iter().map(|weight| weight / sum.sqrt() * 10.0 * self.weight).collect()
    }
}

/// The language of a page's longest blocks (ISO 639-3), or nothing.
fn language(page: &Page) -> &'static str {
    let mut blocks: Vec<&str> = page.blocks.iter().map(|block| block.text.as_str()).collect();
    blocks.sort_by_key(|text| std::cmp::Reverse(text.len()));
    blocks.truncate(10);
    whatlang::detect_lang(&blocks.join("\n")).map_or("", |language| language.code())
}

/// Reads a dataset; `DIR=WEIGHT` sets the weight of its pages.
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

/// Counts the words of a page's blocks and names.
pub fn words_of(page: &Page, labels: &Labels, rules: &RuleSet) -> Vec<(u32, f32, f32)> {
    let page_signals = label::page_signals(page, rules);
    let folded: Vec<&str> = page_signals.blocks.iter().map(|block| block.folded.as_str()).collect();
    words::count(page, &folded, labels)
}

/// An earlier run's labels for a page without gold labels, if it was confident.
pub struct Silver {
    url: Option<url::Url>,
    kept: Vec<bool>,
    lines: String,
}

/// Reads the pages without gold labels that an earlier run was confident about, by set and id.
pub fn read_silver(predictions: &Path) -> HashMap<(String, String), Silver> {
    let text = std::fs::read_to_string(predictions).expect("the predictions can be read");
    let entries = text.lines().filter_map(|line| {
        let page: Value = serde_json::from_str(line).ok()?;
        let is_confident = page["confidence"].as_f64()? >= MIN_CONFIDENCE && page["article"].as_f64()? >= 0.5;
        let is_long = page["text"].as_str()?.len() >= MIN_SILVER_BYTES;
        if page["gold"].as_bool() == Some(true) || !is_confident || !is_long {
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

/// Least confidence, and least length in bytes, of a page that is trained on with an earlier run's labels.
const MIN_CONFIDENCE: f64 = 0.9;
const MIN_SILVER_BYTES: usize = 600;

/// A text dump of a page that an earlier run was confident about, one line per block.
pub fn dump_of(name: &(String, String), silver: &Silver, args: &Args, rules: &RuleSet) -> Option<Sample> {
    let mut page = page::read(silver.lines.as_bytes(), ReadHints::default(), &page::Config::default()).ok()?;
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
        is_copy: false,
        page,
        labels,
        words,
    };
    sample.fold = sample.draw_fold(args);
    Some(sample)
}

fn is_structured(page: &Page, block: &Block) -> bool {
    matches!(label::role_of(page, block), Role::ListItem | Role::TableRow | Role::Code)
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
    let page = page::read(&bytes, ReadHints { content_type: None, url: url.as_ref() }, &page::Config::default()).ok()?;
    let gold = &entry["gold"];
    let page_signals = label::page_signals(&page, rules);
    let folded: Vec<&str> = page_signals.blocks.iter().map(|block| block.folded.as_str()).collect();
    let hidden: Vec<bool> = page_signals.blocks.iter().map(|block| block.hidden).collect();
    let structured: Vec<bool> = page.blocks.iter().map(|block| is_structured(&page, block)).collect();
    let blocks = Blocks { folded: &folded, hidden: &hidden, structured: &structured };
    let (mut labels, source) = align::label_page(&blocks, gold, &page.head.json_ld);
    if let Some(silver) = silver.get(&(set.to_string(), entry["id"].as_str()?.to_string()))
        && source != LabelSource::Gold
        && silver.kept.len() == folded.len()
    {
        let story = silver.kept.iter().map(|kept| f32::from(u8::from(*kept))).collect();
        labels = Labels { story, known: vec![1.0; folded.len()] };
        align::note_passages(&folded, gold, &mut labels);
    }
    let share = match source {
        LabelSource::Gold => 1.0,
        _ if labels.known.iter().any(|known| *known > 0.0) && source != LabelSource::Mismatch => args.partial,
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
        gold: matches!(source, LabelSource::Gold | LabelSource::Mismatch),
        is_copy: false,
        page,
    };
    sample.fold = sample.draw_fold(args);
    Some(sample)
}
