//! The store through its public interface: real files, a real index, killed processes.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail like tests")]

mod copies;
#[path = "../shared/copy.rs"]
mod copy;
mod corrections;
mod crash;
mod fetched;
mod put;
mod reading;
mod rebuild;
mod relations;
mod search;
mod select;
mod speed;
mod support;
#[path = "../shared/tree.rs"]
mod tree;
mod verify;
