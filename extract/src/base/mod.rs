//! Shared foundations: hashes, text folding, URLs, time, linear models, prefilters for patterns. Pure: no I/O and no clock.

pub mod entities;
pub mod escape;
pub mod fast_hash;
pub mod hash;
pub mod linear;
pub mod literals;
pub mod native_slug;
pub mod overlap;
pub mod path_text;
pub mod pattern;
pub mod printable;
pub mod regex_prefilter;
pub mod search_tokens;
pub mod text;
pub mod time;
pub mod url;
