//! The article: one page cleaned, a story's pages merged, and its forms of output.

pub mod clean;
pub mod extract;
pub mod fingerprint;
pub mod isolate;
pub mod merge_pages;
pub mod pagination;
pub mod render;
