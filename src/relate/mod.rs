//! Near duplicates ([`gleaner_relate`]), and their texts and relations in SQLite. What is related is decided there, a pure function of the set of texts.

pub mod tables;

pub use gleaner_relate::*;
