//! What the browser is given: a page, and how it may use the network.

use std::sync::Arc;

use reqwest::header::HeaderValue;

use crate::fetch::address_guard::AddressGuard;
use crate::fetch::client::UsageCounters;

/// How the browser uses the network.
pub(in crate::fetch) struct BrowserNetwork {
    /// Its `User-Agent`.
    pub user_agent: HeaderValue,
    /// Where it may connect to.
    pub guard: Arc<AddressGuard>,
    /// What counts its requests and bytes.
    pub usage: Arc<UsageCounters>,
}

/// A page to render.
pub(in crate::fetch) struct RenderInput<'a> {
    /// Its URL, http or https.
    pub url: &'a str,
    /// Its `Content-Type`.
    pub content_type: &'a str,
    /// Its body.
    pub bytes: &'a [u8],
    /// The most bytes of HTML to return; one more shows that there were too many.
    pub max_bytes: u64,
}
