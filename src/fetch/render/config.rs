//! The `[render]` section of `config.toml` and a source's `render` key. Only data.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::fetch::config::Seconds;

/// Whether this build can render pages in a browser.
pub const CAN_RENDER: bool = cfg!(feature = "browser");

/// Which of a source's pages are rendered in a browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Render {
    /// None.
    #[default]
    Never,
    /// Those that have scripts and hardly any text as sent.
    Auto,
    /// All.
    Always,
}

/// The browser that renders pages: the `[render]` section of `config.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RenderConfig {
    /// The browser: a Chromium, by name or path. Default: `chromium`.
    pub program: PathBuf,
    /// Seconds for one page, including the start of the browser; what the page shows by then is used. Default: 20.
    pub timeout_s: Seconds,
    /// Most memory in MiB that the browser may use, all its processes together. Default: 1024.
    pub max_memory_mb: u64,
    /// Most requests that one page's scripts may make. Default: 200.
    pub max_requests: usize,
    /// Most bytes on the wire that one page's scripts may load. Default: 33554432 (32 MiB).
    pub max_bytes: u64,
}

impl Default for RenderConfig {
    fn default() -> Self {
        Self {
            program: "chromium".into(),
            timeout_s: Seconds::new(20),
            max_memory_mb: 1024,
            max_requests: 200,
            max_bytes: 32 << 20,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_section_has_defaults() {
        assert_eq!(toml::from_str::<RenderConfig>("").unwrap(), RenderConfig::default());
        assert!(toml::from_str::<RenderConfig>("flags = 1").is_err());
    }
}
