//! What every room stands on: hashes, text folding, URLs, time, HTTP's header fields and codings. No I/O but the system clock.

pub mod coding;
pub mod hash;
pub mod header;
pub mod needs;
pub mod pattern;
pub mod text;
pub mod time;
pub mod url;
