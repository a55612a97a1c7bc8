//! The phrases of many rules in one table, and which of them are in a text. Knows rules by their index only.

use super::normalized::NormalizedText;
use super::rule::{Matching, Rule};
use crate::base::list::List;
use crate::base::phrase_set::PhraseSet;

/// The part of a rule that looks at text.
pub struct TextRule<'a> {
    pub matching: Matching,
    pub max_words: usize,
    pub phrases: Vec<&'a str>,
    pub patterns: &'a [String],
}

impl<'a> TextRule<'a> {
    pub fn of(rule: &'a Rule) -> Self {
        let phrases = rule.all_phrases().map(|(_, phrase)| phrase).collect();
        Self { matching: rule.matching, max_words: rule.max_words, phrases, patterns: &rule.patterns }
    }
}

/// Phrases of many rules. A rule is known by its index in the list that the table was built from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhraseTable {
    /// `match` and `max_words` of each rule.
    pub limits: List<(Matching, usize)>,
    /// The phrases, normalized.
    pub phrases: PhraseSet,
    /// The rule of each phrase.
    pub rules: List<u32>,
    /// Longest block, in words, that a rule with phrases can match.
    pub max_words: usize,
}

/// Where a phrase was found in a normalized text, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct PhraseHit {
    rule: u32,
    start: usize,
    end: usize,
}

impl PhraseTable {
    /// Builds the table from all rules, those without phrases included.
    pub fn new(rules: &[TextRule<'_>]) -> Self {
        let limits = rules.iter().map(|rule| (rule.matching, rule.max_words)).collect();
        let max_words = rules.iter().filter(|rule| !rule.phrases.is_empty()).map(|rule| rule.max_words).max().unwrap_or(0);
        let normalized = |(index, rule): (u32, &TextRule<'_>)| {
            let phrases = rule.phrases.iter().map(|phrase| (NormalizedText::of(phrase).text.into_owned(), index));
            phrases.collect::<Vec<_>>()
        };
        let (phrases, of_rules) = PhraseSet::of((0u32..).zip(rules).flat_map(normalized));
        Self { limits, phrases, rules: of_rules.into(), max_words }
    }

    /// The rules with phrases in the text that match it, in order of their index, each with the share of the text's words that its phrases cover.
    pub fn find(&self, text: &NormalizedText<'_>) -> Vec<(usize, f32)> {
        if text.weight > self.max_words {
            return Vec::new();
        }
        let mut hits = self.hits(text);
        hits.sort_unstable();
        let mut found = Vec::new();
        for hits in hits.chunk_by(|a, b| a.rule == b.rule) {
            let Some(rule) = hits.first().map(|hit| hit.rule as usize) else { continue };
            let needs_whole = self.limits.get(rule).is_some_and(|(matching, _)| *matching == Matching::Is);
            if !needs_whole || make_up_whole(hits, text.text.len()) {
                found.push((rule, share_of_words(hits, text)));
            }
        }
        found
    }

    fn hits(&self, text: &NormalizedText<'_>) -> Vec<PhraseHit> {
        let mut hits: Vec<PhraseHit> = Vec::new();
        self.phrases.find(&text.text, |index, start, end| {
            let Some(rule) = self.rules.get(index).copied() else { return };
            let Some((matching, max_words)) = self.limits.get(rule as usize) else { return };
            let fits = match matching {
                Matching::Starts => start == 0,
                Matching::Ends => end == text.text.len(),
                Matching::Contains | Matching::Is => true,
            };
            if fits && text.weight <= *max_words {
                hits.push(PhraseHit { rule, start, end });
            }
        });
        hits
    }
}

/// Whether some of the hits, one after another, make up the whole text.
fn make_up_whole(hits: &[PhraseHit], len: usize) -> bool {
    // Where the next hit may begin: after a space.
    let mut starts = vec![0];
    for hit in hits {
        if starts.contains(&hit.start) && !starts.contains(&(hit.end + 1)) {
            starts.push(hit.end + 1);
        }
    }
    starts.contains(&(len + 1))
}

/// The share of the text's words that the hits cover together. The hits are sorted by their start.
fn share_of_words(hits: &[PhraseHit], text: &NormalizedText<'_>) -> f32 {
    let (mut words, mut counted_to) = (0, 0);
    for hit in hits {
        let start = hit.start.max(counted_to);
        if let Some(uncounted) = text.text.get(start..hit.end).filter(|uncounted| !uncounted.is_empty()) {
            words += 1 + uncounted.bytes().filter(|byte| *byte == b' ').count();
            counted_to = hit.end + 1;
        }
    }
    words as f32 / text.words.max(1) as f32
}
