//! What everything else stands on: hashes, text folding, URLs, time, linear models. No I/O and no clock.

pub mod entities;
pub mod hash;
pub mod hashed;
pub mod linear;
pub mod literals;
pub mod needs;
pub mod pattern;
pub mod text;
pub mod time;
pub mod url;
