//! Scheduled runs: a block in the user's crontab, or a systemd user timer. Writes schedules; never runs the engine.
//!
//! Each corpus has at most one schedule of each kind, identified by the corpus root. Schedules of other corpora are not changed.

pub mod crontab;
mod every;
mod failure;
mod job;
pub mod systemd;

pub use every::Every;
pub use failure::Error;
pub use job::Job;
