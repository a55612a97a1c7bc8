//! From a raw document to an article: cleans one page, merges the pages of a paginated story, renders the result.

pub mod address;
pub mod agency;
pub mod clean;
pub mod corrections;
pub mod extract;
pub mod extras;
pub mod fingerprint;
pub mod isolate;
pub mod merge_pages;
pub mod pagination;
pub mod render;
pub mod site;
pub mod suggest;
