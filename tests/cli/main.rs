//! Runs the program as a user does: real processes, real files, what they print and how they exit.
//!
//! Snapshots are in `snapshots/`; `cargo insta review` (or `INSTA_UPDATE=always`) accepts changed ones.

#![expect(clippy::unwrap_used, reason = "test helpers fail the same way tests do")]

mod commands;
#[path = "../shared/copy.rs"]
mod copy;
mod corrections;
mod doctor;
mod errors;
mod every_command;
mod health;
mod inputs;
mod interrupt;
mod lock;
#[cfg(unix)]
mod names;
#[cfg(feature = "pdf")]
mod pdf;
mod pipes;
mod reclean;
mod removal;
mod rollback;
mod roots;
mod rules;
mod search;
mod serve;
#[path = "../engine/server.rs"]
mod server;
mod site_rules;
mod sources;
#[cfg(unix)]
mod special_files;
mod support;
mod versions;
