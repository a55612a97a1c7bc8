//! Clusters: texts that are one story, directly or through others.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use gleaner_extract::base::fast_hash::FastHasherBuilder;
use gleaner_extract::document::DocumentId;

/// By what the canonical document of a cluster is chosen: the least of all.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    /// Words of its text: the fullest text comes first.
    pub words: Reverse<u64>,
    /// True if no date is known. Then the earliest comes first.
    pub is_undated: bool,
    /// When it was published, in a form that sorts.
    pub date: String,
    /// The document.
    pub id: DocumentId,
}

impl Standing {
    /// The standing of a document.
    pub fn new(words: u64, date: Option<String>, id: DocumentId) -> Self {
        Self { words: Reverse(words), is_undated: date.is_none(), date: date.unwrap_or_default(), id }
    }
}

/// Groups of texts, joined pair by pair.
#[derive(Debug, Default)]
pub struct Clusters {
    parents: HashMap<u32, u32, FastHasherBuilder>,
}

impl Clusters {
    /// Joins the groups of two texts.
    pub fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        // The lower number is the root, so that the groups do not depend on the order of the pairs.
        self.parents.insert(a.max(b), a.min(b));
    }

    /// The lowest number of a text's group.
    pub fn root(&mut self, text: u32) -> u32 {
        let mut root = text;
        while let Some(parent) = self.parents.get(&root).filter(|parent| **parent != root) {
            root = *parent;
        }
        // Shortens the way for the next search.
        let mut at = text;
        while at != root {
            at = self.parents.insert(at, root).unwrap_or(root);
        }
        root
    }

    /// Every group of two texts or more, each ascending.
    pub fn groups(mut self) -> Vec<Vec<u32>> {
        let mut texts: Vec<u32> = self.parents.iter().flat_map(|(text, parent)| [*text, *parent]).collect();
        texts.sort_unstable();
        texts.dedup();
        let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for text in texts {
            groups.entry(self.root(text)).or_default().push(text);
        }
        groups.into_values().filter(|group| group.len() > 1).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gleaner_extract::base::hash::ContentHash;

    #[test]
    fn groups_are_joined_through_others() {
        let mut clusters = Clusters::default();
        for (a, b) in [(7, 3), (9, 8), (3, 5), (8, 9), (5, 7)] {
            clusters.join(a, b);
        }
        assert_eq!(clusters.groups(), [vec![3, 5, 7], vec![8, 9]]);
        assert!(Clusters::default().groups().is_empty());
    }

    #[test]
    fn the_fullest_then_the_earliest_is_canonical() {
        let id = |name: &str| DocumentId(ContentHash::of(name));
        let short = Standing::new(90, Some("2020-01-01".into()), id("a"));
        let late = Standing::new(100, Some("2024-05-02".into()), id("b"));
        let early = Standing::new(100, Some("2024-05-01".into()), id("c"));
        let undated = Standing::new(100, None, id("d"));
        let mut all = [&undated, &short, &late, &early];
        all.sort();
        assert_eq!(all, [&early, &late, &undated, &short]);
    }
}
