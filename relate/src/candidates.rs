//! Candidates: pairs of texts that share enough fingerprint hashes to be compared.

use super::cluster::Clusters;
use super::groups::{HashFilter, for_each_group};
use super::judge::MIN_SHARED;
use super::texts::{Directory, HotSet, TextSet, Texts, expected_hashes};

/// Of the texts that share a hash, so many are compared with all others, in the order of their keys: the copies of one story are connected
/// through these, so that their number need not be squared.
pub(super) const HUBS: usize = 32;

/// One in so many of the hashes that two texts would share if one was in the other: those that share fewer are not compared. A third of the
/// shorter text is in the longer one, or they are not related.
const EXPECTED_PER_HASH: f64 = 12.0;

/// Pairs in memory that are not counted yet, of 8 bytes each.
const MAX_UNCOUNTED: usize = 4 << 20;

/// The number of hashes that pairs of texts share.
#[derive(Debug, Default)]
struct PairCounts {
    uncounted: Vec<u64>,
    /// Sorted by pair.
    counted: Vec<(u64, u32)>,
}

impl PairCounts {
    fn add(&mut self, a: u32, b: u32) {
        self.uncounted.push(u64::from(a) << 32 | u64::from(b));
        if self.uncounted.len() >= MAX_UNCOUNTED {
            self.count();
        }
    }

    fn count(&mut self) {
        self.uncounted.sort_unstable();
        let fresh = self.uncounted.chunk_by(|a, b| a == b).filter_map(|run| Some((*run.first()?, run.len() as u32)));
        self.counted.extend(fresh);
        self.uncounted.clear();
        // Two sorted runs, which the standard library's stable sort merges.
        self.counted.sort();
        self.counted.dedup_by(|later, kept| {
            let is_same = later.0 == kept.0;
            kept.1 += if is_same { later.1 } else { 0 };
            is_same
        });
    }
}

/// The texts that are judged, and the part of them that is looked at.
pub(super) struct Judged<'a> {
    pub directory: &'a Directory,
    pub hot: &'a HotSet,
    /// All texts that are judged in this run.
    pub judged: &'a TextSet,
    /// Those of which the candidates are wanted.
    pub slice: &'a TextSet,
}

/// The candidates of the texts in the slice, those that are connected one after another: so each text need be read only once. Of two texts that are both judged, the one with the lower number has the pair.
pub(super) fn find<T: Texts>(texts: &T, of: &Judged<'_>, filter: &HashFilter) -> Result<Vec<(u32, u32)>, T::Error> {
    let mut pairs = PairCounts::default();
    for_each_group(texts, filter, 2, |hash, holders| {
        if !of.hot.contains(&hash) {
            count_group(of, holders, &mut pairs);
        }
        Ok(())
    })?;
    pairs.count();
    let split = |pair: u64| ((pair >> 32) as u32, pair as u32);
    let counted = pairs.counted.into_iter().map(|(pair, count)| (split(pair), count));
    let found = counted
        .filter(|((a, b), count)| are_candidates((of.directory.shingles(*a), of.directory.shingles(*b)), *count))
        .map(|(pair, _)| pair);
    let mut found: Vec<(u32, u32)> = found.collect();
    let mut connected = Clusters::default();
    found.iter().for_each(|(a, b)| connected.join(*a, *b));
    found.sort_by_cached_key(|pair| (connected.root(pair.0), *pair));
    Ok(found)
}

fn count_group(of: &Judged<'_>, holders: &[u32], pairs: &mut PairCounts) {
    let hubs = hubs(holders, |number| of.directory.key(number));
    for a in holders.iter().copied().filter(|number| of.slice.contains(*number)) {
        let partners = if hubs.binary_search(&a).is_ok() { holders } else { &hubs };
        let belongs_here = |b: &u32| *b != a && (a < *b || !of.judged.contains(*b));
        partners.iter().copied().filter(belongs_here).for_each(|b| pairs.add(a, b));
    }
}

/// Those of the texts that share a hash, ascending, which are compared with all others.
fn hubs<T: Copy + Ord>(holders: &[T], key: impl Fn(T) -> u64) -> Vec<T> {
    let mut hubs = holders.to_vec();
    if hubs.len() > HUBS {
        hubs.sort_by_key(|text| key(*text));
        hubs.truncate(HUBS);
    }
    hubs.sort_unstable();
    hubs
}

/// The pairs that the texts of a collection count which share a hash that is not hot: each pair once, the lower key first. The texts are given by
/// their keys, in any order.
pub fn pairs_of_group(keys: &[u64]) -> impl Iterator<Item = (u64, u64)> + '_ {
    hubs(keys, |key| key).into_iter().flat_map(|a| keys.iter().copied().filter(move |b| a < *b).map(move |b| (a, b)))
}

/// Whether two texts with these numbers of shingles share enough hashes to be compared.
pub fn are_candidates((a, b): (u32, u32), shared: u32) -> bool {
    a.min(b) as usize >= MIN_SHARED && f64::from(shared) >= (expected_hashes(a, b) / EXPECTED_PER_HASH).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_of_a_large_group_are_compared_with_those_of_the_lowest_keys() {
        let keys: Vec<u64> = (0..100).rev().map(|key| key * 3).collect();
        let pairs: Vec<(u64, u64)> = pairs_of_group(&keys).collect();
        assert_eq!(pairs.len(), HUBS * (HUBS - 1) / 2 + HUBS * (100 - HUBS));
        assert!(pairs.iter().all(|(a, b)| a < b && *a < 3 * HUBS as u64));
        assert_eq!(pairs_of_group(&[9, 4, 7]).collect::<Vec<_>>(), [(4, 9), (4, 7), (7, 9)]);
    }
}
