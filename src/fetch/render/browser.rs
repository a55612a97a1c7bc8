//! Renders one page in a browser: serves it the page's bytes, lets the scripts run, and takes the HTML once the page no longer changes.
//! Requests are filtered here by resource type, and in `proxy` by destination.

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
use super::config::RenderConfig;
use super::devtools::{Devtools, DevtoolsEvent};
use super::input::{BrowserNetwork, RenderInput};
use super::proxy::Proxy;

/// Resource types that a page may load. The rest (images, media, fonts, frames, pings) adds no text.
const ALLOWED_TYPES: &[&str] = &["Script", "Stylesheet", "XHR", "Fetch"];

/// How often the state of the page is polled, and for how many polls in a row it must stay the same.
const POLL_INTERVAL: Duration = Duration::from_millis(200);
const STABLE_POLLS: u32 = 3;

/// Script: whether the page is loaded, and how much text it has, including open shadow trees.
const STATE: &str = include_str!("state.js");

/// Script: the page as HTML, with open shadow trees where they are displayed.
const SERIALISE: &str = include_str!("serialise.js");

/// The browser: one page at a time, each in a process and profile of its own.
pub(in crate::fetch) struct Browser {
    config: RenderConfig,
    network: BrowserNetwork,
    available: Semaphore,
}

impl Browser {
    pub fn new(config: RenderConfig, network: BrowserNetwork) -> Self {
        Self { config, network, available: Semaphore::new(1) }
    }

    /// The page as HTML, after its scripts have run; the error is a message.
    pub async fn render(&self, page: &RenderInput<'_>) -> Result<String, String> {
        // Fails only for a closed semaphore, and nothing closes this one.
        let _available = self.available.acquire().await;
        let message = |error: io::Error| error.to_string();
        let user_agent = self.network.user_agent.to_str().unwrap_or_default();
        let proxy = Proxy::start(&self.network, self.config.max_bytes).await.map_err(message)?;
        let (browser, devtools) = Chromium::start(&self.config, user_agent, proxy.address).map_err(message)?;
        let (start, time_limit) = (Instant::now(), self.config.timeout_s.duration());
        let (settled_by, end) = (start + time_limit.mul_f64(0.7), start + time_limit);
        let mut session = RenderSession {
            devtools,
            proxy: &proxy,
            page,
            served: false,
            requests_left: self.config.max_requests,
            pending: HashSet::new(),
        };
        let html = tokio::select! {
            html = timeout_at(end, session.run(settled_by)) => match html {
                Ok(html) => html.map_err(message),
                Err(_) => Err(format!("it did not finish within {}", self.config.timeout_s)),
            },
            () = browser.exceeds_memory(self.config.max_memory_mb) => {
                Err(format!("it uses more than {} MiB of memory", self.config.max_memory_mb))
            }
        };
        browser.stop().await;
        html
    }
}

struct RenderSession<'a> {
    devtools: Devtools,
    proxy: &'a Proxy,
    page: &'a RenderInput<'a>,
    /// Whether the page itself has been served.
    served: bool,
    /// Requests that scripts may still make.
    requests_left: usize,
    /// Requests in progress.
    pending: HashSet<String>,
}

