//! Tells others what happened in a run, after it is done: hooks (commands and webhooks), a ping for a monitor, metrics for Prometheus. Never fails a run.
//!
//! Events about documents are noted in an outbox before a document is written, and delivered after the run: so each is delivered at least once, whatever
//! kills a run, and one whose document was never written is dropped. What cannot be delivered is tried again by later runs.

mod command;
mod config;
mod delivery;
mod event;
pub mod metrics;
mod outbox;
mod told_drifts;

pub use config::{Config, HookConfig};
pub use delivery::{Delivered, Delivery, ping};
pub use event::{Event, EventDocument, EventKind};
pub use outbox::{Outbox, OutboxEntry};
pub use told_drifts::ToldDrifts;
