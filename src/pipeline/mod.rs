//! The stages in a row: one page, one run. Prints nothing; a run tells its [`Progress`] what happens.
//!
//! Every door takes a [`Setup`] (settings, rules, clock) and gives back a value: [`clean::clean`], [`ingest::ingest`] and
//! [`run::run`] a [`RunReport`], [`extract::extract`] an article, [`batch::batch`] lines, [`explain::explain`] an explanation.

pub mod batch;
pub mod clean;
pub mod clean_one;
pub mod explain;
pub mod extract;
mod guard;
mod in_order;
pub mod ingest;
mod pool;
pub mod progress;
pub mod render;
pub mod report;
pub mod run;
pub mod setup;

pub use progress::{Event, Progress, Silent};
pub use report::{Failure, RunReport};
pub use setup::{Error, Setup};
