//! What every room stands on: hashes, text folding, URLs, time, linear models, HTTP's header fields and codings. No I/O but the system clock.

pub mod coding;
pub mod entities;
pub mod hash;
pub mod hashed;
pub mod header;
pub mod linear;
pub mod literals;
pub mod needs;
pub mod pattern;
pub mod text;
pub mod time;
pub mod url;
