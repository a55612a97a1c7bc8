//! Corrections by hand: a reader's verdicts on single blocks, applied to a cleaned page. Pure.
//!
//! A block is known by its text, by which of several equal blocks it is, and by its neighbours, never by its index alone: pages change, and so do the
//! rules that cut them. A correction whose block is not found changes nothing.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::clean::{CleanedPage, kept_text};
use crate::base::hash::ContentHash;
use crate::base::text::{count_words, fold, squeeze};
use crate::document::{Article, Block, Category, Removal, RuleId, Spared};
use crate::label::{Verdict, role_of};

/// The rule of what a reader cut or restored.
pub const RULE: &str = "reader.correction";

/// The reason of both.
const WHY: &str = "corrected by hand";

/// Most corrections of a document. Each is compared with every block of the same text.
pub const MAX_CORRECTIONS: usize = 1_000;

/// What a reader says of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReaderVerdict {
    /// It belongs to the article.
    Restore,
    /// It does not.
    Cut,
}

impl ReaderVerdict {
    /// The name in files and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Restore => "restore",
            Self::Cut => "cut",
        }
    }
}

/// What a block is found by when its page is cleaned again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockKey {
    /// SHA-256 of the block's folded text; of a text without letters and digits, of its characters.
    pub sha256: ContentHash,
    /// Which of the blocks with this text it is, from 1.
    pub occurrence: u32,
    /// The same hash of the block before it; `None` for the first one.
    pub before: Option<ContentHash>,
    /// The same hash of the block after it; `None` for the last one.
    pub after: Option<ContentHash>,
}

/// A reader's verdict on a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The verdict.
    pub verdict: ReaderVerdict,
    /// The block.
    pub block: BlockKey,
    /// The beginning of its text, for people.
    pub text: String,
}

/// The hash by which a block's text is compared.
fn text_sha256(text: &str) -> ContentHash {
    let folded = fold(text);
    ContentHash::of(if folded.is_empty() { squeeze(text) } else { folded })
}

/// The keys of blocks, in their order.
pub fn keys<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<BlockKey> {
    let hashes: Vec<ContentHash> = texts.into_iter().map(text_sha256).collect();
    let mut counts: HashMap<ContentHash, u32> = HashMap::new();
    let key = |(at, sha256): (usize, &ContentHash)| {
        let count = counts.entry(*sha256).or_default();
        *count += 1;
        let before = at.checked_sub(1).and_then(|before| hashes.get(before)).copied();
        BlockKey { sha256: *sha256, occurrence: *count, before, after: hashes.get(at + 1).copied() }
    };
    hashes.iter().enumerate().map(key).collect()
}

/// The block that each correction means: its index, `None` if it is not there any more. No two mean the same.
pub fn find(keys: &[BlockKey], corrections: &[Correction]) -> Vec<Option<usize>> {
    let mut by_text: HashMap<ContentHash, Vec<usize>> = HashMap::new();
    let wanted: HashSet<ContentHash> = corrections.iter().map(|correction| correction.block.sha256).collect();
    for (at, key) in keys.iter().enumerate().filter(|(_, key)| wanted.contains(&key.sha256)) {
        by_text.entry(key.sha256).or_default().push(at);
    }
    let mut found = vec![None; corrections.len()];
    let mut taken = vec![false; keys.len()];
    // Those that are sure first, so that they are not taken by others. Where nothing has changed, all of them are.
    for least in [Likeness::SAME, Likeness::BOTH_NEIGHBOURS, Likeness::LEAST] {
        for (slot, correction) in found.iter_mut().zip(corrections).take(MAX_CORRECTIONS).filter(|(slot, _)| slot.is_none()) {
            let block = &correction.block;
            let equals = by_text.get(&block.sha256).map_or(&[][..], Vec::as_slice);
            let candidates = match least {
                Likeness::SAME => usize::try_from(block.occurrence).ok().and_then(|nth| equals.get(nth.checked_sub(1)?..nth)),
                _ => Some(equals),
            };
            *slot = most_alike(keys, candidates.unwrap_or_default(), block, least, &taken);
            if let Some(taken) = slot.and_then(|at| taken.get_mut(at)) {
                *taken = true;
            }
        }
    }
    found
}

/// The block that agrees best with a key, and at least so well; of equals, the first one.
fn most_alike(keys: &[BlockKey], candidates: &[usize], wanted: &BlockKey, least: Likeness, taken: &[bool]) -> Option<usize> {
    let free = candidates.iter().copied().filter(|at| taken.get(*at) == Some(&false));
    let alike = free.filter_map(|at| Some((Likeness::of(wanted, keys.get(at)?)?, at)));
    let best = alike.filter(|(likeness, _)| *likeness >= least).max_by_key(|(likeness, at)| (*likeness, usize::MAX - at));
    best.map(|(_, at)| at)
}

/// How well a block of the same text agrees with a key: the number of its neighbours that are the same, then whether it is the same one of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Likeness {
    neighbours: u8,
    is_same_occurrence: bool,
}

impl Likeness {
    const SAME: Self = Self { neighbours: 2, is_same_occurrence: true };
    const BOTH_NEIGHBOURS: Self = Self { neighbours: 2, is_same_occurrence: false };
    const LEAST: Self = Self { neighbours: 0, is_same_occurrence: true };

    /// `None` if nothing but the text agrees.
    fn of(wanted: &BlockKey, found: &BlockKey) -> Option<Self> {
        let neighbours = u8::from(wanted.before == found.before) + u8::from(wanted.after == found.after);
        let is_same_occurrence = wanted.occurrence == found.occurrence;
        (neighbours > 0 || is_same_occurrence).then_some(Self { neighbours, is_same_occurrence })
    }
}

