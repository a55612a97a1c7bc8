//! Scheduled runs: a block in the user's crontab, or a systemd user timer. Writes schedules; never runs the engine.
//!
//! Each corpus has at most one schedule of each kind, identified by the corpus root. Schedules of other corpora are not changed.

pub mod crontab;
mod every;
mod failure;
mod job;
mod program;
pub mod systemd;
mod times;

pub use every::Every;
pub use failure::Error;
pub use job::Job;
pub use program::stable_program;
pub use times::{Days, TimeOfDay, Times};
