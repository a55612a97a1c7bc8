//! The user's own files as raw documents: files of any name, folder depth and encoding, compressed or not. Never writes.
//!
//! [`walk::FileWalk`] finds the files, in an order that is the same on every machine. [`file::read`] and [`file::read_stream`] read
//! one file under a cap, decompress it, and unwrap mail, saved pages and office documents. [`archive::Archive`] reads the pages of an
//! archive. Pages that gleaner itself fetched come back with their HTTP facts ([`kept`]).

pub mod archive;
mod container;
mod decompress;
mod docx;
pub mod failure;
pub mod file;
mod file_kind;
pub mod kept;
pub mod list;
mod mail;
mod markup;
mod mime;
mod not_a_page;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod posted;
pub mod walk;
mod zip_container;

pub use failure::Error;
pub use file_kind::FileKind;
pub use not_a_page::NotAPage;
