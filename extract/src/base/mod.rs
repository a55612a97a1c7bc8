//! Shared foundations: hashes, text folding, URLs, time, linear models, patterns, tables in the program. Pure: no I/O and no clock.

pub mod automata;
pub mod automata_builder;
pub mod backtrack;
pub mod entities;
pub mod escape;
pub mod fast_hash;
pub mod hash;
pub mod hash_index;
pub mod linear;
pub mod list;
pub mod literals;
pub mod native_slug;
pub mod overlap;
pub mod path_text;
pub mod pattern;
pub mod phrase_set;
pub mod prefixes;
pub mod printable;
pub mod regex_prefilter;
pub mod search_tokens;
pub mod text;
pub mod time;
pub mod url;
pub mod word_map;
