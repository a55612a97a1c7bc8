//! Which documents say the same. Pure: keys and fingerprints in, relations out; the index looks them up.

pub mod exact;
