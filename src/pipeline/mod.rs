//! The stages in a row: one page, one run. Prints nothing; a run tells its [`Progress`] what happens.
//!
//! Every door takes a [`Setup`] (settings, rules, clock) and gives back a value: [`clean::clean`], [`ingest::ingest`] and
//! [`run::run`] a [`RunReport`], [`extract::extract`] an article, [`batch::batch`] lines, [`explain::explain`] an explanation.

mod address;
mod archive;
mod archives;
pub mod batch;
mod budget;
pub mod clean;
mod corpus;
mod diff;
mod door;
pub mod explain;
pub mod export;
pub mod extract;
mod fetching;
mod identity;
mod in_order;
pub mod ingest;
mod parts;
mod pass;
mod pool;
mod prepare;
pub mod progress;
mod queue;
mod refusal;
pub mod report;
pub mod rule_effects;
pub mod run;
pub mod setup;
pub mod verify;

pub use progress::{Event, Progress, Silent};
pub use report::{Failure, RunReport};
pub use setup::{Error, Setup};
