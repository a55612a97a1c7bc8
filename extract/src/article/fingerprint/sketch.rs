//! A text as its shingles: what is boilerplate is masked, and the rest is compared with that of another text.

use super::shingles::shingles;
use super::winnow;
use crate::base::text::fold;

/// Bits of a shingle's hash that a fingerprint leaves out.
const UNUSED_BITS: u32 = 24;

/// The fingerprint of a text: some of its shingles, chosen so that texts that share a passage share some of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint {
    /// Number of shingles of the text: about the number of its folded tokens.
    pub shingles: usize,
    /// The hashes of the chosen shingles, of 40 bits each, sorted, each once.
    pub hashes: Vec<u64>,
}

impl Fingerprint {
    /// Shingles for each that is chosen, at most: a passage of this length that two texts share gives them a hash in common, if both are winnowed with
    /// this window.
    pub fn window(&self) -> usize {
        winnow::window(self.shingles)
    }
}

/// All shingles of a text, and which of them its fingerprint has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    /// The hashes of all shingles, in order.
    shingles: Vec<u64>,
    /// Positions of the shingles in the fingerprint, ascending.
    chosen: Vec<usize>,
}

/// The shingles of a text that are not masked, and those that are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unmasked {
    /// The shingles that are not masked, in order; one that recurs is there as often.
    in_order: Vec<u64>,
    /// The same, sorted, each once.
    distinct: Vec<u64>,
    /// Shingles of which every occurrence is masked, sorted, each once.
    masked: Vec<u64>,
}

/// How much of each of two texts is in the other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Overlap {
    /// Distinct shingles that both have.
    pub shared: usize,
    /// The share of the first text's distinct shingles that the second has, 0 to 1.
    pub here: f64,
    /// The share of the second text's distinct shingles that the first has, 0 to 1.
    pub there: f64,
}

impl Sketch {
    /// The sketch of a text.
    pub fn of(text: &str) -> Self {
        Self::of_folded(&fold(text))
    }

    /// The sketch of a text that is folded already.
    pub(super) fn of_folded(tokens: &str) -> Self {
        let shingles = shingles(tokens);
        Self { chosen: winnow::winnow(&shingles), shingles }
    }

    /// The hashes of all shingles, in order; 64 bits each.
    pub fn shingles(&self) -> &[u64] {
        &self.shingles
    }

    /// The text's fingerprint.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hashes: Vec<u64> = self.chosen.iter().filter_map(|at| self.hash(*at)).collect();
        hashes.sort_unstable();
        hashes.dedup();
        Fingerprint { shingles: self.shingles.len(), hashes }
    }

    /// A shingle's hash as fingerprints have it.
    fn hash(&self, at: usize) -> Option<u64> {
        self.shingles.get(at).map(|shingle| shingle >> UNUSED_BITS)
    }

    /// Masks boilerplate: the shingles of the fingerprint that `is_hot` names, and everything between two that follow each other.
    pub fn unmasked(&self, is_hot: impl Fn(u64) -> bool) -> Unmasked {
        let mut is_masked = vec![false; self.shingles.len()];
        let mut last_hot = None;
        for at in &self.chosen {
            let hot = self.hash(*at).is_some_and(&is_hot);
            if hot && let Some(span) = is_masked.get_mut(last_hot.unwrap_or(*at)..=*at) {
                span.fill(true);
            }
            last_hot = hot.then_some(*at);
        }
        let with = |masked: bool| {
            let all = self.shingles.iter().zip(&is_masked);
            all.filter(move |(_, is_masked)| **is_masked == masked).map(|(shingle, _)| *shingle)
        };
        let in_order: Vec<u64> = if is_masked.contains(&true) { with(false).collect() } else { self.shingles.clone() };
        let distinct = sorted(in_order.clone());
        let mut masked = sorted(with(true).collect());
        masked.retain(|shingle| distinct.binary_search(shingle).is_err());
        Unmasked { in_order, distinct, masked }
    }
}

impl Unmasked {
    /// Distinct shingles that are not masked.
    pub fn len(&self) -> usize {
        self.distinct.len()
    }

    /// True if nothing is left.
    pub fn is_empty(&self) -> bool {
        self.distinct.is_empty()
    }