/// Applies corrections to the pages of a document, in their order, and to its article: verdicts, text and words. The metadata stays what the page says.
/// Gives the block of each correction, counted over all pages; `None` for one that is not found.
pub fn apply(pages: &mut [CleanedPage], article: &mut Article, corrections: &[Correction]) -> Vec<Option<usize>> {
    let keys = keys(pages.iter().flat_map(|page| &page.page.blocks).map(|block| block.text.as_str()));
    let found = find(&keys, corrections);
    let verdicts: HashMap<usize, ReaderVerdict> =
        found.iter().zip(corrections).filter_map(|(at, correction)| Some(((*at)?, correction.verdict))).collect();
    if verdicts.is_empty() {
        return found;
    }
    let mut first = 0;
    for page in pages.iter_mut() {
        for at in 0..page.page.blocks.len() {
            if let Some(verdict) = verdicts.get(&(first + at)) {
                correct(page, at, *verdict);
            }
        }
        first += page.page.blocks.len();
    }
    let texts = pages.iter().map(|page| kept_text(&page.page, &page.labelled)).filter(|text| !text.is_empty());
    article.text = texts.collect::<Vec<_>>().join("\n\n");
    article.words = count_words(&article.text);
    found
}

/// Gives a block the reader's verdict.
fn correct(cleaned: &mut CleanedPage, at: usize, verdict: ReaderVerdict) {
    let CleanedPage { page, labelled, .. } = cleaned;
    let (Some(block), Some(slot)) = (page.blocks.get(at), labelled.verdicts.get_mut(at)) else { return };
    let score = match slot {
        Verdict::Kept { score, .. } => *score,
        Verdict::Removed(removal) => removal.score,
    };
    labelled.spared.retain(|spared| spared.block != at);
    match verdict {
        ReaderVerdict::Restore => {
            let rule = match slot {
                Verdict::Removed(removal) => removal.rule.clone(),
                Verdict::Kept { .. } => RuleId(RULE.to_owned()),
            };
            labelled.spared.push(Spared { block: at, rule, why: WHY.to_owned() });
            *slot = Verdict::Kept { role: role_of(page, block), score };
        }
        ReaderVerdict::Cut => *slot = Verdict::Removed(cut(at, block, slot, score)),
    }
}

fn cut(at: usize, block: &Block, verdict: &Verdict, score: f32) -> Removal {
    let category = match verdict {
        Verdict::Removed(removal) => removal.category,
        Verdict::Kept { .. } => Category::Other,
    };
    Removal { block: at, category, rule: RuleId(RULE.to_owned()), why: WHY.to_owned(), score, text: block.text.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correction(verdict: ReaderVerdict, key: &BlockKey) -> Correction {
        Correction { verdict, block: key.clone(), text: String::new() }
    }

    /// Where the block at `at` of `before` is found in `after`.
    fn found(before: &[&str], at: usize, after: &[&str]) -> Option<usize> {
        let wanted = correction(ReaderVerdict::Cut, &keys(before.iter().copied())[at]);
        find(&keys(after.iter().copied()), &[wanted])[0]
    }

    #[test]
    fn a_block_is_found_again_by_its_text_and_its_neighbours() {
        let page = ["One story.", "Advertisement", "Two stories.", "Advertisement", "Three stories."];
        for at in 0..page.len() {
            assert_eq!(found(&page, at, &page), Some(at));
        }
        // Case, punctuation and spaces do not count.
        assert_eq!(found(&page, 0, &["new", "one  story"]), Some(1));
        // Another one comes first: the neighbours tell.
        let longer = ["Advertisement", "One story.", "Advertisement", "Two stories.", "Advertisement", "Three stories."];
        assert_eq!((found(&page, 1, &longer), found(&page, 3, &longer)), (Some(2), Some(4)));
        // The one that was meant is gone, and the other one is not it.
        assert_eq!(found(&page, 3, &["Nought", "Advertisement", "Nothing"]), None);
        // All around it is new: it is the same one of several.
        assert_eq!(found(&page, 3, &["x", "Advertisement", "y", "Advertisement", "z"]), Some(3));
        assert_eq!(found(&page, 0, &["One more story."]), None);
    }

    #[test]
    fn signs_without_letters_are_told_apart() {
        let page = ["* * *", "—", "* * *"];
        assert_eq!([0, 1, 2].map(|at| found(&page, at, &page)), [Some(0), Some(1), Some(2)]);
        assert_ne!(text_sha256("* * *"), text_sha256("—"));
    }

    #[test]
    fn no_two_corrections_mean_the_same_block() {
        let before = keys(["a", "x", "b", "x", "c"]);
        let wanted = [correction(ReaderVerdict::Cut, &before[3]), correction(ReaderVerdict::Restore, &before[1])];
        assert_eq!(find(&keys(["b", "x", "c"]), &wanted), [Some(1), None]);
        assert_eq!(find(&keys(["a", "x", "b", "x", "c"]), &wanted), [Some(3), Some(1)]);
    }

    #[test]
    fn many_equal_blocks_are_no_trouble() {
        let texts = vec!["same"; 20_000];
        let all = keys(texts.iter().copied());
        let wanted: Vec<Correction> = all.iter().take(MAX_CORRECTIONS).map(|key| correction(ReaderVerdict::Cut, key)).collect();
        let found = find(&all, &wanted);
        assert!(found.iter().enumerate().all(|(at, found)| *found == Some(at)));
    }
}
