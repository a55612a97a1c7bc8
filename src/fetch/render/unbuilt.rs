//! In the browser's place, where it was not built in.

use std::sync::Arc;

use reqwest::header::HeaderValue;

use super::{RenderConfig, Shown};
use crate::fetch::address::Guard;

/// No browser.
pub(in crate::fetch) struct Browser;

impl Browser {
    pub fn new(_: RenderConfig, _: Arc<Guard>, _: HeaderValue) -> Self {
        Self
    }

    #[expect(clippy::unused_async, reason = "as the browser that is built in")]
    pub async fn show(&self, page: &Shown<'_>) -> Result<String, String> {
        let Shown { url, content_type, bytes, .. } = page;
        tracing::debug!(url, content_type, bytes = bytes.len(), "no browser");
        Err("this gleaner was built without the feature `browser`".to_owned())
    }
}
