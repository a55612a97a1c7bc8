//! Hash maps and sets with a fast hasher that gives the same result on every machine. Only for lookups: nothing may depend on their order.
//!
//! foldhash with a fixed seed. The extractor processes documents by untrusted authors, but caps bound the size of every map that it fills.
//! Measured against XXH3 over `fundus-pub-a`: 0.14 % fewer instructions (callgrind), 10 % less time.

use std::collections::{HashMap, HashSet};

/// Builds the hasher.
pub type FastHasherBuilder = foldhash::fast::FixedState;

/// A map with this hasher.
pub type FastMap<K, V> = HashMap<K, V, FastHasherBuilder>;

/// A set with this hasher.
pub type FastSet<K> = HashSet<K, FastHasherBuilder>;
