//! The differences between two texts: sentences by sentences, and within sentences that changed words by words.
//!
//! Sentences and words are those of Unicode Standard Annex #29. Myers' algorithm as `similar` has it gives up on the shortest difference where that would
//! take long, so that the time stays in proportion to the texts.

use std::ops::Range;

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

use gleaner_extract::base::text::count_words;

/// Of sentences that share a smaller share of their words, the words are not compared: the old sentence goes and the new one comes.
const RELATED: f32 = 0.35;

/// What two texts have in common, and where they differ, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differences {
    /// Every part of both texts.
    pub parts: Vec<Part>,
}

/// A part of two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Sentences that both texts have.
    Same(String),
    /// Sentences that differ.
    Changed(Spot),
}

/// Consecutive sentences that differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spot {
    /// The sentences of the old text; empty if the new ones were inserted.
    pub old: String,
    /// The sentences of the new text; empty if the old ones were removed.
    pub new: String,
    /// The same, word by word.
    pub pieces: Vec<Piece>,
}

/// Consecutive words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// Which text has them.
    pub side: Side,
    /// The words, with the spaces and marks around them.
    pub text: String,
}

/// Which of two texts has a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Both.
    Same,
    /// The old one.
    Removed,
    /// The new one.
    Added,
}

impl Differences {
    /// Compares two texts.
    pub fn of(old: &str, new: &str) -> Self {
        let (old, new) = (sentences(old), sentences(new));
        // A sentence at the end of a paragraph is the same sentence elsewhere.
        let keys = |sentences: &[&str]| sentences.iter().map(|sentence| sentence.trim().to_owned()).collect::<Vec<_>>();
        let operations = capture_diff_slices(Algorithm::Myers, &keys(&old), &keys(&new));
        let part = |operation: &DiffOp| {
            let text = |sentences: &[&str], range: Range<usize>| sentences.get(range).unwrap_or_default().concat();
            let (old, new) = (text(&old, operation.old_range()), text(&new, operation.new_range()));
            match operation {
                DiffOp::Equal { .. } => Part::Same(new),
                _ => Part::Changed(Spot::of(old, new)),
            }
        };
        Self { parts: operations.iter().map(part).collect() }
    }

    /// The parts that differ.
    pub fn spots(&self) -> impl Iterator<Item = &Spot> {
        self.parts.iter().filter_map(|part| match part {
            Part::Changed(spot) => Some(spot),
            Part::Same(_) => None,
        })
    }

    /// The number of words that only one of the texts has.
    pub fn words(&self, side: Side) -> usize {
        self.spots().map(|spot| spot.words(side)).sum()
    }
}

impl Spot {
    fn of(old: String, new: String) -> Self {
        let pieces = pieces(&old, &new);
        let mut spot = Self { old, new, pieces };
        let longer = count_words(&spot.old).max(count_words(&spot.new));
        if (spot.words(Side::Same) as f32) < RELATED * longer as f32 {
            spot.pieces = [(Side::Removed, &spot.old), (Side::Added, &spot.new)]
                .into_iter()
                .filter(|(_, text)| !text.is_empty())
                .map(|(side, text)| Piece { side, text: text.clone() })
                .collect();
        }
        spot
    }

    /// The number of words on one side.
    pub fn words(&self, side: Side) -> usize {
        self.pieces.iter().filter(|piece| piece.side == side).map(|piece| count_words(&piece.text)).sum()
    }
}

/// The sentences of a text, each with the space after it.
fn sentences(text: &str) -> Vec<&str> {
    let (mut out, mut from) = (Vec::new(), 0);
    for (at, sentence) in text.split_sentence_bound_indices() {
        // What has no word belongs to the sentence before: an empty line, a closing mark.
        if at > from && sentence.contains(char::is_alphanumeric) {
            out.extend(text.get(from..at));
            from = at;
        }
    }
    out.extend(text.get(from..).filter(|rest| !rest.is_empty()));
    out
}

/// Compares two texts word by word.
fn pieces(old: &str, new: &str) -> Vec<Piece> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_word_bounds().collect(), new.split_word_bounds().collect());
    let mut pieces = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let mut push = |side, words: Option<&[&str]>| {
            let text = words.unwrap_or_default().concat();
            if !text.is_empty() {
                pieces.push(Piece { side, text });
            }
        };
        match operation {
            DiffOp::Equal { .. } => push(Side::Same, new.get(operation.new_range())),
            _ => {
                push(Side::Removed, old.get(operation.old_range()));
                push(Side::Added, new.get(operation.new_range()));
            }
        }
    }
    joined(pieces)
}

