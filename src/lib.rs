//! gleaner turns the web's news into clean, deduplicated, explained text.
//!
//! This file is the map and holds no logic. The data's way, left to right:
//!
//! ```text
//!  fetch ─┐                                                  ┌► clean/*.txt + *.json
//!         ├─► RawDocument ─► Page ─► label ─► Article ─► dedup ─► store ─► index.db
//! ingest ─┘        │        (blocks)  metadata                └► journal
//!                raw/
//! ```
//!
//! Floors, imports strictly downward (held by `tests/floors.rs`):
//! base → document → rules, page → label, metadata, dedup, discover, fetch, queue, ingest, store, export, schedule → config → pipeline →
//! binary.

pub mod clock;
pub mod http;
pub mod outcome;

pub mod discover;
pub mod export;
pub mod fetch;
pub mod ingest;
pub mod queue;
pub mod schedule;
pub mod store;

pub mod config;
pub mod pipeline;
