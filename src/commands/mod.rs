//! One function a command: from a [`Setup`](crate::engine::Setup) and options to a report. Prints nothing.

pub mod batch;
pub mod clean;
pub mod doctor;
mod dropped;
pub mod explain;
pub mod export;
pub mod extract;
pub mod forget;
pub mod health;
pub mod history;
pub mod ingest;
pub mod is_article;
mod notified;
pub mod post;
pub mod prune;
pub mod related;
pub mod report_block;
pub mod rollback;
pub mod rule_effects;
pub mod rule_suggest;
pub mod rule_test;
pub mod run;
mod site_observation;
mod site_pages;
pub mod sources;
pub mod verify;
pub mod watch;
