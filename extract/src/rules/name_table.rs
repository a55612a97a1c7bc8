//! The names and elements of many rules in one table, and which of them match an element, by its name and by the words of its class, id and role.
//! Knows rules by their index only.

use xxhash_rust::xxh3::xxh3_64;

use crate::base::hash_index::HashIndex;
use crate::base::list::{List, Texts};

/// The names and elements of many rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameTable {
    /// The elements of all rules, one rule's after another's.
    pub tags: Texts,
    /// Where those of each rule end.
    pub tag_ends: List<u32>,
    /// The hashes of the first word of each name.
    pub first_words: HashIndex,
    /// The names: words with one space between them.
    pub names: Texts,
    /// The rule of each name.
    pub rules: List<u32>,
    /// The hashes of the elements that match alone.
    pub lone_tags: HashIndex,
    /// The rule of each of those.
    pub lone_rules: List<u32>,
}

/// The tables are asked for each word of each element, so a word is hashed once and fast.
fn hash(word: &str) -> u32 {
    xxh3_64(word.as_bytes()) as u32
}

impl NameTable {
    /// Builds the table from each rule's names and tags, in order of the rules.
    pub fn new<'a>(rules: impl IntoIterator<Item = (&'a [String], &'a [String])>) -> Self {
        let (mut all_tags, mut tag_ends) = (Vec::new(), Vec::new());
        let (mut all_names, mut lone) = (Vec::new(), Vec::new());
        for (rule, (names, tags)) in (0u32..).zip(rules) {
            all_tags.extend(tags);
            tag_ends.push(all_tags.len() as u32);
            if names.is_empty() {
                lone.extend(tags.iter().map(|tag| (hash(tag), rule)));
            }
            for name in names {
                let words: Vec<String> = name.split_ascii_whitespace().map(str::to_lowercase).collect();
                if let Some(first) = words.first() {
                    all_names.push((hash(first), (words.join(" "), rule)));
                }
            }
        }
        let (first_words, lone_tags) = (HashIndex::of(&mut all_names), HashIndex::of(&mut lone));
        Self {
            tags: all_tags.into_iter().collect(),
            tag_ends: tag_ends.into(),
            first_words,
            names: all_names.iter().map(|(_, (name, _))| name).collect(),
            rules: all_names.iter().map(|(_, (_, rule))| *rule).collect(),
            lone_tags,
            lone_rules: lone.iter().map(|(_, rule)| *rule).collect(),
        }
    }

    /// The rules that match an element with these words, in order of their index.
    pub fn find(&self, tag: &str, words: &str) -> Vec<usize> {
        let lone = self.lone_rules.get(self.lone_tags.find(hash(tag))).unwrap_or_default();
        let mut found: Vec<usize> = lone.iter().map(|rule| *rule as usize).filter(|rule| self.has_tag(*rule, tag)).collect();
        let mut words = words.split_ascii_whitespace();
        while let Some(word) = words.next() {
            for index in self.first_words.find(hash(word)) {
                let (Some(name), Some(rule)) = (self.names.get(index), self.rules.get(index)) else { continue };
                let Some(others) = name.strip_prefix(word) else { continue };
                let (rule, mut following) = (*rule as usize, words.clone());
                let follow = |others: &str| others.split(' ').all(|wanted| following.next() == Some(wanted));
                let all_follow = others.is_empty() || others.strip_prefix(' ').is_some_and(follow);
                if all_follow && (self.tags_of(rule).is_empty() || self.has_tag(rule, tag)) {
                    found.push(rule);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn tags_of(&self, rule: usize) -> std::ops::Range<usize> {
        let end = |rule: usize| self.tag_ends.get(rule).map_or(0, |end| *end as usize);
        rule.checked_sub(1).map_or(0, end)..end(rule)
    }

    fn has_tag(&self, rule: usize, tag: &str) -> bool {
        self.tags_of(rule).any(|index| self.tags.get(index) == Some(tag))
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
        let names = NameTable::new([(&related[..], &none[..]), (&comment[..], &form[..]), (&none[..], &nav[..])]);
        assert_eq!(names.find("div", "box related articles"), [0]);
        assert!(names.find("div", "related box articles").is_empty());
        assert!(names.find("div", "comment").is_empty());
        assert_eq!(names.find("form", "comment comment"), [1]);
        assert_eq!(names.find("nav", ""), [2]);
        assert!(names.find("div", "commentary embargo").is_empty());
    }
}
