//! What every room stands on: hashes, text folding, URLs and time. No I/O but the system clock.

pub mod hash;
pub mod hashed;
pub mod literals;
pub mod needs;
pub mod pattern;
pub mod text;
pub mod time;
pub mod url;
