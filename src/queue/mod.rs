//! The queue: pages that are to be fetched, with their states, and the sources (feeds, sitemaps, front pages) they come from. Fetches nothing.
//!
//! One SQLite file, `.gleaner/queue.db`. Unlike the index it is not a cache: only the queue knows URLs that no source lists any more. It is
//! therefore written with a write-ahead log, and related changes are one transaction. A killed process loses nothing; a power failure may
//! lose the last transactions, and their work is done again.
//!
//! Hosts take turns by virtual time: a page's turn is one later than that of the previous page of its host, but never earlier than the current
//! turn. Pages are therefore fetched round-robin over all hosts, whatever their number, and the order does not depend on a clock.

mod config;
mod database;
mod failure;
mod listing;
mod new_url;
mod pages;
mod poll_interval;
mod recheck;
mod schema;
mod sources;
#[cfg(test)]
mod tests;
mod url_state;

pub use config::{Config, IngestConfig, RecheckConfig, RunLimits};
pub use database::{FILE_NAME, Queue};
pub use failure::Error;
pub use listing::{QueueEntry, QueueFilter, UrlCounts};
pub use new_url::{IfKnown, NewUrl, UrlKind};
pub use pages::{AddCounts, QueuedUrl};
pub use poll_interval::PollBounds;
pub use sources::{PollResult, SourcePages, SourceState};
pub use url_state::UrlState;
