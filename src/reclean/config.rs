//! The settings of cleaning again: how much of a site's words it may lose.

use serde::Deserialize;

/// Table `[reclean]` of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The largest share of a site's words, in percent, that cleaning again may lose without `--accept-loss`; 100 or more means no limit. Default: 3.
    pub max_loss_percent: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { max_loss_percent: 3 }
    }
}
