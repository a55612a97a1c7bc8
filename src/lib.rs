//! gleaner turns the web's news into clean, deduplicated, explained text.
//!
//! This crate is the corpus and the program. What it does to a single page is the crate [`gleaner_extract`].
//!
//! ```text
//!  discover ─► fetch ─┐                                                  ┌► clean/*.txt + *.json
//!  (feeds, sitemaps)  ├─► RawDocument ─► gleaner_extract ─► CleanPage ─► store ─► index.db
//!  ingest (files)  ───┘        │                                         └► journal
//!                             raw/
//! ```
//!
//! [`commands`] has one function a command; [`engine`] is one run; [`serve`] shows the corpus in a browser. Layers, imports strictly downward (held by `tests/repository/layers.rs`):
//! clock, compare, feed_date, files, outcome, reclean, relate, search → discover, export, fetch, health, ingest, queue, schedule, store → notify → config → engine → commands → serve → binary.

pub mod clock;
pub mod compare;
pub mod feed_date;
pub mod files;
pub mod outcome;
pub mod reclean;
pub mod relate;
pub mod search;

pub mod discover;
pub mod export;
pub mod fetch;
pub mod health;
pub mod ingest;
pub mod queue;
pub mod schedule;
pub mod store;

pub mod notify;

pub mod config;

pub mod engine;

pub mod commands;

pub mod serve;
