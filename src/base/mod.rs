//! What every room stands on: hashes, text folding, URLs, time and linear models. No I/O but the system clock.

pub mod entities;
pub mod hash;
pub mod linear;
pub mod needs;
pub mod pattern;
pub mod text;
pub mod time;
pub mod url;
