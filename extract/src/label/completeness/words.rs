//! The phrases by which pages without a whole story are recognised, from `data/completeness.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use crate::base::text::fold;

/// Phrases by language.
type Phrases = BTreeMap<String, Vec<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhraseFile {
    blocked: BlockedPhrases,
    consent: ConsentPhrases,
    live: Phrases,
    read_on: Phrases,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockedPhrases {
    sure: Phrases,
    weak: Phrases,
    markup: MarkupNames,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsentPhrases {
    sure: Phrases,
}

/// What identifies challenge pages in the markup.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkupNames {
    /// Sequences of whole words of class, id and role attributes.
    names: Vec<String>,
    /// Parts of the URLs that scripts and frames load from.
    embeds: Vec<String>,
}

impl MarkupNames {
    /// The longest of the names among a container's words.
    pub fn name_in(&self, tokens: &str) -> Option<&str> {
        self.names.iter().map(String::as_str).filter(|name| has_words(tokens, name)).max_by_key(|name| name.len())
    }

    /// The first known part that a URL contains.
    pub fn embed_in(&self, address: &str) -> Option<&str> {
        self.embeds.iter().map(String::as_str).find(|part| address.contains(part))
    }
}

/// All phrases, ready to be searched for.
#[derive(Debug, Default)]
pub struct PhraseFinders {
    /// Phrases that only a challenge or block page contains.
    pub blocked: PhraseFinder,
    /// Phrases that stories may contain too.
    pub suspect: PhraseFinder,
    /// The markup of challenge pages.
    pub markup: MarkupNames,
    /// Phrases of consent walls.
    pub consent: PhraseFinder,
    /// Phrases that announce a live blog.
    pub live: PhraseFinder,
    /// Last words of a text that continues elsewhere.
    pub read_on: PhraseFinder,
}

/// The embedded phrases. Empty if the file could not be parsed, which a test rules out.
pub static WORDS: LazyLock<PhraseFinders> = LazyLock::new(|| {
    let Ok(file) = toml::from_str::<PhraseFile>(include_str!("../data/completeness.toml")) else {
        return PhraseFinders::default();
    };
    PhraseFinders {
        blocked: PhraseFinder::of(&file.blocked.sure),
        suspect: PhraseFinder::of(&file.blocked.weak),
        markup: file.blocked.markup,
        consent: PhraseFinder::of(&file.consent.sure),
        live: PhraseFinder::of(&file.live),
        read_on: PhraseFinder::of(&file.read_on),
    }
});

/// Finds phrases as whole words in folded text.
#[derive(Debug, Default)]
pub struct PhraseFinder {
    phrases: Vec<String>,
    automaton: Option<AhoCorasick>,
}

impl PhraseFinder {
    fn of(phrases: &Phrases) -> Self {
        let mut phrases: Vec<String> = phrases.values().flatten().map(|phrase| fold(phrase)).filter(|p| !p.is_empty()).collect();
        phrases.sort_unstable();
        phrases.dedup();
        let automaton = AhoCorasick::new(&phrases).ok();
        Self { phrases, automaton }
    }

    /// The first phrase in the folded text; of several that begin there, the longest, as it reads best in the evidence.
    pub fn find<'a>(&'a self, folded: &str) -> Option<&'a str> {
        let hits = self.automaton.as_ref()?.find_overlapping_iter(folded);
        let whole = hits.filter(|hit| is_whole(folded, hit.start(), hit.end()));
        let first = whole.min_by_key(|hit| (hit.start(), std::cmp::Reverse(hit.end())))?;
        self.phrases.get(first.pattern().as_usize()).map(String::as_str)
    }

    /// Whether the folded text equals a phrase.
    pub fn is(&self, folded: &str) -> bool {
        self.phrases.binary_search_by(|phrase| phrase.as_str().cmp(folded)).is_ok()
    }

    /// The longest phrase that the folded text ends with.
    pub fn find_at_end<'a>(&'a self, folded: &str) -> Option<&'a str> {
        let ends =
            |phrase: &&String| folded.ends_with(phrase.as_str()) && is_whole(folded, folded.len() - phrase.len(), folded.len());
        self.phrases.iter().filter(ends).max_by_key(|phrase| phrase.len()).map(String::as_str)
    }
}

/// Whether the text contains the words as a run of whole words.
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
    fn the_embedded_phrases_are_found_as_whole_words() {
        let words = &*WORDS;
        assert!(words.blocked.phrases.len() > 300 && words.consent.phrases.len() > 150 && words.read_on.phrases.len() > 80);
        assert_eq!(words.blocked.find(&fold("Please VERIFY you are human.")), Some("verify you are human"));
        assert_eq!(words.blocked.find(&fold("请启用JavaScript")), Some(fold("请启用javascript").as_str()));
        assert_eq!(words.read_on.find_at_end("the mayor said that more"), Some("more"));
        assert_eq!(words.read_on.find_at_end("the mayor said furthermore"), None);
        assert_eq!(words.markup.name_in("page px captcha wrapper"), Some("px captcha"));
        assert_eq!(words.markup.name_in("recaptchas"), None);
    }
}
