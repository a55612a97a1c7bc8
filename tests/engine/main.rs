//! Whole runs of the pipeline: real files in temporary folders, a real server on the loopback, a real corpus. Every run that
//! changes something is done twice, and the second time must change nothing.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is how they fail")]

mod archive_facts;
mod archives;
mod batch;
mod clean;
mod doors;
mod explain;
mod export;
mod extract;
mod ingest;
mod older;
mod parts;
mod server;
#[path = "../shared/mod.rs"]
mod shared;
mod stalled;
mod support;
mod web_archive;
mod whole;
