//! The words of bylines in many languages, and the functions that cut text at them. Splits no lists and classifies no names.

use std::borrow::Cow;

use super::super::date::is_month;
use super::super::pattern_lists::SearchPattern;
use super::super::patterns::PATTERNS;
use super::kinds::Kinds;
pub use super::lists::BylineWords;
use crate::base::list::Texts;
use crate::base::text::tokens;

/// The words.
pub static WORDS: BylineWords = built_in::WORDS;

/// What build.rs writes of `data/bylines.toml`.
mod built_in {
    use super::super::kinds::{KindTable, Kinds};
    use super::super::lists::BylineWords;
    use crate::base::hash_index::HashIndex;
    use crate::base::list::{List, Texts};
    use crate::base::prefixes::Prefixes;
    use crate::base::word_map::WordMap;

    include!(concat!(env!("OUT_DIR"), "/bylines.rs"));
}

impl BylineWords {
    /// What a word, or several, are known as.
    pub fn kinds(&self, text: &str) -> Kinds {
        self.kinds.kinds(text)
    }

    /// Whether the word is a role, alone or as the last part of a compound: `Online-Redakteur`.
    pub fn is_role(&self, word: &str) -> bool {
        self.is_role_of(word, self.kinds(word))
    }

    /// [`Self::is_role`] of a word with these kinds.
    pub fn is_role_of(&self, word: &str, kinds: Kinds) -> bool {
        let last = || word.rsplit_once(['-', '‑']).is_some_and(|(_, last)| self.kinds(last).is(Kinds::ROLE));
        kinds.is(Kinds::ROLE) || last() || self.has_role_ending(word)
    }

    /// Whether the word is a compound that ends with a role: `Projektleiterin`.
    fn has_role_ending(&self, word: &str) -> bool {
        let is_compound = |ending: &str| word.strip_suffix(ending).is_some_and(|head| head.chars().count() >= 3);
        word.len() >= 9 && word.chars().count() >= 9 && self.role_endings.iter().any(is_compound)
    }

    /// Whether the word is part of an organisation's name or a role.
    pub fn is_of_department(&self, word: &str) -> bool {
        let kinds = self.kinds(word);
        kinds.is(Kinds::ORGANISATION) || self.is_role_of(word, kinds)
    }

    /// Whether the word follows a name: `reports`.
    pub fn is_lead_out(&self, word: &str) -> bool {
        self.lead_outs.has(word)
    }

    /// The words that follow names.
    pub fn lead_outs(&self) -> &Texts {
        &self.lead_out_list
    }

    /// The text with one lead-in in place of a credit for both text and pictures: `Text & photos: Jane Doe`, `Text und Bilder von Anna Meier`.
    pub fn without_shared_credit(text: String) -> String {
        // A word for texts and one for pictures.
        if PATTERNS.credit_words.may_match(&text).len() < PATTERNS.credit_words.len() {
            return text;
        }
        match PATTERNS.searched.replaced(SearchPattern::SharedCredit as usize, &text, "text: ", 1) {
            Cow::Owned(replaced) => replaced,
            Cow::Borrowed(_) => text,
        }
    }

    /// Whether the word is one that follows names and is no part of them: a role, a label, a word for posting, a department, or what narrows down
    /// a role in the `next` word.
    pub fn follows_names(&self, word: &str, next: Option<&str>) -> bool {
        let word = word.trim_end_matches([':', '.', ',']);
        let kinds = self.kinds(word);
        self.is_role_of(word, kinds)
            || kinds.is(Kinds::CONTRIBUTOR | Kinds::ACT | Kinds::NOISE | Kinds::PLACE | Kinds::ORGANISATION)
            || (word.chars().count() > 3 && self.stops.has(word))
            || (kinds.is(Kinds::MODIFIER) && next.is_some_and(|next| self.is_role(next)))
    }

    /// Whether the word is a degree: `M.D.`, `Ph.D.`
    pub fn is_degree(&self, word: &str) -> bool {
        self.kinds.kinds_of_joined(word).is(Kinds::DEGREE)
    }

