//! Sessions: header fields and cookies, such as those of a subscription, that the user sends to sites of their choice. Read from files that
//! only their owner can read; sent to the configured site and nowhere else; never stored or shown. Cookies that a site sets are not kept.

mod config;
mod cookie_jar;
mod echo;
mod scope;
mod secret_file;
mod sessions;

pub use config::{SessionConfig, SessionError};
pub(super) use echo::remove_echoed_secrets;
pub use sessions::Sessions;
