//! Export formats: one file each, over a stream of documents ([`Exporter`]); fetched pages as WARC ([`warc`]); and where they are written to ([`target`],
//! [`folder`]).

mod atom;
pub mod bibtex;
mod body;
mod citation;
mod columns;
pub mod csl;
mod csv;
mod document;
mod epub;
mod exporter;
pub mod folder;
mod formats;
mod json_feed;
mod jsonl;
pub mod markdown;
mod parquet;
mod partition;
mod rss;
#[cfg(test)]
mod sample;
pub mod target;
mod tei;
mod vertical;
pub mod warc;

pub use columns::table_columns;
pub use document::ExportDocument;
pub use exporter::{About, Exporter, FileFormat};
pub use formats::{FORMATS, format, write_all};
pub use partition::{Partition, PartitionedParquet};