    /// Whether the text is a news agency's name.
    pub fn is_agency(&self, text: &str) -> bool {
        self.kinds(text).is(Kinds::AGENCY)
    }

    /// Whether the text is a lead-in.
    pub fn is_lead_in(&self, text: &str) -> bool {
        self.lead_ins.has(text)
    }

    /// Whether the word stands between two names: `and`.
    pub fn is_conjunction(&self, word: &str) -> bool {
        self.conjunctions.contains(word)
    }

    /// Whether the word occurs in names in lower case: `van`, `de`.
    pub fn is_particle(&self, word: &str) -> bool {
        self.particles.contains(word)
    }
}

/// Whether the text is only a lead-in: `Written by`, `Autor:`.
pub fn is_lead_in(text: &str) -> bool {
    let text = text.trim().trim_end_matches([':', '：']);
    WORDS.lead_ins.has(text) && text.to_lowercase().chars().nth(1).is_some()
}

/// The text after a lead-in inside it, and true, if a date or a word for posting comes before: `Posted on 3 May by Jane Doe`. Otherwise the
/// text itself, and false.
pub fn after_inner_lead_in(text: &str) -> (&str, bool) {
    let mut may_follow = tokens(text).next().is_some_and(|first| WORDS.kinds(first).is(Kinds::ACT));
    let mut at = 0;
    for (index, word) in tokens(text).enumerate() {
        if index > 0 && may_follow && WORDS.inner.has(word) {
            let after = text.get(at + word.len()..).unwrap_or_default().trim();
            if !after.is_empty() {
                return (after, true);
            }
        }
        may_follow |= word.bytes().any(|byte| byte.is_ascii_digit());
        at += word.len() + 1;
    }
    (text, false)
}

/// The text after a capitalised lead-in inside it: `World News Written by Jane Doe`.
pub fn after_capitalised_lead_in(text: &str) -> Option<&str> {
    let mut at = 0;
    for (index, word) in tokens(text).enumerate() {
        let end = at + word.len();
        if index > 0 && word.starts_with(char::is_uppercase) {
            let rest = text.get(end..).unwrap_or_default().trim_start();
            let (next, after_next) = rest.split_once(' ').unwrap_or_default();
            if !rest.is_empty() && WORDS.inner.has(word) {
                return Some(rest);
            }
            if WORDS.inner.contains(next) && WORDS.lead_ins.has(&format!("{} {next}", word.to_lowercase())) {
                return Some(after_next);
            }
        }
        at = end + 1;
    }
    None
}

/// Whether the text begins with a word for other contributors: photographers, editors, fact checkers.
pub fn begins_with_contributor(text: &str) -> bool {
    let text = text.trim_start_matches(is_edge);
    text.split([' ', ':', '：', '/']).next().is_some_and(|first| WORDS.kinds(first).is(Kinds::CONTRIBUTOR))
}

/// Whether a text begins with a preposition of place: a section or a town follows.
pub fn begins_with_place(text: &str) -> bool {
    text.split_once(' ')
        .is_some_and(|(first, _)| matches!(first, "In" | "in" | "Im" | "im" | "En" | "en" | "At" | "at" | "From" | "from"))
}

/// The text without lead-ins at its start: `Written by: Jane Doe` → `Jane Doe`.
pub fn strip_lead_ins(text: &str) -> &str {
    let mut text = text.trim_start_matches(is_edge).trim_end();
    for _ in 0..4 {
        let Some(rest) = strip_lead_in(text) else { break };
        text = rest;
    }
    text
}

/// The text without a date in digits at its start: `17.12.2025 Jane Doe`, or the year that a comma separated from the rest.
pub fn strip_date(text: &str) -> &str {
    let is_date =
        |word: &str| word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b':'));
    match text.split_once(' ') {
        Some((first, rest)) if is_date(first) => rest,
        _ => text,
    }
}

/// The text without a lead-in at its end, which belongs to the next line: `Interview Von`.
pub fn strip_trailing_lead_in(text: &str) -> &str {
    let Some((rest, last)) = text.rsplit_once(' ') else { return text };
    let last = last.trim_end_matches([':', '：']);
    let leads = ["by", "von", "par", "por", "door"].iter().any(|lead_in| last.eq_ignore_ascii_case(lead_in));
    // A single word before it is a section.
    if !leads {
        text
    } else if rest.contains(' ') {
        rest.trim_end()
    } else {
        ""
    }
}

