//! Of what kind a change of a story is, and what speaks for that.

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use super::differences::{Differences, Piece, Side, Spot};
use gleaner_extract::base::text::{count_words, fold};

/// What a reader sees of a version of a story.
#[derive(Clone, Copy, Debug)]
pub struct StoryText<'a> {
    /// The headline.
    pub title: Option<&'a str>,
    /// The clean text.
    pub text: &'a str,
}

/// The kind of a change from one version of a story to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// There is no earlier version.
    First,
    /// The page is the same: another version of gleaner, or other settings, made another text of it.
    Cleaner,
    /// Only other metadata than the headline changed.
    Metadata,
    /// The headline changed, and no more than the spelling of the text.
    Headline,
    /// Only spelling, punctuation or letter case changed.
    Typo,
    /// Sentences were added, and next to nothing went.
    Grown,
    /// Sentences went, and next to nothing was added.
    Cut,
    /// Words or sentences were replaced.
    Substantive,
}

impl ChangeKind {
    /// The name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Cleaner => "cleaner",
            Self::Metadata => "metadata",
            Self::Headline => "headline",
            Self::Typo => "typo",
            Self::Grown => "grown",
            Self::Cut => "cut",
            Self::Substantive => "substantive",
        }
    }
}

/// A change with what speaks for its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The kind.
    pub kind: ChangeKind,
    /// What was counted, the decisive fact first.
    pub evidence: Vec<String>,
}

/// Most words that may be spelt differently in a change of spelling: this many, or one in twenty.
const TYPO_WORDS: (usize, usize) = (5, 20);

/// Most words of one correction of spelling.
const SPELLING_WORDS: usize = 2;

/// Smallest share of characters that two spellings of a word have in common.
const SPELLING_RATIO: f32 = 0.6;

/// Judges the change from one version to the next.
pub fn judge(old: StoryText<'_>, new: StoryText<'_>) -> Change {
    let differences = Differences::of(old.text, new.text);
    let (removed, added) = (differences.words(Side::Removed), differences.words(Side::Added));
    let whole = count_words(old.text).max(1);
    let headline = (old.title != new.title).then(|| {
        let title = |title: Option<&str>| title.unwrap_or("(none)").to_owned();
        format!("headline: {} → {}", title(old.title), title(new.title))
    });
    let counts = format!("{removed} of {whole} words removed, {added} added");
    let is_same = differences.spots().next().is_none();
    let is_spelling = differences.spots().all(only_spelling) && removed.max(added) <= TYPO_WORDS.0.max(whole / TYPO_WORDS.1);
    let (mut removed_sentences, mut added_sentences) = (false, false);
    for spot in differences.spots() {
        removed_sentences |= has_whole_sentence(&spot.old, &spot.new);
        added_sentences |= has_whole_sentence(&spot.new, &spot.old);
    }
    let is_little = |few: usize, many: usize| few * 4 <= many && few * 10 <= whole;
    let kind = match headline {
        Some(_) if is_same || is_spelling => ChangeKind::Headline,
        None if is_same => ChangeKind::Metadata,
        _ if is_spelling => ChangeKind::Typo,
        _ if added_sentences && is_little(removed, added) => ChangeKind::Grown,
        _ if removed_sentences && is_little(added, removed) => ChangeKind::Cut,
        _ => ChangeKind::Substantive,
    };
    let text = (!is_same).then_some(counts);
    let mut evidence: Vec<String> = text.into_iter().chain(headline).collect();
    if kind == ChangeKind::Headline {
        evidence.reverse();
    }
    Change { kind, evidence }
}

/// Whether a text has more than half a sentence more than another.
fn has_whole_sentence(text: &str, other: &str) -> bool {
    let (own, other) = (count_words(text), count_words(other));
    own > other && own - other >= 4
}

/// Whether all changes of a spot are corrections of spelling, punctuation or letter case.
fn only_spelling(spot: &Spot) -> bool {
    let mut pieces = spot.pieces.iter().peekable();
    while let Some(piece) = pieces.next() {
        let other = match piece.side {
            Side::Same => continue,
            Side::Removed => pieces.next_if(|next| next.side == Side::Added),
            Side::Added => None,
        };
        if !is_spelling(&piece.text, other.map_or("", |other: &Piece| &other.text)) {
            return false;
        }
    }
    true
}

