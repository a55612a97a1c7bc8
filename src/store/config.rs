//! The settings of the store: how documents are named, and how long the journals of runs are kept.

use serde::Deserialize;

use super::readable::Names;

/// Table `[store]` of the configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The script of the names of new documents. Default: ASCII.
    pub names: Names,
}

/// Table `[journal]` of the configuration: which journals of earlier runs are kept. The newest one always is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JournalConfig {
    /// The most journals; 0 means no limit. Default: 5000, which is a run every half hour for the days below.
    pub keep_runs: usize,
    /// The most days that a journal is kept; 0 means no limit. Default: 90.
    pub keep_days: u32,
}

impl Default for JournalConfig {
    fn default() -> Self {
        Self { keep_runs: 5000, keep_days: 90 }
    }
}
