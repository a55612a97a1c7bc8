//! The phrases by which pages without a whole story are recognised, from `data/completeness.toml`. `build.rs` writes them as source.

use crate::base::list::Texts;
use crate::base::phrase_set::PhraseSet;

/// What identifies challenge pages in the markup.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct MarkupNames {
    /// Sequences of whole words of class, id and role attributes.
    pub names: PhraseSet,
    /// Parts of the URLs that scripts and frames load from.
    pub embeds: Texts,
}

impl MarkupNames {
    /// The longest of the names among a container's words.
    pub fn name_in(&self, tokens: &str) -> Option<&str> {
        let mut longest = None;
        self.names.find(tokens, |index, start, end| longest = longest.max(Some((end - start, index))));
        self.names.get(longest?.1)
    }

    /// The first known part that a URL contains.
    pub fn embed_in(&self, address: &str) -> Option<&str> {
        self.embeds.iter().find(|part| address.contains(part))
    }
}

/// All phrases, ready to be searched for.
#[derive(Debug, Default, PartialEq, Eq)]
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

/// Finds phrases as whole words in folded text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PhraseFinder(pub PhraseSet);

impl PhraseFinder {
    /// The first phrase in the folded text; of several that begin there, the longest, as it reads best in the evidence.
    pub fn find(&self, folded: &str) -> Option<&str> {
        let mut first: Option<(usize, usize, usize)> = None;
        self.0.find(folded, |index, start, end| {
            if first.is_none_or(|(known, known_end, _)| known == start && known_end < end) {
                first = Some((start, end, index));
            }
        });
        self.0.get(first?.2)
    }

    /// Whether the folded text equals a phrase.
    pub fn is(&self, folded: &str) -> bool {
        let mut is = false;
        self.0.find(folded, |_, start, end| is |= (start, end) == (0, folded.len()));
        is
    }

    /// The longest phrase that the folded text ends with.
    pub fn find_at_end(&self, folded: &str) -> Option<&str> {
        let mut longest = None;
        self.0.find(folded, |index, _, end| {
            // The first that is found begins first.
            if end == folded.len() && longest.is_none() {
                longest = Some(index);
            }
        });
        self.0.get(longest?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::phrases::WORDS;
    use crate::base::text::fold;

    #[test]
    fn the_embedded_phrases_are_found_as_whole_words() {
        let words = &WORDS;
        assert!(words.blocked.0.len() > 300 && words.consent.0.len() > 150 && words.read_on.0.len() > 80);
        assert_eq!(words.blocked.find(&fold("Please VERIFY you are human.")), Some("verify you are human"));
        assert_eq!(words.blocked.find(&fold("请启用JavaScript")), Some(fold("请启用javascript").as_str()));
        assert_eq!(words.read_on.find_at_end("the mayor said that more"), Some("more"));
        assert_eq!(words.read_on.find_at_end("the mayor said furthermore"), None);
        assert_eq!(words.markup.name_in("page px captcha wrapper"), Some("px captcha"));
        assert_eq!(words.markup.name_in("recaptchas"), None);
    }
}
