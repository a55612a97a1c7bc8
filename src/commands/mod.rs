//! One function a command: from a [`Setup`](crate::engine::Setup) and options to a report. Prints nothing.

pub mod batch;
pub mod clean;
pub mod explain;
pub mod export;
pub mod extract;
pub mod forget;
pub mod history;
pub mod ingest;
mod notified;
pub mod prune;
pub mod related;
pub mod rollback;
pub mod rule_effects;
pub mod run;
pub mod sources;
pub mod verify;
