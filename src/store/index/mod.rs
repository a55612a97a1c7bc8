//! The index: a SQLite cache of sidecars and raw facts, by which a run finds documents by source, address and text.
//!
//! All of it can be rebuilt from the files ([`crate::store::reindex`]). While a run is active the index has no checksum file;
//! [`Index::close`] writes it. An index without a checksum was left by a killed run and is rebuilt.

mod attributes;
mod compare;
mod copies;
mod database;
mod facet_columns;
mod facets;
mod fulltext;
mod lookup;
mod relations;
mod schema;
mod select;
mod sites;
mod undone;
mod write;

pub(super) use compare::differences;
pub(super) use database::{Index, checksum_line};
pub use facet_columns::FacetColumns;
pub(super) use lookup::{Grouping, IndexedDocument, IndexedFiles};
pub(super) use relations::{LinkedDocument, Member, RelatedTexts};
pub(super) use select::Position;
pub(super) use sites::Which;
pub(super) use write::{DocumentRow, RawRow};
