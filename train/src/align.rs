//! Aligns the blocks of a page with its gold text: long blocks by word runs, short ones by whole lines and neighbours.

use std::collections::HashSet;

use gleaner_extract::base::text::fold;
use serde_json::Value;

/// Words of a run.
const RUN: usize = 4;

/// The labels of a page's blocks.
#[derive(Clone)]
pub struct Labels {
    /// 1 for story, 0 for other blocks.
    pub story: Vec<f32>,
    /// The reliability of each label; 0 if it is unknown.
    pub known: Vec<f32>,
}

/// Where the labels of a page come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelSource {
    /// The whole text, by a person or a parser written for the site.
    Gold,
    /// Some passages by a person, or the whole text in the page's own JSON-LD.
    Partial,
    /// A whole text that does not match the page.
    Mismatch,
    /// Nowhere: there are no labels.
    None,
}

/// Labels a page by its gold text, or else by the `articleBody` of its own JSON-LD, and by passages that must and must not be in the story.
pub fn label_page(folded: &[&str], gold: &Value, json_ld: &[String]) -> (Labels, LabelSource) {
    let text = gold["text"].as_str().unwrap_or_default();
    if !text.is_empty() {
        let story = labels(folded, text);
        let source = if coverage(folded, &story, text) < 0.5 { LabelSource::Mismatch } else { LabelSource::Gold };
        let mut found = Labels { known: vec![1.0; story.len()], story };
        note_passages(folded, gold, &mut found);
        return (found, source);
    }
    let silver = json_ld.iter().filter_map(|script| article_body(script)).max_by_key(String::len).unwrap_or_default();
    let mut found = Labels { story: vec![0.0; folded.len()], known: vec![0.0; folded.len()] };
    if silver.len() >= 600 {
        let story = labels(folded, &silver);
        if coverage(folded, &story, &silver) >= 0.9 {
            found = Labels { known: vec![1.0; story.len()], story };
        }
    }
    note_passages(folded, gold, &mut found);
    let source = if found.known.iter().any(|known| *known > 0.0) { LabelSource::Partial } else { LabelSource::None };
    (found, source)
}

/// Labels the blocks with passages that must and must not be in the story.
pub fn note_passages(folded: &[&str], gold: &Value, found: &mut Labels) {
    for (key, label) in [("with", 1.0), ("without", 0.0)] {
        for passage in gold[key].as_array().into_iter().flatten().filter_map(Value::as_str) {
            note_passage(folded, &fold(passage), label, found);
        }
    }
}

/// Labels the blocks that consist mostly of a passage or are contained in it.
fn note_passage(folded: &[&str], passage: &str, label: f32, found: &mut Labels) {
    if passage.len() < 3 {
        return;
    }
    let padded = format!(" {passage} ");
    for (index, block) in folded.iter().enumerate() {
        let same = *block == passage;
        let contains_it =
            passage.len() >= 12 && format!(" {block} ").contains(&padded) && (label > 0.5 || block.len() < 4 * passage.len());
        let is_contained = block.len() >= 25 && padded.contains(&format!(" {block} "));
        if same || contains_it || is_contained {
            found.story[index] = label;
            found.known[index] = 1.0;
        }
    }
}

/// The longest `articleBody` in a JSON-LD script, at any depth.
fn article_body(script: &str) -> Option<String> {
    fn longest(value: &Value, best: &mut String) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    match value.as_str().filter(|_| key == "articleBody") {
                        Some(text) if text.len() > best.len() => *best = text.to_string(),
                        _ => longest(value, best),
                    }
                }
            }
            Value::Array(list) => list.iter().for_each(|value| longest(value, best)),
            _ => {}
        }
    }
    let mut best = String::new();
    longest(&serde_json::from_str(script).ok()?, &mut best);
    (!best.is_empty()).then_some(best)
}

/// One label per block: 1 for story, 0 for others.
fn labels(folded: &[&str], gold: &str) -> Vec<f32> {
    let lines: HashSet<String> = gold.lines().map(fold).collect();
    let whole = format!(" {} ", fold(gold));
    let words: Vec<&str> = whole.split_whitespace().collect();
    let runs: HashSet<&[&str]> = words.windows(RUN).collect();
    let first: Vec<Option<bool>> = folded.iter().map(|block| label(block, &lines, &whole, &runs)).collect();
    let known = |mut range: Box<dyn Iterator<Item = usize>>| range.find_map(|index| first[index]);
    (0..first.len())
        .map(|index| {
            let here = first[index].unwrap_or_else(|| {
                let before = known(Box::new((0..index).rev())).unwrap_or(false);
                let after = known(Box::new(index + 1..first.len())).unwrap_or(false);
                before && after
            });
            f32::from(u8::from(here))
        })
        .collect()
}

/// Whether a block is story; `None` if its words are in the gold text, but perhaps by chance.
fn label(block: &str, lines: &HashSet<String>, whole: &str, runs: &HashSet<&[&str]>) -> Option<bool> {
    let words: Vec<&str> = block.split(' ').collect();
    if words.len() >= RUN {
        let hits = words.windows(RUN).filter(|run| runs.contains(run)).count();
        return Some(hits * 2 >= words.len() + 1 - RUN);
    }
    if lines.contains(block) {
        return Some(true);
    }
    if words.len() >= 2 && whole.contains(&format!(" {block} ")) {
        return None;
    }
    Some(false)
}

/// The approximate share of the gold text that the story blocks cover.
fn coverage(folded: &[&str], labels: &[f32], gold: &str) -> f32 {
    let covered: usize = folded.iter().zip(labels).filter(|(_, y)| **y > 0.5).map(|(block, _)| block.len()).sum();
    covered as f32 / fold(gold).len().max(1) as f32
}
