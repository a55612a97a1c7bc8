//! One page on the browser's session: it gets the page's bytes, its scripts run, and what stands there when they have settled is taken.
//! Requests are judged here by what they are for, and in `proxy` by where they go.

use std::collections::HashSet;
use std::io;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::chromium::Chromium;
use super::devtools::{Devtools, Event};
use super::proxy::Proxy;
use super::{RenderConfig, Shown, Visitor};

/// What a page may load besides itself. The rest (images, media, fonts, frames, pings) makes no text.
const LOADED: &[&str] = &["Script", "Stylesheet", "XHR", "Fetch"];

/// How often the page is looked at, and for how many looks it must not change.
const LOOK: Duration = Duration::from_millis(200);
const STEADY: u32 = 3;

/// Whether the page is loaded, and how much text it has, that in open shadow trees included.
const STATE: &str = include_str!("state.js");

/// The page as HTML, with open shadow trees in the places where they are shown.
const SERIALISED: &str = include_str!("serialised.js");

/// The browser: one page at a time, each in a process and profile of its own.
pub(in crate::fetch) struct Browser {
    config: RenderConfig,
    visitor: Visitor,
    free: Semaphore,
}

impl Browser {
    /// A browser that goes to the network as this visitor.
    pub fn new(config: RenderConfig, visitor: Visitor) -> Self {
        Self { config, visitor, free: Semaphore::new(1) }
    }

    /// The page as HTML, after its scripts have run; else why not.
    pub async fn show(&self, page: &Shown<'_>) -> Result<String, String> {
        // Fails only for a closed semaphore, and nobody closes this one.
        let _free = self.free.acquire().await;
        let said = |error: io::Error| error.to_string();
        let agent = self.visitor.agent.to_str().unwrap_or_default();
        let proxy = Proxy::start(&self.visitor, self.config.max_bytes).await.map_err(said)?;
        let (browser, devtools) = Chromium::start(&self.config, agent, proxy.address).map_err(said)?;
        let (start, span) = (Instant::now(), self.config.timeout_s.duration());
        let (settled, end) = (start + span.mul_f64(0.7), start + span);
        let mut session =
            RenderSession { devtools, proxy: &proxy, page, served: false, left: self.config.max_requests, open: HashSet::new() };
        let shown = tokio::select! {
            shown = timeout_at(end, session.play(settled)) => match shown {
                Ok(shown) => shown.map_err(said),
                Err(_) => Err(format!("it did not let go within {}", self.config.timeout_s)),
            },
            () = browser.outgrown(self.config.max_memory_mb) => {
                Err(format!("it takes more than {} MiB of memory", self.config.max_memory_mb))
            }
        };
        browser.end().await;
        shown
    }
}

struct RenderSession<'a> {
    devtools: Devtools,
    proxy: &'a Proxy,
    page: &'a Shown<'a>,
    served: bool,
    /// Requests that may still be made.
    left: usize,
    /// Requests under way.
    open: HashSet<String>,
}

