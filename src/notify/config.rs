//! The `[notify]` section and the `[[hook]]` tables of `config.toml`.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::event::EventKind;
use crate::fetch::AllowPrivate;
use gleaner_extract::base::hash::ContentHash;

/// The `[notify]` section of `config.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// A monitor's address, in the manner of healthchecks.io: `gleaner run` requests it with `/start` when it begins, as it is when it has ended well, and
    /// with `/fail` otherwise. Default: none.
    pub ping: Option<Url>,
    /// Where `gleaner run` writes its metrics, in the text format of Prometheus, relative to the configuration file's folder. Default: none.
    pub metrics_file: Option<PathBuf>,
    /// As in `[fetch]`, for the addresses of hooks and of the ping alone. Default: `false`.
    pub allow_private: AllowPrivate,
}

/// A `[[hook]]` table of `config.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HookConfig {
    /// The events.
    pub on: Vec<EventKind>,
    /// A program and its arguments; it gets the event as JSON on standard input.
    #[serde(default)]
    pub command: Vec<String>,
    /// An address that the event is sent to as JSON.
    #[serde(default)]
    pub url: Option<Url>,
    /// Seconds until it is ended and counts as failed. Default: 30.
    #[serde(default = "default_timeout")]
    pub timeout_s: u32,
}

fn default_timeout() -> u32 {
    30
}

impl HookConfig {
    /// Why the table cannot be used, if it cannot.
    pub fn problem(&self) -> Option<&'static str> {
        match (self.command.is_empty(), &self.url) {
            _ if self.on.is_empty() => Some("`on` names no event"),
            (true, None) => Some("it needs a `command` or a `url`"),
            (false, Some(_)) => Some("it has both a `command` and a `url`; write two tables"),
            _ => None,
        }
    }

    /// What the hook does, by which an outbox knows it: another program or address is another hook.
    pub(super) fn key(&self) -> String {
        let words = self.command.iter().map(String::as_str).chain(self.url.as_ref().map(Url::as_str));
        ContentHash::of_parts(words.map(str::as_bytes)).short()
    }

    pub(super) fn timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.timeout_s.max(1)))
    }
}