/// Whether a character may stand around lead-ins and roles.
pub fn is_edge(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            ':' | '：'
                | '-'
                | '–'
                | '—'
                | '|'
                | '.'
                | '*'
                | '•'
                | '"'
                | '“'
                | '„'
                | '»'
                | '>'
                | '~'
                | '='
                | '■'
                | '●'
                | '▶'
                | '◆'
                | '○'
                | '/'
                | '／'
        )
}

fn strip_lead_in(text: &str) -> Option<&str> {
    for lead_in in WORDS.lead_ins.candidates(text) {
        let Some(rest) = strip_prefix_folded(text, lead_in) else { continue };
        let next = rest.chars().next()?;
        let marked = matches!(next, ':' | '：' | '/' | '／' | '|');
        // In scripts without spaces, only a punctuation mark or space afterwards distinguishes a lead-in from a longer word.
        if !(marked || next.is_whitespace()) {
            continue;
        }
        let tail = rest.trim_start_matches(is_edge);
        // Particles of names (`Di Maio`, `Von Hardenberg`) look like lead-ins: two words must follow.
        let particle = lead_in.chars().count() <= 3 && !matches!(lead_in, "by" | "von" | "par") && !marked && lead_in.is_ascii();
        let needed = if particle { 2 } else { 1 };
        if tail.split_whitespace().count() >= needed {
            return Some(tail);
        }
    }
    None
}

/// The rest after a lower-case prefix, ignoring case.
fn strip_prefix_folded<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let mut rest = text.chars();
    for wanted in prefix.chars() {
        let next = rest.next()?;
        let lower = if next.is_ascii() { next.to_ascii_lowercase() } else { next.to_lowercase().next()? };
        if lower != wanted {
            return None;
        }
    }
    Some(rest.as_str())
}

/// The text up to a word that ends names: a date, a word for posting, a place after a full name.
pub fn cut_stops(text: &str) -> &str {
    let mut at = 0;
    for (index, word) in text.split(' ').enumerate() {
        let here = text.get(at..).unwrap_or_default();
        if index > 0 {
            let day_follows =
                here.get(word.len()..).is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()));
            if day_follows && is_month(word) {
                let before = text.get(..at).unwrap_or_default();
                return before.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ' '));
            }
            let stop = WORDS.stops.candidates(here).any(|stop| {
                strip_prefix_folded(here, stop).is_some_and(|rest| rest.chars().next().is_none_or(|c| !c.is_alphanumeric()))
            });
            let lower = word.chars().next().is_some_and(|c| c.is_lowercase());
            let place = lower && (index >= 2 || word == "in") && WORDS.kinds(word).is(Kinds::PLACE);
            let contributor = index >= 2 && WORDS.kinds(word.trim_end_matches(':')).is(Kinds::CONTRIBUTOR);
            if (stop && (lower || index >= 2)) || place || contributor || (index >= 2 && word.chars().any(|c| c.is_ascii_digit()))
            {
                return text.get(..at).unwrap_or_default().trim_end();
            }
        }
        at += word.len() + 1;
    }
    text
}

/// The names before those of the persons to whom they talked: `Ein Interview von Anna Meier mit Jane Doe`. `lead_in` is the text before.
pub fn before_interviewee<'a>(names: &'a str, lead_in: &str) -> &'a str {
    if !lead_in.split(' ').any(|word| WORDS.kinds(word).is(Kinds::INTERVIEW)) {
        return names;
    }
    let mut at = 0;
    for word in names.split(' ') {
        if at > 0 && WORDS.companions.contains(word) {
            return names.get(..at).unwrap_or_default().trim_end();
        }
        at += word.len() + 1;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_words() {
        assert!(WORDS.lead_ins.words.len() > 100);
        assert!(WORDS.conjunctions.contains("und") && WORDS.kinds("editor").is(Kinds::ROLE));
    }
}
