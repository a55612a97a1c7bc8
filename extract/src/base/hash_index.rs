//! Finds entries by a hash of 32 bits: the entries are sorted by it, and a table says where each range of hashes begins. Like a hash table, but it can be
//! part of the program. Pure.

use std::ops::Range;

use super::list::List;

/// Least and most leading bits of a hash by which the table finds it.
const LEADING_BITS: (u32, u32) = (1, 16);

/// The hashes of a sorted list of entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HashIndex {
    /// The hash of each entry, in order.
    pub(crate) hashes: List<u32>,
    /// For each value of the leading bits, where its hashes begin; and where the last ones end.
    pub(crate) starts: List<u32>,
    /// The bits after the leading ones.
    pub(crate) shift: u32,
}

impl HashIndex {
    /// Sorts entries by their hash, and indexes them. Those of the same hash keep their order.
    pub fn of<T>(entries: &mut [(u32, T)]) -> Self {
        entries.sort_by_key(|(hash, _)| *hash);
        let bits = (usize::BITS - entries.len().leading_zeros()).clamp(LEADING_BITS.0, LEADING_BITS.1);
        let shift = u32::BITS - bits;
        let first_at = |leading: u32| entries.partition_point(|(hash, _)| hash >> shift < leading) as u32;
        Self { hashes: entries.iter().map(|(hash, _)| *hash).collect(), starts: (0..=1 << bits).map(first_at).collect(), shift }
    }

    /// The indices of the entries with this hash.
    pub fn find(&self, hash: u32) -> Range<usize> {
        let at = (hash >> (self.shift & 31)) as usize;
        let (Some(from), Some(to)) = (self.starts.get(at), self.starts.get(at + 1)) else { return 0..0 };
        let bucket = self.hashes.get(*from as usize..*to as usize).unwrap_or_default();
        let before = bucket.iter().take_while(|known| **known < hash).count();
        let same = bucket.iter().skip(before).take_while(|known| **known == hash).count();
        let first = *from as usize + before;
        first..first + same
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_found_by_its_hash() {
        for count in [0u32, 1, 2, 1000] {
            let hash = |number: u32| (number / 2).wrapping_mul(0x9e37_79b1);
            let mut entries: Vec<(u32, u32)> = (0..count).map(|number| (hash(number), number)).collect();
            let index = HashIndex::of(&mut entries);
            for number in 0..count {
                let found: Vec<u32> = entries[index.find(hash(number))].iter().map(|(_, number)| *number).collect();
                assert!(found.contains(&number) && found.is_sorted(), "{number} of {count}");
            }
            assert!(index.find(hash(2 * count + 2)).is_empty() && index.find(u32::MAX).is_empty());
        }
        assert!(HashIndex::default().find(0).is_empty() && HashIndex::default().find(u32::MAX).is_empty());
    }
}
