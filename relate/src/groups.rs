//! Groups texts by the hashes of their fingerprints, in memory of a fixed size.
//!
//! The collection is read from beginning to end. If it has more than fits, hashes from the upper end are left for another reading.

use rayon::slice::ParallelSliceMut;

use super::texts::Texts;

/// Most hashes in memory at a time, of 8 bytes each.
const MAX_POSTINGS: usize = 10 << 20;

/// Bits of a text's number in a posting; above them is the hash.
pub(super) const NUMBER_BITS: u32 = 24;

/// A set of hashes that may contain a few others too: a Bloom filter with two bits a hash.
#[derive(Debug)]
pub(super) struct HashFilter {
    bits: Vec<u64>,
    mask: u64,
}

impl HashFilter {
    /// An empty filter for about so many hashes.
    pub fn new(hashes: usize) -> Self {
        let size = (hashes * 16).next_power_of_two().clamp(1 << 12, 1 << 27);
        Self { bits: vec![0; size / 64], mask: size as u64 - 1 }
    }

    /// Adds a hash.
    pub fn insert(&mut self, hash: u64) {
        for at in self.places(hash) {
            if let Some(word) = self.bits.get_mut((at / 64) as usize) {
                *word |= 1 << (at % 64);
            }
        }
    }

    fn may_contain(&self, hash: u64) -> bool {
        let is_set = |at: u64| self.bits.get((at / 64) as usize).is_some_and(|word| word >> (at % 64) & 1 == 1);
        self.places(hash).into_iter().all(is_set)
    }

    /// Hashes are evenly distributed, so the first place is any of their bits; the second mixes the others in.
    fn places(&self, hash: u64) -> [u64; 2] {
        [hash & self.mask, (hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) & self.mask]
    }
}

/// Calls a function with every hash in the filter that at least `min` texts have, in ascending order, and with the numbers of these texts, ascending. The
/// function may be given other hashes too.
pub(super) fn for_each_group<T: Texts>(
    texts: &T,
    filter: &HashFilter,
    min: usize,
    mut visit: impl FnMut(u64, &[u32]) -> Result<(), T::Error>,
) -> Result<(), T::Error> {
    let (mut postings, mut holders, mut low) = (Vec::new(), Vec::new(), 0);
    loop {
        let mut high = u64::MAX;
        postings.clear();
        texts.for_each(&mut |row| {
            let wanted = row.hashes.iter().filter(|hash| **hash >= low && **hash < high && filter.may_contain(**hash));
            postings.extend(wanted.map(|hash| hash << NUMBER_BITS | u64::from(row.number)));
            if postings.len() > MAX_POSTINGS {
                high = halve(&mut postings);
            }
        })?;
        postings.par_sort_unstable();
        for group in postings.chunk_by(|a, b| a >> NUMBER_BITS == b >> NUMBER_BITS) {
            if let Some(first) = group.first().filter(|_| group.len() >= min) {
                holders.clear();
                holders.extend(group.iter().map(|posting| (posting & ((1 << NUMBER_BITS) - 1)) as u32));
                visit(first >> NUMBER_BITS, &holders)?;
            }
        }
        if high == u64::MAX {
            return Ok(());
        }
        low = high;
    }
}

/// Drops the larger half of the hashes, and gives the least of those that were dropped. A single hash is never divided.
fn halve(postings: &mut Vec<u64>) -> u64 {
    postings.par_sort_unstable();
    let hash = |posting: u64| posting >> NUMBER_BITS;
    let Some(middle) = postings.get(postings.len() / 2).copied() else { return u64::MAX };
    let from_middle = postings.partition_point(|posting| hash(*posting) < hash(middle));
    let cut = if from_middle > 0 { from_middle } else { postings.partition_point(|posting| hash(*posting) <= hash(middle)) };
    let high = postings.get(cut).map_or(u64::MAX, |posting| hash(*posting));
    postings.truncate(cut);
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_end_between_two_hashes() {
        let posting = |hash: u64, number: u64| hash << NUMBER_BITS | number;
        let mut postings = vec![posting(9, 1), posting(5, 2), posting(5, 1), posting(3, 7)];
        assert_eq!(halve(&mut postings), 5);
        assert_eq!(postings, [posting(3, 7)]);
        let mut postings = vec![posting(5, 2), posting(5, 1), posting(5, 3), posting(9, 1)];
        assert_eq!((halve(&mut postings), postings.len()), (9, 3));
        let mut one = vec![posting(5, 1), posting(5, 2)];
        assert_eq!((halve(&mut one), one.len()), (u64::MAX, 2));
    }

    #[test]
    fn a_filter_has_what_was_added() {
        let mut filter = HashFilter::new(100);
        (0..100).for_each(|n| filter.insert(n * 7_919));
        assert!((0..100).all(|n| filter.may_contain(n * 7_919)));
        assert!((0..10_000).filter(|n| filter.may_contain(n * 7_919 + 13)).count() < 3_000);
    }
}
