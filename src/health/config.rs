//! The `[health]` table of `config.toml`.

use serde::Deserialize;

/// Table `[health]` of the configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Whether `gleaner run` ends with a look at the health of the sites. Default: no.
    pub after_run: bool,
}