    /// How much of each text is in the other. What is masked in one of them counts in neither.
    pub fn overlap(&self, other: &Self) -> Overlap {
        let share = |shared: usize, all: usize| if all == 0 { 0.0 } else { shared as f64 / all as f64 };
        let shared = common(&self.distinct, &other.distinct);
        let here = self.distinct.len() - common(&self.distinct, &other.masked);
        let there = other.distinct.len() - common(&other.distinct, &self.masked);
        Overlap { shared, here: share(shared, here), there: share(shared, there) }
    }

    /// The share of the first shingles of this text, as many as half of `other` has, that are in `other`: high if this text begins like the
    /// other one, low if the other is a passage from within it.
    pub fn beginning_in(&self, other: &Self) -> f64 {
        let beginning = self.in_order.get(..other.in_order.len().div_ceil(2)).unwrap_or(&self.in_order);
        let shared = beginning.iter().filter(|shingle| other.distinct.binary_search(shingle).is_ok()).count();
        if beginning.is_empty() { 0.0 } else { shared as f64 / beginning.len() as f64 }
    }
}

fn sorted(mut shingles: Vec<u64>) -> Vec<u64> {
    shingles.sort_unstable();
    shingles.dedup();
    shingles
}

/// How many values two sorted lists have in common. The shorter list's values are searched for if the other is much longer.
fn common(one: &[u64], other: &[u64]) -> usize {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if short.len() * 16 < long.len() {
        return short.iter().filter(|value| long.binary_search(value).is_ok()).count();
    }
    let (mut count, mut in_short, mut in_long) = (0, 0, 0);
    // Sums instead of branches, which nothing could predict.
    while let (Some(a), Some(b)) = (short.get(in_short), long.get(in_long)) {
        count += usize::from(a == b);
        in_short += usize::from(a <= b);
        in_long += usize::from(b <= a);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(from: usize, to: usize) -> String {
        (from..to).map(|n| format!("w{n} ")).collect()
    }

    #[test]
    fn containment_is_exact_both_ways() {
        let (short, long) = (Sketch::of(&words(0, 103)).unmasked(|_| false), Sketch::of(&words(0, 403)).unmasked(|_| false));
        assert_eq!(short.overlap(&long), Overlap { shared: 100, here: 1.0, there: 0.25 });
        assert_eq!(long.overlap(&short), Overlap { shared: 100, here: 0.25, there: 1.0 });
        assert_eq!(long.beginning_in(&short), 1.0);
        let within = Sketch::of(&words(200, 303)).unmasked(|_| false);
        assert_eq!((long.overlap(&within).there, long.beginning_in(&within)), (1.0, 0.0));
    }

    #[test]
    fn spans_between_hot_hashes_are_masked_in_both_texts() {
        let notice = words(5_000, 5_100);
        let (one, other) = (Sketch::of(&(words(0, 100) + &notice)), Sketch::of(&(words(1_000, 1_100) + &notice)));
        let hot = Sketch::of(&notice).fingerprint().hashes;
        let is_hot = |hash: u64| hot.binary_search(&hash).is_ok();
        let plain = one.unmasked(|_| false).overlap(&other.unmasked(|_| false));
        assert_eq!(plain.shared, 97);
        let (masked, other) = (one.unmasked(is_hot), other.unmasked(is_hot));
        let left = masked.overlap(&other);
        assert!(left.shared < 16 && left.here < 0.15, "{left:?}");
        assert!(masked.len() >= 100 && !masked.is_empty());
    }

    #[test]
    fn a_shingle_that_is_also_elsewhere_is_not_masked() {
        let sketch = Sketch { shingles: vec![1 << 30, 2 << 30, 1 << 30], chosen: vec![0] };
        let unmasked = sketch.unmasked(|hash| hash == (1 << 30) >> UNUSED_BITS);
        assert_eq!((unmasked.distinct, unmasked.masked), (vec![1 << 30, 2 << 30], vec![]));
    }

    #[test]
    fn common_values_are_counted_in_lists_of_any_length() {
        let long: Vec<u64> = (0..1_000).collect();
        assert_eq!(
            (common(&[3, 5_000], &long), common(&long, &[3, 4]), common(&[1, 3], &[2, 3]), common(&[], &[1])),
            (1, 2, 1, 0)
        );
    }
}
