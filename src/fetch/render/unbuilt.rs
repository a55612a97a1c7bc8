//! In the browser's place, where it was not built in.

use super::{RenderConfig, Shown, Visitor};

/// No browser.
pub(in crate::fetch) struct Browser;

impl Browser {
    pub fn new(_: RenderConfig, visitor: Visitor) -> Self {
        let Visitor { agent, guard, spending } = visitor;
        drop((agent, guard, spending));
        Self
    }

    #[expect(clippy::unused_async, reason = "as the browser that is built in")]
    pub async fn show(&self, page: &Shown<'_>) -> Result<String, String> {
        let Shown { url, content_type, bytes, .. } = page;
        tracing::debug!(url, content_type, bytes = bytes.len(), "no browser");
        Err("this gleaner was built without the feature `browser`".to_owned())
    }
}