/// Whether two texts are spellings of the same words. Numbers never are.
fn is_spelling(old: &str, new: &str) -> bool {
    let (old, new) = (fold(old), fold(new));
    let digits = |text: &str| text.chars().filter(|c| c.is_numeric()).collect::<String>();
    if old == new {
        return true;
    }
    if old.is_empty()
        || new.is_empty()
        || digits(&old) != digits(&new)
        || count_words(&old).max(count_words(&new)) > SPELLING_WORDS
    {
        return false;
    }
    ratio(&old, &new) >= SPELLING_RATIO
}

/// The share of the characters of two short texts that both have, in order.
fn ratio(old: &str, new: &str) -> f32 {
    let diff = TextDiff::from_chars(old, new);
    let (same, all) = diff.iter_all_changes().fold((0, 0), |(same, all), change| match change.tag() {
        ChangeTag::Equal => (same + 2, all + 2),
        ChangeTag::Delete | ChangeTag::Insert => (same, all + 1),
    });
    same as f32 / all.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "The old mill at the river burnt down on Monday night. Nobody was hurt, the fire brigade said. \
        The mill had stood empty for twelve years.\n\nThe town had planned to turn it into a museum. The mayor, Ann Lee, called the fire a loss \
        for the whole valley.";

    fn kind(old: &str, new: &str) -> ChangeKind {
        judge(StoryText { title: Some("Mill burns down"), text: old }, StoryText { title: Some("Mill burns down"), text: new })
            .kind
    }

    #[test]
    fn corrections_of_spelling_are_typos() {
        for (from, to) in
            [("brigade", "brigaade"), ("mayor,", "mayor"), ("Monday", "monday"), ("museum", "musseum"), ("empty", "Empty")]
        {
            assert_eq!(kind(&STORY.replace(from, to), STORY), ChangeKind::Typo, "{from} {to}");
        }
    }

    #[test]
    fn other_words_and_numbers_are_substantive() {
        for (from, to) in [("twelve", "nine"), ("Nobody was", "Two people were"), ("Ann Lee", "Bob Moss")] {
            assert_eq!(kind(&STORY.replace(from, to), STORY), ChangeKind::Substantive, "{from} {to}");
        }
        assert_eq!(kind("It took 12 hours to put it out.", "It took 13 hours to put it out."), ChangeKind::Substantive);
    }

    #[test]
    fn added_sentences_make_a_story_grow_and_removed_ones_cut_it() {
        let longer =
            format!("{STORY}\n\nPolice said on Tuesday that they were looking for a witness who had called from the bridge.");
        assert_eq!(kind(STORY, &longer), ChangeKind::Grown);
        assert_eq!(kind(&longer, STORY), ChangeKind::Cut);
        assert_eq!(kind(STORY, &longer.replace("twelve", "nine")), ChangeKind::Grown, "one word went");
    }

    #[test]
    fn an_unchanged_text_has_a_new_headline_or_other_metadata() {
        let new = |title| {
            judge(StoryText { title: Some("Mill burns down"), text: STORY }, StoryText { title: Some(title), text: STORY })
        };
        let change = new("Arson suspected at mill");
        assert_eq!((change.kind, change.evidence.len()), (ChangeKind::Headline, 1));
        assert_eq!(change.evidence[0], "headline: Mill burns down → Arson suspected at mill");
        assert_eq!(new("Mill burns down").kind, ChangeKind::Metadata);
    }

    #[test]
    fn a_new_headline_over_a_new_text_is_evidence_only() {
        let new = STORY.replace("Nobody was hurt", "Two firefighters were hurt");
        let change =
            judge(StoryText { title: Some("Mill burns"), text: STORY }, StoryText { title: Some("Two hurt"), text: &new });
        assert_eq!(change.kind, ChangeKind::Substantive);
        assert_eq!(change.evidence.len(), 2);
        assert!(change.evidence[0].starts_with("2 of "), "{:?}", change.evidence);
    }
}
