//! Replaces `browser` in builds without the feature of that name: the same interface, and every page fails.

use super::config::RenderConfig;
use super::input::{BrowserNetwork, RenderInput};

/// No browser.
pub(in crate::fetch) struct Browser;

impl Browser {
    pub fn new(_: RenderConfig, network: BrowserNetwork) -> Self {
        let BrowserNetwork { user_agent, guard, usage } = network;
        drop((user_agent, guard, usage));
        Self
    }

    #[expect(clippy::unused_async, reason = "the interface of the real browser")]
    pub async fn render(&self, page: &RenderInput<'_>) -> Result<String, String> {
        let RenderInput { url, content_type, bytes, .. } = page;
        tracing::debug!(url, content_type, bytes = bytes.len(), "no browser");
        Err("this gleaner was built without the feature `browser`".to_owned())
    }
}
