//! Hash maps and sets with a fast hasher that gives the same result on every machine. Only for lookups: nothing may depend on their order.
//!
//! foldhash with a fixed seed, which does not protect against crafted collisions: the caps on a page's size bound what they can cost.
//! Measured on news pages against a hasher built on XXH3: 0.14 % fewer instructions (callgrind).

use std::collections::{HashMap, HashSet};

/// Builds the hasher.
pub type FastHasherBuilder = foldhash::fast::FixedState;

/// A map with this hasher.
pub type FastMap<K, V> = HashMap<K, V, FastHasherBuilder>;

/// A set with this hasher.
pub type FastSet<K> = HashSet<K, FastHasherBuilder>;
