//! Finds article URLs: reads feeds, sitemaps, front pages, OPML and CSV files. Fetches nothing and keeps no state.
//!
//! Every parser returns [`FoundUrl`]s in the order of the document. None resolves external entities or expands those that a document
//! declares, and every one has limits.

mod body_kind;
mod charset;
pub mod csv;
mod failure;
pub mod feed;
mod found_url;
mod link;
mod listing_kind;
mod open_elements;
pub mod opml;
pub mod page;
pub mod sitemap;
mod xml;

pub use body_kind::BodyKind;
pub use failure::Error;
pub use found_url::{FoundIn, FoundUrl};
pub use listing_kind::{ListingKind, listing_kind};
