//! Labels the blocks of a page by its gold text, by passages, or by its own JSON-LD.

use gleaner_extract::base::text::fold;
use serde_json::Value;

use crate::matching::matched_shares;

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

/// What labelling needs to know about a page's blocks.
pub struct Blocks<'a> {
    /// Their folded texts.
    pub folded: &'a [&'a str],
    /// Whether each is hidden.
    pub hidden: &'a [bool],
    /// Whether each is a list item, table row or code: gold texts often leave these out.
    pub structured: &'a [bool],
}

/// Labels a page by its gold text, or else by the `articleBody` of its own JSON-LD, and by passages that must and must not be in the story.
pub fn label_page(blocks: &Blocks<'_>, gold: &Value, json_ld: &[String]) -> (Labels, LabelSource) {
    let folded = blocks.folded;
    let text = gold["text"].as_str().unwrap_or_default();
    if !text.is_empty() {
        let mut found = labels(blocks, text);
        let source = if coverage(folded, &found.story, text) < 0.5 { LabelSource::Mismatch } else { LabelSource::Gold };
        note_passages(folded, gold, &mut found);
        return (found, source);
    }
    let silver = json_ld.iter().filter_map(|script| article_body(script)).max_by_key(String::len).unwrap_or_default();
    let mut found = Labels { story: vec![0.0; folded.len()], known: vec![0.0; folded.len()] };
    if silver.len() >= 600 {
        let labels = labels(blocks, &silver);
        if coverage(folded, &labels.story, &silver) >= 0.9 {
            found = labels;
        }
    }
    note_passages(folded, gold, &mut found);
    let source = if found.known.iter().any(|known| *known > 0.0) { LabelSource::Partial } else { LabelSource::None };
    (found, source)
}

/// The labels of all blocks by a gold text.
fn labels(blocks: &Blocks<'_>, gold: &str) -> Labels {
    let shares = matched_shares(blocks.folded, blocks.hidden, &fold(gold));
    let story: Vec<f32> = shares.iter().map(|share| f32::from(u8::from(*share >= 0.5))).collect();
    let mut known: Vec<f32> = shares.iter().map(|share| (2.0 * share - 1.0).abs().max(MIN_KNOWN)).collect();
    neglect(blocks, &story, &mut known);
    Labels { story, known }
}

/// The least weight of a label by a gold text: that of a block of which half is matched.
const MIN_KNOWN: f32 = 0.2;

/// Takes back the labels of tables, lists and code in the middle of the story that the gold text does not have: many leave these out.
fn neglect(blocks: &Blocks<'_>, story: &[f32], known: &mut [f32]) {
    let is_left_out = |index: usize| blocks.structured[index] && story[index] == 0.0;
    let mut start = 0;
    while start < story.len() {
        let end = (start..story.len()).find(|index| !is_left_out(*index)).unwrap_or(story.len());
        let is_between = start > 0 && end < story.len() && story[start - 1] > 0.5 && story[end] > 0.5;
        if is_between {
            known[start..end].fill(0.0);
        }
        start = end + 1;
    }
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

/// The approximate share of the gold text that the story blocks cover.
fn coverage(folded: &[&str], labels: &[f32], gold: &str) -> f32 {
    let covered: usize = folded.iter().zip(labels).filter(|(_, y)| **y > 0.5).map(|(block, _)| block.len()).sum();
    covered as f32 / fold(gold).len().max(1) as f32
}