/// Joins changes that only spaces and marks separate: `[old words][new words]` reads better than words that alternate.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let (mut removed, mut added) = (String::new(), String::new());
    let flush = |out: &mut Vec<Piece>, removed: &mut String, added: &mut String| {
        for (side, text) in [(Side::Removed, removed), (Side::Added, added)] {
            if !text.is_empty() {
                out.push(Piece { side, text: std::mem::take(text) });
            }
        }
    };
    let count = pieces.len();
    for (index, piece) in pieces.into_iter().enumerate() {
        let is_between = index + 1 < count && !(removed.is_empty() && added.is_empty());
        match piece.side {
            Side::Removed => removed += &piece.text,
            Side::Added => added += &piece.text,
            Side::Same if is_between && !piece.text.contains(char::is_alphanumeric) => {
                removed += &piece.text;
                added += &piece.text;
            }
            Side::Same => {
                flush(&mut out, &mut removed, &mut added);
                out.push(piece);
            }
        }
    }
    flush(&mut out, &mut removed, &mut added);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides(old: &str, new: &str) -> Vec<(Side, String)> {
        let differences = Differences::of(old, new);
        differences.spots().flat_map(|spot| &spot.pieces).map(|piece| (piece.side, piece.text.clone())).collect()
    }

    /// One side of the differences, put together again.
    fn side(differences: &Differences, side: Side) -> String {
        let part = |part: &Part| match part {
            Part::Same(text) => text.clone(),
            Part::Changed(spot) if side == Side::Removed => spot.old.clone(),
            Part::Changed(spot) => spot.new.clone(),
        };
        differences.parts.iter().map(part).collect()
    }

    #[test]
    fn a_changed_word_is_found_within_its_sentence() {
        let found = sides("It rained. The harbour was closed for five days.", "It rained. The harbour was closed for six days.");
        let expected =
            [(Side::Same, "The harbour was closed for "), (Side::Removed, "five"), (Side::Added, "six"), (Side::Same, " days.")];
        assert_eq!(found, expected.map(|(side, text)| (side, text.to_owned())));
    }

    #[test]
    fn neighbouring_changes_are_one() {
        let found = sides("The old stone mill at the river burnt down.", "The new glass mill at the river burnt down.");
        assert_eq!(found[1..3], [(Side::Removed, "old stone".to_owned()), (Side::Added, "new glass".to_owned())]);
    }

    #[test]
    fn sentences_without_common_words_replace_each_other() {
        let found = sides("It rained.\n\nThe mayor spoke.", "It rained.\n\nFirefighters came from two towns at once.");
        assert_eq!(found.iter().map(|(side, _)| *side).collect::<Vec<_>>(), [Side::Removed, Side::Added]);
    }

    #[test]
    fn scripts_without_spaces_are_compared_too() {
        let found = sides("港口因风暴关闭了五天。雨一直下。", "港口因风暴关闭了六天。雨一直下。");
        assert!(
            found.contains(&(Side::Removed, "五".to_owned())) && found.contains(&(Side::Added, "六".to_owned())),
            "{found:?}"
        );
        let found = sides("ท่าเรือปิดห้าวัน", "ท่าเรือปิดหกวัน");
        assert!(found.iter().any(|(side, _)| *side == Side::Same), "{found:?}");
    }

    #[test]
    fn both_texts_can_be_put_together_again() {
        let texts = ["", "One. Two! Three?\n\nFour… five", "Two! Six.\n\nFour… five", "一。二！三？", "One. Two!"];
        for (old, new) in texts.iter().flat_map(|old| texts.iter().map(move |new| (*old, *new))) {
            let differences = Differences::of(old, new);
            assert_eq!(side(&differences, Side::Added), new, "{old:?}");
            // Sentences that both have are given with the spaces of the new text.
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(squeezed(&side(&differences, Side::Removed)), squeezed(old), "{new:?}");
            assert_eq!(differences.spots().count() == 0, old == new);
        }
    }

    #[test]
    fn moved_paragraph_ends_are_no_change() {
        let differences = Differences::of("One. Two.\n\nThree.", "One. Two. Three.");
        assert_eq!(differences.spots().count(), 0, "{differences:?}");
    }
}
