//! Files of the user as raw documents: any name, depth and encoding, gzip and zstd too. Never writes.
//!
//! [`walk::Walk`] finds the files, in an order that never depends on the machine; [`file::read`] and [`file::read_stream`] give
//! their bytes, decompressed under a cap. Pages that gleaner fetched and kept itself come back with their HTTP facts.

pub mod failure;
pub mod file;
pub mod kept;
pub mod list;
pub mod walk;

pub use failure::Error;
