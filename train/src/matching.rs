//! Matches the blocks of a page with its gold text: in order where it can be, and each token of the gold text once.

use std::collections::{HashMap, HashSet};

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The share of a block's tokens that must be matched for it to be part of the text.
const MIN_SHARE: f32 = 0.5;

/// The same for a block that is matched out of order, which happens by chance more often; and it has more than [`RUN`] tokens.
const MIN_SHARE_ASTRAY: f32 = 0.8;

/// Fewest tokens of a run that counts, if the block has as many: single words match by chance.
const RUN: usize = 3;

/// Most passes: the first one in order, the others for what stands elsewhere in the gold text.
const PASSES: usize = 4;

/// Most rounds of a pass: blocks that were matched by chance take no tokens from others in the next one.
const ROUNDS: usize = 3;

/// A token of the gold text that a block has been matched with.
const TAKEN: u32 = u32::MAX;

/// A block, the share of its tokens that are matched, and the place of each in the gold text.
type Match = (usize, f32, Vec<Option<usize>>);

/// The share of each block's tokens, 0 to 1, that are matched with the gold text; 0 for blocks that are no part of it. `folded` are the blocks as folded
/// tokens, `gold` is the folded gold text. A hidden block is matched only if no visible block has the same text.
pub fn matched_shares(folded: &[&str], hidden: &[bool], gold: &str) -> Vec<f32> {
    let mut ids: HashMap<&str, u32> = HashMap::new();
    let mut gold = tokens(gold, &mut ids);
    let known = ids.len() as u32;
    let blocks: Vec<Vec<u32>> = folded.iter().map(|block| tokens(block, &mut ids)).collect();
    let visible: HashSet<&str> = folded.iter().zip(hidden).filter(|(_, hidden)| !**hidden).map(|(block, _)| *block).collect();
    let is_candidate = |index: &usize| {
        let shared = blocks[*index].iter().filter(|token| **token < known).count();
        let is_copy = hidden[*index] && visible.contains(folded[*index]);
        !is_copy && shared > 0 && shared as f32 >= MIN_SHARE * blocks[*index].len() as f32
    };
    let mut open: Vec<usize> = (0..blocks.len()).filter(is_candidate).collect();
    let mut shares = vec![0.0; blocks.len()];
    for pass in 0..PASSES {
        if pass > 0 {
            open.retain(|index| shares[*index] == 0.0 && blocks[*index].len() > RUN);
        }
        let found = in_order(&open, &blocks, &gold, if pass == 0 { MIN_SHARE } else { MIN_SHARE_ASTRAY });
        if found.is_empty() {
            break;
        }
        for (index, share, places) in found {
            shares[index] = share;
            places.into_iter().flatten().for_each(|place| gold[place] = TAKEN);
        }
    }
    shares
}

fn tokens<'t>(folded: &'t str, ids: &mut HashMap<&'t str, u32>) -> Vec<u32> {
    let tokens = folded.split(' ').filter(|token| !token.is_empty());
    let id = |token| {
        let next = ids.len() as u32;
        *ids.entry(token).or_insert(next)
    };
    tokens.map(id).collect()
}

/// The blocks of which at least this share is matched in order.
fn in_order(candidates: &[usize], blocks: &[Vec<u32>], gold: &[u32], min_share: f32) -> Vec<Match> {
    let mut candidates = candidates.to_vec();
    let mut found: Vec<Match> = Vec::new();
    for _ in 0..ROUNDS {
        let places = places_in_gold(&candidates, blocks, gold);
        found = candidates.iter().zip(places).map(|(index, places)| (*index, share_in_runs(&places), places)).collect();
        found.retain(|(_, share, _)| *share >= min_share);
        if found.len() == candidates.len() {
            break;
        }
        candidates = found.iter().map(|(index, ..)| *index).collect();
    }
    found
}

/// For each candidate, the place in the gold text of each of its tokens, by a common subsequence of all of them that prefers rare tokens.
fn places_in_gold(candidates: &[usize], blocks: &[Vec<u32>], gold: &[u32]) -> Vec<Vec<Option<usize>>> {
    let tokens: Vec<u32> = candidates.iter().flat_map(|index| blocks[*index].iter().copied()).collect();
    let mut places = vec![None; tokens.len()];
    for op in capture_diff_slices(Algorithm::Histogram, &tokens, gold) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            (0..len).for_each(|step| places[old_index + step] = Some(new_index + step));
        }
    }
    let mut rest = places.as_slice();
    let mut next = |length: usize| {
        let (own, after) = rest.split_at(length);
        rest = after;
        own.to_vec()
    };
    candidates.iter().map(|index| next(blocks[*index].len())).collect()
}

/// The share of a block's tokens that are matched in runs: neighbours that are neighbours in the gold text.
fn share_in_runs(places: &[Option<usize>]) -> f32 {
    let follows = |a: &Option<usize>, b: &Option<usize>| a.is_some() && a.map(|place| place + 1) == *b;
    let runs = places.chunk_by(follows).filter(|run| run[0].is_some() && run.len() >= RUN.min(places.len()));
    runs.map(<[_]>::len).sum::<usize>() as f32 / places.len() as f32
}

#[cfg(test)]
mod tests {
    use super::matched_shares;

    fn matched(blocks: &[&str], gold: &str) -> Vec<bool> {
        matched_shares(blocks, &vec![false; blocks.len()], gold).iter().map(|share| *share > 0.0).collect()
    }

    #[test]
    fn of_two_copies_the_one_in_sequence_is_matched() {
        let blocks = ["the mill burnt down", "menu", "a fire broke out at night", "the mill burnt down", "nobody was hurt in it"];
        let gold = "a fire broke out at night the mill burnt down nobody was hurt in it";
        assert_eq!(matched(&blocks, gold), [false, false, true, true, true]);
    }

    #[test]
    fn single_words_of_the_text_are_not_matched_with_a_menu() {
        let blocks = ["night fire hurt", "a fire broke out at night", "nobody was hurt in it", "fire and night"];
        assert_eq!(matched(&blocks, "a fire broke out at night nobody was hurt in it"), [false, true, true, false]);
    }

    #[test]
    fn a_block_that_the_text_has_elsewhere_is_matched_too() {
        let blocks =
            ["first things come first today", "the second part of the story is longer than the first one", "other words"];
        let gold = "the second part of the story is longer than the first one first things come first today";
        assert_eq!(matched(&blocks, gold), [true, true, false]);
    }

    #[test]
    fn a_hidden_copy_is_not_matched() {
        let blocks = ["the mill burnt down", "the mill burnt down", "hidden words alone"];
        let shares = matched_shares(&blocks, &[true, false, true], "the mill burnt down hidden words alone");
        assert_eq!(shares, [0.0, 1.0, 1.0]);
    }

    #[test]
    fn a_partly_matched_block_has_a_share() {
        let shares = matched_shares(&["the mill burnt down share this"], &[false], "the mill burnt down");
        assert!((shares[0] - 4.0 / 6.0).abs() < 1e-6, "{shares:?}");
    }
}
