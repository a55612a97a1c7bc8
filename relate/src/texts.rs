//! What the judgement needs to know of a collection of texts.

use std::collections::HashSet;

use gleaner_extract::article::fingerprint::{Sketch, Unmasked};
use gleaner_extract::base::fast_hash::FastHasherBuilder;

/// Fingerprint hashes that are boilerplate.
pub type HotSet = HashSet<u64, FastHasherBuilder>;

/// A text and its fingerprint.
#[derive(Clone, Copy, Debug)]
pub struct TextRow<'a> {
    /// Its number in the collection, below 2²⁴. Nothing that is found depends on it.
    pub number: u32,
    /// A hash of its words, by which texts are ordered where an order is needed.
    pub key: u64,
    /// Number of its shingles.
    pub shingles: u32,
    /// The hashes of its fingerprint, sorted.
    pub hashes: &'a [u64],
}

/// A collection of texts, no two of which have the same words.
pub trait Texts {
    /// Why it cannot be read.
    type Error;

    /// Calls a function with every text that has a fingerprint, in any order.
    fn for_each(&self, visit: &mut dyn FnMut(TextRow<'_>)) -> Result<(), Self::Error>;

    /// The fingerprint of a text; empty if there is no such text.
    fn hashes(&self, number: u32) -> Result<Vec<u64>, Self::Error>;

    /// A text; `None` if it cannot be read at present, and is not to be related to any other.
    fn content(&self, number: u32) -> Result<Option<Content<'_>>, Self::Error>;
}

/// A text, or what was made of it already.
#[derive(Debug)]
pub enum Content<'a> {
    /// The text.
    Text(String),
    /// Its shingles.
    Sketch(&'a Sketch),
}

impl Content<'_> {
    /// The shingles without those that are boilerplate.
    pub(super) fn unmasked(&self, hot: &HotSet) -> Unmasked {
        let is_hot = |hash: u64| hot.contains(&hash);
        match self {
            Self::Text(text) => Sketch::of(text).unmasked(is_hot),
            Self::Sketch(sketch) => sketch.unmasked(is_hot),
        }
    }
}

/// What is known of each text, by its number. The rest is read when it is needed.
#[derive(Debug, Default)]
pub(super) struct Directory {
    keys: Vec<u64>,
    shingles: Vec<u32>,
}

impl Directory {
    /// Notes a text.
    pub fn add(&mut self, row: &TextRow<'_>) {
        let needed = row.number as usize + 1;
        if self.keys.len() < needed {
            self.keys.resize(needed, 0);
            self.shingles.resize(needed, 0);
        }
        if let (Some(key), Some(shingles)) = (self.keys.get_mut(row.number as usize), self.shingles.get_mut(row.number as usize))
        {
            (*key, *shingles) = (row.key, row.shingles);
        }
    }

    /// The place of a text in the order that does not depend on numbers.
    pub fn key(&self, number: u32) -> u64 {
        self.keys.get(number as usize).copied().unwrap_or_default()
    }

    /// Number of a text's shingles.
    pub fn shingles(&self, number: u32) -> u32 {
        self.shingles.get(number as usize).copied().unwrap_or_default()
    }

    /// Numbers are below this.
    pub fn len(&self) -> usize {
        self.keys.len()
    }
}

/// A set of texts, by their numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct TextSet(Vec<bool>);

impl TextSet {
    /// An empty set of texts below a number.
    pub fn below(end: usize) -> Self {
        Self(vec![false; end])
    }

    /// Adds a text.
    pub fn insert(&mut self, number: u32) {
        if let Some(entry) = self.0.get_mut(number as usize) {
            *entry = true;
        }
    }

    /// Whether a text is in it.
    pub fn contains(&self, number: u32) -> bool {
        self.0.get(number as usize).copied().unwrap_or_default()
    }

    /// The texts, ascending.
    pub fn numbers(&self) -> Vec<u32> {
        (0u32..).zip(&self.0).filter(|(_, is_in)| **is_in).map(|(number, _)| number).collect()
    }
}

/// The number of hashes that two texts are expected to share if the shorter is in the longer: those that the longer text's window, which is
/// larger, chooses from as many shingles as the shorter has.
pub(super) fn expected_hashes(one: u32, other: u32) -> f64 {
    let window = |shingles: u32| (shingles / 24).clamp(6, 32);
    f64::from(one.min(other)) * 2.0 / f64::from(window(one.max(other)) + 1)
}

/// How many values two sorted lists have in common.
pub(super) fn common(one: &[u64], other: &[u64]) -> usize {
    let (mut count, mut in_one, mut in_other) = (0, 0, 0);
    // Sums instead of branches, which nothing could predict.
    while let (Some(a), Some(b)) = (one.get(in_one), other.get(in_other)) {
        count += usize::from(a == b);
        in_one += usize::from(a <= b);
        in_other += usize::from(b <= a);
    }
    count
}
