//! Labels: which blocks of a page are its gold text. By word runs for long blocks, by whole lines and neighbours for short ones.

use std::collections::HashSet;

use gleaner_extract::base::text::fold;
use serde_json::Value;

/// Words of a run.
const RUN: usize = 4;

/// What is known of the blocks of a page.
#[derive(Clone)]
pub struct Labels {
    /// 1 story, 0 not.
    pub story: Vec<f32>,
    /// How much each label is to be trusted: 0 where nothing is known.
    pub known: Vec<f32>,
}

/// Where labels come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The whole text, from a person or a parser written for the site.
    Gold,
    /// Some passages by a person, or the whole by the page's own JSON-LD.
    Partial,
    /// A whole text that is not that of the page.
    Unfit,
    /// Nothing.
    None,
}

/// Labels a page by its gold: the whole text, or else the `articleBody` of its own JSON-LD, with passages that must and must not be there.
pub fn label_page(folded: &[&str], gold: &Value, json_ld: &[String]) -> (Labels, Source) {
    let text = gold["text"].as_str().unwrap_or_default();
    if !text.is_empty() {
        let story = labels(folded, text);
        let source = if coverage(folded, &story, text) < 0.5 { Source::Unfit } else { Source::Gold };
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
    let source = if found.known.iter().any(|known| *known > 0.0) { Source::Partial } else { Source::None };
    (found, source)
}

/// The passages that must and must not be there.
pub fn note_passages(folded: &[&str], gold: &Value, found: &mut Labels) {
    for (key, label) in [("with", 1.0), ("without", 0.0)] {
        for passage in gold[key].as_array().into_iter().flatten().filter_map(Value::as_str) {
            note_passage(folded, &fold(passage), label, found);
        }
    }
}

/// A person's word on the blocks that a passage is most of, or that hold it.
fn note_passage(folded: &[&str], passage: &str, label: f32, found: &mut Labels) {
    if passage.len() < 3 {
        return;
    }
    let padded = format!(" {passage} ");
    for (index, block) in folded.iter().enumerate() {
        let same = *block == passage;
        let holds =
            passage.len() >= 12 && format!(" {block} ").contains(&padded) && (label > 0.5 || block.len() < 4 * passage.len());
        let held = block.len() >= 25 && padded.contains(&format!(" {block} "));
        if same || holds || held {
            found.story[index] = label;
            found.known[index] = 1.0;
        }
    }
}

/// The longest `articleBody` of a JSON-LD script, wherever it stands in it.
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

/// One label a block: 1 story, 0 not.
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

/// `None`: the words stand in the gold text, but may do so by chance.
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

/// Share of the gold text's words that the labelled blocks cover, about.
fn coverage(folded: &[&str], labels: &[f32], gold: &str) -> f32 {
    let covered: usize = folded.iter().zip(labels).filter(|(_, y)| **y > 0.5).map(|(block, _)| block.len()).sum();
    covered as f32 / fold(gold).len().max(1) as f32
}
