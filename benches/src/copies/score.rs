//! Compares relations that were found with those that are known.

use std::collections::{BTreeMap, HashMap};

use super::edits::Class;
use super::script::Script;
use super::{Copies, Part};

/// What was found among the texts of [`Copies`], which are named by their places.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Related texts, the lower place first, sorted, each pair once.
    pub pairs: Vec<(usize, usize)>,
    /// The cluster of each text, under any number.
    pub clusters: Vec<usize>,
}

/// How well they agree.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// Copies whose relation to their original was found, and all copies, by class and script.
    pub recall: BTreeMap<(Class, Script), (usize, usize)>,
    /// Pairs of one family, and all pairs that were found.
    pub precision: (usize, usize),
    /// Pairs in one cluster: rightly, found, and known.
    pub clusters: (usize, usize, usize),
    /// Pairs that were found and are not of one family.
    pub wrong: Vec<(usize, usize)>,
}

impl Score {
    /// Compares.
    pub fn new(known: &Copies, found: &Found) -> Self {
        let mut score = Self::default();
        let family = |place: usize| known.texts.get(place).map(|text| text.family);
        for (a, b) in &found.pairs {
            score.precision.1 += 1;
            if family(*a) == family(*b) {
                score.precision.0 += 1;
            } else {
                score.wrong.push((*a, *b));
            }
        }
        let originals: HashMap<usize, usize> = known
            .texts
            .iter()
            .enumerate()
            .filter(|(_, text)| text.part == Part::Original)
            .map(|(at, text)| (text.family, at))
            .collect();
        for (at, text) in known.texts.iter().enumerate() {
            if let (Part::Copy(class), Some(original)) = (text.part, originals.get(&text.family)) {
                let counts = score.recall.entry((class, text.script)).or_default();
                counts.1 += 1;
                counts.0 += usize::from(found.pairs.binary_search(&(at.min(*original), at.max(*original))).is_ok());
            }
        }
        score.clusters = clusters(known, found);
        score
    }

    /// The share of all copies that were found, of those for which a condition holds.
    pub fn recall_of(&self, condition: impl Fn(Class, Script) -> bool) -> f64 {
        let counts = self.recall.iter().filter(|((class, script), _)| condition(*class, *script)).map(|(_, counts)| *counts);
        let (found, all) = counts.fold((0, 0), |sum, counts| (sum.0 + counts.0, sum.1 + counts.1));
        share(found, all)
    }

    /// The share of all found pairs that are right.
    pub fn precision(&self) -> f64 {
        share(self.precision.0, self.precision.1)
    }

    /// The harmonic mean of precision and recall over pairs of texts in one cluster.
    pub fn cluster_f1(&self) -> f64 {
        let (right, found, known) = self.clusters;
        share(2 * right, found + known)
    }
}

fn share(part: usize, all: usize) -> f64 {
    if all == 0 { 1.0 } else { part as f64 / all as f64 }
}

fn clusters(known: &Copies, found: &Found) -> (usize, usize, usize) {
    let (mut right, mut of_found, mut of_known) = (HashMap::new(), HashMap::new(), HashMap::new());
    for (at, (text, cluster)) in known.texts.iter().zip(&found.clusters).enumerate() {
        // A text that is in no cluster has one of its own.
        let story = match text.part {
            Part::Original => (text.family, None),
            Part::Copy(class) => match class.is_one_story() {
                Some(true) => (text.family, None),
                Some(false) => (text.family, Some(at)),
                None => continue,
            },
            Part::Unrelated => (text.family, Some(at)),
        };
        *right.entry((story, *cluster)).or_insert(0usize) += 1;
        *of_found.entry(*cluster).or_insert(0usize) += 1;
        *of_known.entry(story).or_insert(0usize) += 1;
    }
    let pairs = |counts: Vec<usize>| counts.into_iter().map(|count| count * (count - 1) / 2).sum();
    (pairs(right.into_values().collect()), pairs(of_found.into_values().collect()), pairs(of_known.into_values().collect()))
}
