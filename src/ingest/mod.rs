//! Files of the user as raw documents: any name, depth and encoding, gzip and zstd too. Never writes.
//!
//! [`walk::Walk`] finds the files, in an order that never depends on the machine; [`file::read`] and [`file::read_stream`] give
//! their bytes, decompressed and taken out of mails, saved pages and office documents, under a cap. [`archive::Archive`] gives the many
//! pages of one file. Pages that gleaner fetched and kept itself come back with their HTTP facts.

pub mod archive;
mod container;
mod docx;
pub mod failure;
pub mod file;
pub mod kept;
pub mod list;
mod mail;
mod markup;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod walk;
mod zipped;

pub use failure::Error;
