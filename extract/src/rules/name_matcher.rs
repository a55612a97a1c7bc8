//! Finds which rules match an element, by its name and by the words of its class, id and role. Knows rules by their index only.

use xxhash_rust::xxh3::xxh3_64;

use crate::base::fast_hash::FastMap;

/// The names and elements of many rules.
#[derive(Debug, Default)]
pub(super) struct NameMatcher {
    /// Names by the hash of their first word.
    by_first_word: FastMap<u64, Vec<Name>>,
    /// Rules for elements alone: element and rule, by the hash of the element.
    by_tag: FastMap<u64, Vec<(String, usize)>>,
}

/// One name of a rule: a sequence of whole words.
#[derive(Debug)]
struct Name {
    rule: usize,
    first_word: String,
    other_words: Vec<String>,
    /// The elements that it is limited to; empty for all.
    tags: Vec<String>,
}

/// The tables are asked for each word of each element, so a word is hashed once and fast.
fn key(word: &str) -> u64 {
    xxh3_64(word.as_bytes())
}

impl NameMatcher {
    /// Builds the tables from each rule's names and tags, in order of the rules.
    pub fn new<'a>(rules: impl IntoIterator<Item = (&'a [String], &'a [String])>) -> Self {
        let mut matcher = Self::default();
        for (rule, (names, tags)) in rules.into_iter().enumerate() {
            if names.is_empty() {
                for tag in tags {
                    matcher.by_tag.entry(key(tag)).or_default().push((tag.clone(), rule));
                }
            }
            for name in names {
                let mut words = name.split_ascii_whitespace().map(str::to_lowercase);
                if let Some(first_word) = words.next() {
                    let key = key(&first_word);
                    let name = Name { rule, first_word, other_words: words.collect(), tags: tags.to_vec() };
                    matcher.by_first_word.entry(key).or_default().push(name);
                }
            }
        }
        matcher
    }

    /// The rules that match an element with these words, in order of their index.
    pub fn find(&self, tag: &str, words: &str) -> Vec<usize> {
        let tagged = self.by_tag.get(&key(tag)).into_iter().flatten().filter(|(wanted, _)| wanted == tag);
        let mut found: Vec<usize> = tagged.map(|(_, rule)| *rule).collect();
        let mut words = words.split_ascii_whitespace();
        while let Some(word) = words.next() {
            let names = self.by_first_word.get(&key(word)).into_iter().flatten();
            for name in names.filter(|name| name.first_word == word) {
                let mut following = words.clone();
                let all_follow = name.other_words.iter().all(|wanted| following.next() == Some(wanted.as_str()));
                if all_follow && (name.tags.is_empty() || name.tags.iter().any(|wanted| wanted == tag)) {
                    found.push(name.rule);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_whole_words_in_order() {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let (related, comment, nav) = (words(&["related articles"]), words(&["comment"]), words(&["nav"]));
        let form = words(&["form"]);
        let none = Vec::new();
        let names = NameMatcher::new([(&related[..], &none[..]), (&comment[..], &form[..]), (&none[..], &nav[..])]);
        assert_eq!(names.find("div", "box related articles"), [0]);
        assert!(names.find("div", "related box articles").is_empty());
        assert!(names.find("div", "comment").is_empty());
        assert_eq!(names.find("form", "comment comment"), [1]);
        assert_eq!(names.find("nav", ""), [2]);
        assert!(names.find("div", "commentary embargo").is_empty());
    }
}
