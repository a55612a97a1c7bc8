//! Labels: which blocks of a page are its gold text. By word runs for long blocks, by whole lines and neighbours for short ones.

use std::collections::HashSet;

use gleaner::base::text::fold;

const RUN: usize = 4;

/// One label a block: 1 story, 0 not.
pub fn labels(folded: &[&str], gold: &str) -> Vec<f32> {
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
pub fn coverage(folded: &[&str], labels: &[f32], gold: &str) -> f32 {
    let covered: usize = folded.iter().zip(labels).filter(|(_, y)| **y > 0.5).map(|(block, _)| block.len()).sum();
    covered as f32 / fold(gold).len().max(1) as f32
}
