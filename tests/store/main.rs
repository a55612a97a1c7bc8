//! The corpus on disk as its users see it: real files, a real index, killed processes.

mod copies;
mod crash;
mod fetched;
mod put;
mod reading;
mod rebuild;
mod speed;
mod support;
mod verify;
