//! The words by which pages without a whole story are known, from `data/completeness.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use crate::base::text::fold;

/// Phrases by language.
type Phrases = BTreeMap<String, Vec<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    blocked: BlockedTable,
    consent: ConsentTable,
    live: Phrases,
    torn: Phrases,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockedTable {
    sure: Phrases,
    weak: Phrases,
    markup: Markup,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsentTable {
    sure: Phrases,
}

/// What the markup of challenge pages shows.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Markup {
    /// Sequences of whole words of class, id and role.
    names: Vec<String>,
    /// Parts of the addresses that scripts and frames load from.
    embeds: Vec<String>,
}

impl Markup {
    /// The longest name that stands among a container's words.
    pub fn name_in(&self, tokens: &str) -> Option<&str> {
        self.names.iter().map(String::as_str).filter(|name| has_words(tokens, name)).max_by_key(|name| name.len())
    }

    /// The first known source that an address holds.
    pub fn embed_in(&self, address: &str) -> Option<&str> {
        self.embeds.iter().map(String::as_str).find(|part| address.contains(part))
    }
}

/// All words, ready to be looked for.
#[derive(Debug, Default)]
pub struct Words {
    /// What only a challenge or block page says.
    pub blocked: Finder,
    /// What it may say among others.
    pub suspect: Finder,
    /// Its markup.
    pub markup: Markup,
    /// What a consent wall says.
    pub consent: Finder,
    /// What a live blog is called.
    pub live: Finder,
    /// The last words of a text that goes on elsewhere.
    pub torn: Finder,
}

/// The one copy. Empty where the table cannot be read, which a test rules out.
pub static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let Ok(table) = toml::from_str::<Table>(include_str!("../data/completeness.toml")) else { return Words::default() };
    Words {
        blocked: Finder::of(&table.blocked.sure),
        suspect: Finder::of(&table.blocked.weak),
        markup: table.blocked.markup,
        consent: Finder::of(&table.consent.sure),
        live: Finder::of(&table.live),
        torn: Finder::of(&table.torn),
    }
});

/// Finds phrases as whole words in folded text.
#[derive(Debug, Default)]
pub struct Finder {
    phrases: Vec<String>,
    automaton: Option<AhoCorasick>,
}

impl Finder {
    fn of(table: &Phrases) -> Self {
        let mut phrases: Vec<String> = table.values().flatten().map(|phrase| fold(phrase)).filter(|p| !p.is_empty()).collect();
        phrases.sort_unstable();
        phrases.dedup();
        let automaton = AhoCorasick::new(&phrases).ok();
        Self { phrases, automaton }
    }

    /// The first phrase that the folded text holds.
    pub fn find<'a>(&'a self, folded: &str) -> Option<&'a str> {
        let hits = self.automaton.as_ref()?.find_overlapping_iter(folded);
        let whole = hits.filter(|hit| is_whole(folded, hit.start(), hit.end()));
        // The longest of those that stand first, for the reader of the reason.
        let first = whole.min_by_key(|hit| (hit.start(), std::cmp::Reverse(hit.end())))?;
        self.phrases.get(first.pattern().as_usize()).map(String::as_str)
    }

    /// Whether the folded text is a phrase.
    pub fn is(&self, folded: &str) -> bool {
        self.phrases.binary_search_by(|phrase| phrase.as_str().cmp(folded)).is_ok()
    }

    /// The phrase that the folded text ends with.
    pub fn find_at_end<'a>(&'a self, folded: &str) -> Option<&'a str> {
        let ends =
            |phrase: &&String| folded.ends_with(phrase.as_str()) && is_whole(folded, folded.len() - phrase.len(), folded.len());
        self.phrases.iter().filter(ends).max_by_key(|phrase| phrase.len()).map(String::as_str)
    }
}

/// Whether the words stand in the text as a run of whole words.
fn has_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| is_whole(text, at, at + words.len()))
}

fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    (start == 0 || bytes.get(start - 1) == Some(&b' ')) && bytes.get(end).is_none_or(|byte| *byte == b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_and_whole_words_are_found() {
        let words = &*WORDS;
        assert!(words.blocked.phrases.len() > 300 && words.consent.phrases.len() > 150 && words.torn.phrases.len() > 80);
        assert_eq!(words.blocked.find(&fold("Please VERIFY you are human.")), Some("verify you are human"));
        assert_eq!(words.blocked.find(&fold("请启用JavaScript")), Some(fold("请启用javascript").as_str()));
        assert_eq!(words.torn.find_at_end("the mayor said that more"), Some("more"));
        assert_eq!(words.torn.find_at_end("the mayor said furthermore"), None);
        assert_eq!(words.markup.name_in("page px captcha wrapper"), Some("px captcha"));
        assert_eq!(words.markup.name_in("recaptchas"), None);
    }
}
