//! Renders pages whose text only scripts produce, in a browser, and decides which pages those are.
//!
//! The browser is given the page's own bytes and requests only what the scripts need, through `proxy`, which checks every address before
//! connecting to it. Without the feature `browser`, the configuration is still read, and every attempt to render fails.

#[cfg(feature = "browser")]
mod browser;
#[cfg(feature = "browser")]
mod chromium;
mod config;
#[cfg(feature = "browser")]
mod devtools;
mod input;
mod need;
#[cfg(feature = "browser")]
mod proxy;
#[cfg(not(feature = "browser"))]
mod unbuilt;

use gleaner_extract::document::{BodyHash, HttpFacts, RawDocument};

#[cfg(feature = "browser")]
pub(super) use browser::Browser;
pub use config::{CAN_RENDER, Render, RenderConfig};
pub(super) use input::{BrowserNetwork, RenderInput};
pub(super) use need::needs_rendering;
#[cfg(not(feature = "browser"))]
pub(super) use unbuilt::Browser;

/// The document with the browser's HTML in place of its body.
pub(super) fn document(raw: RawDocument, html: String) -> RawDocument {
    let http = raw.http.map(|mut http| {
        http.headers.insert("content-type".to_owned(), "text/html; charset=utf-8".to_owned());
        HttpFacts { rendered: true, ..http }
    });
    let bytes = html.into_bytes();
    RawDocument { hash: BodyHash::default(), bytes, http, ..raw }
}