impl RenderSession<'_> {
    async fn run(&mut self, settled_by: Instant) -> io::Result<String> {
        self.open_page().await?;
        self.settle(settled_by).await?;
        let html = format!("({SERIALISE})().slice(0, {})", self.page.max_bytes + 1);
        // Stopping a script may also stop the next evaluation.
        for _ in 0..3 {
            if let Some(html) = self.evaluate(&html).await?.as_str() {
                return Ok(format!("<!doctype html>{html}"));
            }
        }
        Err(io::Error::other("its document cannot be read"))
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
        let navigation = self.call("Page.navigate", json!({ "url": self.page.url })).await?;
        match navigation["errorText"].as_str() {
            Some(error) => Err(io::Error::other(error.to_owned())),
            None => Ok(()),
        }
    }

    /// Waits until the page is loaded, has no pending requests and no longer changes. At the deadline the page is used as it is, and a
    /// script that never ends is stopped.
    async fn settle(&mut self, by: Instant) -> io::Result<()> {
        let (mut stable_polls, mut last) = (0, Value::Null);
        let state = format!("({STATE})()");
        while stable_polls < STABLE_POLLS {
            self.handle_events_for(POLL_INTERVAL).await?;
            let Ok(current) = timeout_at(by, self.evaluate(&state)).await else {
                self.devtools.send("Runtime.terminateExecution", json!({})).await?;
                return Ok(());
            };
            let current = current?;
            let is_stable = current[0] == true && current == last && self.pending.is_empty();
            stable_polls = if is_stable { stable_polls + 1 } else { 0 };
            last = current;
            if Instant::now() >= by {
                break;
            }
        }
        Ok(())
    }

    async fn evaluate(&mut self, expression: &str) -> io::Result<Value> {
        let mut reply = self.call("Runtime.evaluate", json!({ "expression": expression, "returnByValue": true })).await?;
        Ok(reply["result"]["value"].take())
    }

    /// Sends a command and waits for its reply, handling events meanwhile.
    async fn call(&mut self, method: &str, params: Value) -> io::Result<Value> {
        let number = self.devtools.send(method, params).await?;
        loop {
            let reply = self.devtools.next(number).await?;
            self.handle_events().await?;
            if let Some(reply) = reply {
                return Ok(reply);
            }
        }
    }

    /// Handles events for this long.
    async fn handle_events_for(&mut self, duration: Duration) -> io::Result<()> {
        let end = Instant::now() + duration;
        while Instant::now() < end {
            let Ok(message) = timeout_at(end, self.devtools.next(0)).await else { break };
            message?;
            self.handle_events().await?;
        }
        Ok(())
    }

    async fn handle_events(&mut self) -> io::Result<()> {
        while let Some(DevtoolsEvent { method, params }) = self.devtools.events.pop_front() {
            match method.as_str() {
                "Fetch.requestPaused" => self.handle_request(&params).await?,
                "Network.loadingFinished" | "Network.loadingFailed" => {
                    self.pending.remove(params["requestId"].as_str().unwrap_or_default());
                }
                // A dialogue blocks the page until it is closed.
                "Page.javascriptDialogOpening" => {
                    self.devtools.send("Page.handleJavaScriptDialog", json!({ "accept": false })).await?;
                }
                "Inspector.targetCrashed" => return Err(io::Error::other("it crashed")),
                _ => {}
            }
        }
        Ok(())
    }

    /// Serves the page itself, once; lets requests of its scripts through, up to the limit; fails all others.
    async fn handle_request(&mut self, paused: &Value) -> io::Result<()> {
        let id = &paused["requestId"];
        let resource_type = paused["resourceType"].as_str().unwrap_or_default();
        let (method, params) = match resource_type {
            "Document" if !self.served => {
                self.served = true;
                let headers = json!([{ "name": "Content-Type", "value": self.page.content_type }]);
                let body = STANDARD.encode(self.page.bytes);
                let response = json!({ "requestId": id, "responseCode": 200, "responseHeaders": headers, "body": body });
                ("Fetch.fulfillRequest", response)
            }
            // Navigation away from the page, and frames: aborted, so that the page stays.
            "Document" => ("Fetch.failRequest", json!({ "requestId": id, "errorReason": "Aborted" })),
            _ if ALLOWED_TYPES.contains(&resource_type) && self.requests_left > 0 => {
                self.requests_left -= 1;
                self.proxy.usage.count_request();
                if let Some(url) = paused["request"]["url"].as_str().and_then(|url| Url::parse(url).ok()) {
                    self.proxy.allow(&url);
                }
                self.pending.extend(paused["networkId"].as_str().map(str::to_owned));
                ("Fetch.continueRequest", json!({ "requestId": id }))
            }
            _ => ("Fetch.failRequest", json!({ "requestId": id, "errorReason": "BlockedByClient" })),
        };
        self.devtools.send(method, params).await.map(drop)
    }
}