impl RenderSession<'_> {
    async fn play(&mut self, settled_by: Instant) -> io::Result<String> {
        self.open_page().await?;
        self.settle(settled_by).await?;
        let html = format!("({SERIALISED})().slice(0, {})", self.page.max_bytes + 1);
        // Where a script was stopped, that may strike what is evaluated next.
        for _ in 0..3 {
            if let Some(html) = self.evaluate(&html).await?.as_str() {
                return Ok(format!("<!doctype html>{html}"));
            }
        }
        Err(io::Error::other("its document is gone"))
    }

    async fn open_page(&mut self) -> io::Result<()> {
        self.call("Browser.setDownloadBehavior", json!({ "behavior": "deny" })).await?;
        let target = self.call("Target.createTarget", json!({ "url": "about:blank" })).await?;
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = self.call("Target.attachToTarget", attach).await?;
        self.devtools.session = attached["sessionId"].as_str().map(str::to_owned);
        for (method, params) in [
            ("Inspector.enable", json!({})),
            ("Page.enable", json!({})),
            ("Network.enable", json!({ "maxTotalBufferSize": 0, "maxResourceBufferSize": 0 })),
            ("Fetch.enable", json!({ "patterns": [{ "urlPattern": "*" }] })),
        ] {
            self.call(method, params).await?;
        }
        let gone = self.call("Page.navigate", json!({ "url": self.page.url })).await?;
        match gone["errorText"].as_str() {
            Some(error) => Err(io::Error::other(error.to_owned())),
            None => Ok(()),
        }
    }

    /// Waits until the page is loaded, asks for nothing and does not change any more. At the deadline what stands there counts, and a
    /// script that runs without end is stopped.
    async fn settle(&mut self, by: Instant) -> io::Result<()> {
        let (mut steady, mut before) = (0, Value::Null);
        let state = format!("({STATE})()");
        while steady < STEADY {
            self.listen(LOOK).await?;
            let Ok(now) = timeout_at(by, self.evaluate(&state)).await else {
                self.devtools.tell("Runtime.terminateExecution", json!({})).await?;
                return Ok(());
            };
            let now = now?;
            let is_steady = now[0] == true && now == before && self.open.is_empty();
            steady = if is_steady { steady + 1 } else { 0 };
            before = now;
            if Instant::now() >= by {
                break;
            }
        }
        Ok(())
    }

    async fn evaluate(&mut self, expression: &str) -> io::Result<Value> {
        let mut found = self.call("Runtime.evaluate", json!({ "expression": expression, "returnByValue": true })).await?;
        Ok(found["result"]["value"].take())
    }

    /// Sends a command and waits for its reply; sees to what happens meanwhile.
    async fn call(&mut self, method: &str, params: Value) -> io::Result<Value> {
        let number = self.devtools.tell(method, params).await?;
        loop {
            let reply = self.devtools.next(number).await?;
            self.see_to_events().await?;
            if let Some(reply) = reply {
                return Ok(reply);
            }
        }
    }

    /// Sees to what happens for so long.
    async fn listen(&mut self, span: Duration) -> io::Result<()> {
        let end = Instant::now() + span;
        while Instant::now() < end {
            let Ok(message) = timeout_at(end, self.devtools.next(0)).await else { break };
            message?;
            self.see_to_events().await?;
        }
        Ok(())
    }

    async fn see_to_events(&mut self) -> io::Result<()> {
        while let Some(Event { method, params }) = self.devtools.events.pop_front() {
            match method.as_str() {
                "Fetch.requestPaused" => self.judge(&params).await?,
                "Network.loadingFinished" | "Network.loadingFailed" => {
                    self.open.remove(params["requestId"].as_str().unwrap_or_default());
                }
                // A dialogue would hold the page until somebody answers it.
                "Page.javascriptDialogOpening" => {
                    self.devtools.tell("Page.handleJavaScriptDialog", json!({ "accept": false })).await?;
                }
                "Inspector.targetCrashed" => return Err(io::Error::other("it crashed")),
                _ => {}
            }
        }
        Ok(())
    }

    /// The page itself is served from here, once; what its scripts need is let through, as far as there is permit; all else is refused.
    async fn judge(&mut self, paused: &Value) -> io::Result<()> {
        let id = &paused["requestId"];
        let kind = paused["resourceType"].as_str().unwrap_or_default();
        let (method, params) = match kind {
            "Document" if !self.served => {
                self.served = true;
                let headers = json!([{ "name": "Content-Type", "value": self.page.content_type }]);
                let body = STANDARD.encode(self.page.bytes);
                let answer = json!({ "requestId": id, "responseCode": 200, "responseHeaders": headers, "body": body });
                ("Fetch.fulfillRequest", answer)
            }
            // Where the page wants to lead, and its frames: aborted, so that it stays where it is.
            "Document" => ("Fetch.failRequest", json!({ "requestId": id, "errorReason": "Aborted" })),
            _ if LOADED.contains(&kind) && self.left > 0 => {
                self.left -= 1;
                self.proxy.spending.request();
                if let Some(url) = paused["request"]["url"].as_str().and_then(|url| Url::parse(url).ok()) {
                    self.proxy.open(&url);
                }
                self.open.extend(paused["networkId"].as_str().map(str::to_owned));
                ("Fetch.continueRequest", json!({ "requestId": id }))
            }
            _ => ("Fetch.failRequest", json!({ "requestId": id, "errorReason": "BlockedByClient" })),
        };
        self.devtools.tell(method, params).await.map(drop)
    }
}
