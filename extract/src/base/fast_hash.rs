//! A fast hasher for tables that are asked for every word, tag or line of a page. Such tables are asked and never walked: their order means
//! nothing.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Builds [`FastHasher`].
pub type FastHasherBuilder = BuildHasherDefault<FastHasher>;

/// A table with this hasher.
pub type FastMap<K, V> = HashMap<K, V, FastHasherBuilder>;

/// A set with this hasher.
pub type FastSet<K> = HashSet<K, FastHasherBuilder>;

/// XXH3 for strings; numbers, most of which are hashes already, are only spread over all bits.
#[derive(Clone, Copy, Debug, Default)]
pub struct FastHasher(u64);

impl Hasher for FastHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = if self.0 == 0 { xxh3_64(bytes) } else { xxh3_64_with_seed(bytes, self.0) };
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        // The table takes its place from the low bits and its tag from the high ones.
        let product = u128::from(self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = (product as u64) ^ (product >> 64) as u64;
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use super::*;

    #[test]
    fn keys_differ_by_all_their_parts() {
        let hash = |key: (&str, u32)| FastHasherBuilder::default().hash_one(key);
        assert!(hash(("a", 1)) != hash(("a", 2)) && hash(("a", 1)) != hash(("b", 1)));
        let mut table: FastMap<u64, u32> = FastMap::default();
        table.extend((0..1000).map(|key| (key << 40, 1)));
        assert_eq!(table.len(), 1000);
    }
}
