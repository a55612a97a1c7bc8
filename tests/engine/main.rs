//! Complete runs: real files in temporary folders, a real server on loopback, a real corpus. Every run that changes something is repeated, and the
//! second time must change nothing.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is how they fail")]

mod archive_facts;
mod archives;
mod batch;
mod clean;
mod clean_files;
mod completeness;
mod decoded_size;
mod doctor;
mod dropped;
mod explain;
mod export;
mod export_formats;
mod extract;
mod failing_sources;
mod forget;
mod health;
mod ingest;
mod later_pages;
mod markdown_folder;
mod notify;
mod older_entries;
mod packed_files;
mod recheck;
mod relations;
mod repair;
mod server;
#[path = "../shared/mod.rs"]
mod shared;
mod sites;
mod source_limits;
mod sources;
mod stalled;
mod support;
mod tables;
mod web_archive;
