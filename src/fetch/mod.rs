//! Polite HTTP: fetches pages within limits, and never from where it must not. Stores nothing.
//!
//! The steps of a request: [`Fetcher::fetch`] follows a `redirect_chain`; each hop is checked by `address_guard` (may we connect there?)
//! and `robots_cache` (does robots.txt allow it?), waits in its `host_queue`, and is sent by `client` within timeouts and size limits;
//! `polite_client` repeats it when `retry` says so; `decode` undoes the compression.

mod address_guard;
mod client;
mod config;
mod decode;
mod failure;
mod fetcher;
mod host_queue;
mod internal_address;
mod login;
mod memory_permit;
mod notifier;
mod origin_cache;
mod origin_file;
mod path_pattern;
mod polite_client;
mod redirect_chain;
mod render;
mod response;
mod retry;
pub mod robots;
mod robots_cache;
mod session;
mod tdm_opt_out;
mod warning;

pub use address_guard::{Lookup, Resolver, SystemResolver};
pub use client::Spent;
pub use config::{AllowPrivate, Config, RobotsPolicy, Seconds, TdmOptOut};
pub use failure::{Error, Phase, Reason, Target};
pub use fetcher::{FetchEnvironment, Fetched, Fetcher, Request};
pub use internal_address::{InternalAddress, internal_range};
pub use login::{Login, Logins};
pub use memory_permit::MemoryPermit;
pub use notifier::Notifier;
pub use render::{CAN_RENDER, Render, RenderConfig};
pub use session::{SessionConfig, SessionError, Sessions};
pub use warning::Warning;
