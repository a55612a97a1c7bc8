//! Pages whose text only scripts make, opened in a browser: when that is wished, when it is needed, and what comes of it.
//!
//! The browser gets the page's own bytes from here and asks the network only for what its scripts want, through `proxy`, which sees
//! every address that is dialled. With the feature `browser` off, only the wish is here and is refused.

#[cfg(feature = "browser")]
mod chromium;
#[cfg(feature = "browser")]
mod devtools;
#[cfg(feature = "browser")]
mod proxy;
#[cfg(feature = "browser")]
mod session;
#[cfg(not(feature = "browser"))]
mod unbuilt;

use std::path::PathBuf;
use std::sync::Arc;

use reqwest::header::HeaderValue;
use serde::{Deserialize, Serialize};

use super::address::Guard;
use super::client::Spending;
use super::config::Seconds;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::{HttpFacts, RawDocument};
use gleaner_extract::page::{self, ReadHints};

#[cfg(feature = "browser")]
pub(super) use session::Browser;
#[cfg(not(feature = "browser"))]
pub(super) use unbuilt::Browser;

/// Whether this build can open pages in a browser.
pub const CAN_RENDER: bool = cfg!(feature = "browser");

/// Whether a source's pages are opened in a browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Render {
    /// Never.
    #[default]
    Never,
    /// Where the page as sent holds no text and scripts that could make some.
    Auto,
    /// Every page.
    Always,
}

/// The browser that pages are opened in: the `[render]` section of `config.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RenderConfig {
    /// The browser: a Chromium, by name or path. Default: `chromium`.
    pub program: PathBuf,
    /// Seconds for one page, the browser's start included; what the page shows by then is taken. Default: 20.
    pub timeout_s: Seconds,
    /// Memory in MiB that the browser may hold, all its processes together. Default: 1024.
    pub max_memory_mb: u64,
    /// Requests that one page's scripts may make. Default: 200.
    pub max_requests: usize,
    /// Bytes on the wire that one page's scripts may load. Default: 33554432 (32 MiB).
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

/// As whom the browser goes to the network.
pub(super) struct Visitor {
    /// Who asks, as each request says it.
    pub agent: HeaderValue,
    /// Where it may go.
    pub guard: Arc<Guard>,
    /// Where it is written down what that costs.
    pub spending: Arc<Spending>,
}

/// A page for the browser.
pub(super) struct Shown<'a> {
    /// Its address, over http or https.
    pub url: &'a str,
    /// Its `Content-Type`.
    pub content_type: &'a str,
    /// Its body.
    pub bytes: &'a [u8],
    /// The most bytes that may stand there in the end; one more tells that there were too many.
    pub max_bytes: u64,
}

/// The document with the browser's HTML in the place of its body.
pub(super) fn document(raw: RawDocument, html: String) -> RawDocument {
    let http = raw.http.map(|mut http| {
        http.headers.insert("content-type".to_owned(), "text/html; charset=utf-8".to_owned());
        HttpFacts { rendered: true, ..http }
    });
    let bytes = html.into_bytes();
    RawDocument { hash: ContentHash::of(&bytes), bytes, http, ..raw }
}

/// Whether a page is to be opened in a browser.
pub(super) fn is_due(raw: &RawDocument, render: Render) -> bool {
    match render {
        Render::Never => false,
        Render::Always => true,
        Render::Auto => is_shell(raw),
    }
}

/// Weight of text from which a block counts as part of a story, and from which a page has one. A character of Chinese or Japanese
/// weighs two.
const BLOCK: usize = 60;
const BODY: usize = 250;

/// Whether the page shows scripts, and no text that could be a story. Frames of links do not count.
fn is_shell(raw: &RawDocument) -> bool {
    if !has_script(&raw.bytes) {
        return false;
    }
    let content_type = raw.http.as_ref().and_then(|http| http.header("content-type"));
    let url = raw.final_url();
    let hints = ReadHints { content_type, url: url.as_ref() };
    let Ok(page) = page::read(&raw.bytes, hints, &page::Config::default()) else { return false };
    let blocks = page.blocks.iter().filter(|block| !block.hidden && 2 * (block.link_chars as usize) < block.chars());
    let weights = blocks.map(|block| block.text.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum::<usize>());
    weights.filter(|weight| *weight >= BLOCK).sum::<usize>() < BODY
}

fn has_script(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'<', bytes).any(|at| bytes.get(at + 1..at + 7).is_some_and(|name| name.eq_ignore_ascii_case(b"script")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gleaner_extract::document::Origin;

    fn due(html: &str, render: Render) -> bool {
        is_due(&RawDocument::local(Origin::Stdin, html.into()), render)
    }

    #[test]
    fn only_shells_need_a_browser() {
        let story =
            "<p>The ferry between the mainland and Holm sailed again on Saturday, four days after the storm.</p>".repeat(4);
        let nav = "<nav><a href=/a>News from all the islands and the mainland, every day and every hour, since 1904</a></nav>"
            .repeat(9);
        let shell = format!("{nav}<div id=root></div><noscript>You need JavaScript.</noscript><SCRIPT src=app.js></SCRIPT>");
        let chinese = format!("<script></script><p>{}</p>", "渡口的最后一班船昨天离开了村子。".repeat(9));
        for (html, needed) in [
            (shell.as_str(), true),
            (&format!("{shell}{story}"), false),
            (&format!("<script>let x;</script><div hidden>{story}</div>"), true),
            ("<p>Short.</p>", false),
            (&chinese, false),
            ("", false),
        ] {
            assert_eq!(due(html, Render::Auto), needed, "{html}");
        }
        assert!(due("<p>x</p>", Render::Always) && !due(&shell, Render::Never));
    }

    #[test]
    fn the_section_has_defaults() {
        assert_eq!(toml::from_str::<RenderConfig>("").unwrap(), RenderConfig::default());
        assert!(toml::from_str::<RenderConfig>("flags = 1").is_err());
    }
}
