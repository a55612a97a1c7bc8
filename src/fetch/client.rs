//! Sends one request and reads its response, within timeouts and size limits. Follows no redirects, retries nothing, does not queue.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue};
use tokio::time::timeout;
use url::Url;

use super::address_guard::{AddressGuard, GuardedResolver};
use super::config::Config;
use super::decode::{self, Overflow};
use super::failure::{Error, Phase, Reason};
use super::host_queue::HostPermit;
use super::internal_address::InternalAddress;
use super::memory_permit::MemoryPermit;
use super::response::{Response, joined, not_a_page};
use super::robots;
use super::session;

/// Most header fields of one HTTP/1 response.
const MAX_HEADERS: usize = 256;
/// Most bytes of one HTTP/2 response's header fields; hyper limits those of HTTP/1 (about 400 KiB).
const MAX_HEADER_BYTES: u32 = 128 * 1024;
/// Most bytes allocated on the strength of a `Content-Length` alone.
const MAX_PREALLOCATION: u64 = 512 * 1024;
/// Pooled connections that are idle for this long are closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A page for the corpus.
    Page,
    /// A document that lists pages: a feed, a sitemap, a front page.
    Source,
    /// A robots.txt.
    Robots,
    /// A tdmrep.json.
    TdmFile,
}

/// Network use so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Requests, including robots.txt, redirects and what a browser requests.
    pub requests: u64,
    /// Bytes of bodies on the wire; for a browser's connections, all bytes transferred.
    pub bytes: u64,
}

/// One request.
pub(super) struct HttpRequest<'a> {
    /// The URL, without user name and password.
    pub url: &'a Url,
    /// Header fields to send besides the usual ones.
    pub headers: &'a HeaderMap,
    pub purpose: Purpose,
    /// Memory for the body.
    pub memory: &'a MemoryPermit,
}

/// The connection pool with its limits.
pub(super) struct HttpClient {
    http: reqwest::Client,
    connect_timeout: Duration,
    read_timeout: Duration,
    total_timeout: Duration,
    max_bytes: u64,
    max_wire_bytes: u64,
    usage: Arc<UsageCounters>,
}

/// Counts the network use of the client and the browser.
#[derive(Debug, Default)]
pub(super) struct UsageCounters {
    requests: AtomicU64,
    bytes: AtomicU64,
}

impl UsageCounters {
    /// Counts one request.
    pub fn count_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts received bytes.
    pub fn count_bytes(&self, count: usize) {
        self.bytes.fetch_add(count as u64, Ordering::Relaxed);
    }
}

impl HttpClient {
    pub fn new(config: &Config, guard: Arc<AddressGuard>) -> Result<Self, Error> {
        // Fails where the provider is already installed, by an earlier call or by the embedding program; either is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let agent = user_agent(config)?;
        // The builder fails if the system has no certificates at all; building it with none keeps http working, and https fails when
        // used.
        let http = builder(config, &guard, &agent)
            .build()
            .or_else(|_| builder(config, &guard, &agent).tls_certs_only([]).build())
            .map_err(|error| Error::Setup(root_cause(&error)))?;
        Ok(Self {
            http,
            connect_timeout: config.connect_timeout_s.duration(),
            read_timeout: config.read_timeout_s.duration(),
            total_timeout: config.total_timeout_s.duration(),
            max_bytes: config.max_bytes,
            max_wire_bytes: config.max_wire_bytes,
            usage: Arc::default(),
        })
    }

    /// Network use so far.
    pub fn spent(&self) -> Spent {
        let UsageCounters { requests, bytes } = &*self.usage;
        Spent { requests: requests.load(Ordering::Relaxed), bytes: bytes.load(Ordering::Relaxed) }
    }

    /// The counters, to be shared with the browser.
    pub fn usage(&self) -> Arc<UsageCounters> {
        Arc::clone(&self.usage)
    }

    /// Sends one request and reads its response: the body of a success, only the header of anything else.
    pub async fn get(&self, request: &HttpRequest<'_>, permit: &mut HostPermit) -> Result<Response, Reason> {
        self.usage.count_request();
        let (total, start) = (self.total_timeout, Instant::now());
        let timed_out = |_| Reason::Timeout { phase: Phase::Total, after: total };
        let response = timeout(total, permit.wait_for(self.head(request))).await.map_err(timed_out)??;
        let left = total.saturating_sub(start.elapsed());
        // Waiting for memory does not count against the host.
        if response.status().is_success() {
            request.memory.acquire().await;
        }
        timeout(left, self.finish(request, response, permit)).await.map_err(timed_out)?
    }

    /// Sends a body to an address that the user named, and reads the status of the response only; anything but a success is an error.
    pub async fn post(&self, url: &Url, content_type: &'static str, body: Vec<u8>, limit: Duration) -> Result<(), Reason> {
        let send = self.http.post(url.clone()).header(CONTENT_TYPE, content_type).body(body).send();
        let response = timeout(limit, send).await.map_err(|_| Reason::Timeout { phase: Phase::Total, after: limit })?;
        let status = response.map_err(|error| self.reason(&error))?.status();
        match status.is_success() {
            true => Ok(()),
            false => Err(Reason::Status { status: status.as_u16(), phrase: status.canonical_reason(), retry_after: None }),
        }
    }

    async fn head(&self, request: &HttpRequest<'_>) -> Result<reqwest::Response, Reason> {
        let builder = self.http.get(request.url.clone()).headers(request.headers.clone());
        let send = builder.header(ACCEPT, accept(request.purpose)).send();
        // Connecting has a timeout of its own within this one.
        timeout(self.connect_timeout.saturating_add(self.read_timeout), send)
            .await
            .map_err(|_| Reason::Timeout { phase: Phase::Read, after: self.read_timeout })?
            .map_err(|error| self.reason(&error))
    }

    async fn finish(
        &self,
        request: &HttpRequest<'_>,
        response: reqwest::Response,
        permit: &mut HostPermit,
    ) -> Result<Response, Reason> {
        let (status, mut headers) = (response.status(), response.headers().clone());
        // Before any of it is stored or shown.
        session::remove_echoed_secrets(&mut headers, request.headers);
        if !status.is_success() {
            return Ok(Response { status, headers, body: Vec::new(), wire_bytes: 0 });
        }
        if let (Purpose::Page, Some(what)) = (request.purpose, not_a_page(&headers)) {
            return Err(Reason::MediaType(what));
        }
        let wire = self.read(response, request.purpose, permit).await?;
        let wire_bytes = wire.len() as u64;
        let body = self.decode(wire, &headers, request.purpose).await?;
        Ok(Response { status, headers, body, wire_bytes })
    }

    async fn read(&self, mut response: reqwest::Response, purpose: Purpose, permit: &mut HostPermit) -> Result<Vec<u8>, Reason> {
        let (limit, overflow) = limit(purpose, self.max_wire_bytes);
        if overflow == Overflow::Refuse && response.content_length().is_some_and(|length| length > limit) {
            return Err(Reason::WireTooLarge(limit));
        }
        let capacity = response.content_length().unwrap_or_default().min(limit).min(MAX_PREALLOCATION);
        let mut body = Vec::with_capacity(usize::try_from(capacity).unwrap_or_default());
        loop {
            let chunk = timeout(self.read_timeout, permit.wait_for(response.chunk())).await;
            let chunk = chunk.map_err(|_| Reason::Timeout { phase: Phase::Read, after: self.read_timeout })?;
            let Some(chunk) = chunk.map_err(|error| self.reason(&error))? else { return Ok(body) };
            self.usage.count_bytes(chunk.len());
            let left = usize::try_from(limit).unwrap_or(usize::MAX) - body.len();
            if chunk.len() > left && overflow == Overflow::Refuse {
                return Err(Reason::WireTooLarge(limit));
            }
            body.extend_from_slice(&chunk[..chunk.len().min(left)]);
            if chunk.len() > left {
                return Ok(body);
            }
        }
    }

    async fn decode(&self, wire: Vec<u8>, headers: &HeaderMap, purpose: Purpose) -> Result<Vec<u8>, Reason> {
        let encoding = joined(headers, &CONTENT_ENCODING);
        let (limit, overflow) = limit(purpose, self.max_bytes);
        if wire.is_empty() || (encoding.is_empty() && wire.len() as u64 <= limit) {
            return Ok(wire);
        }
        // Decoding up to max_bytes takes CPU time: not on the threads that serve the sockets.
        tokio::task::spawn_blocking(move || decode::decode(wire, &encoding, limit, overflow))
            .await
            .unwrap_or_else(|error| Err(Reason::Transfer(error.to_string())))
    }

    fn reason(&self, error: &reqwest::Error) -> Reason {
        if let Some(internal) = causes(error).find_map(|cause| cause.downcast_ref::<InternalAddress>()) {
            return Reason::Address(internal.clone());
        }
        if let Some(tls) = causes(error).find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
            return Reason::Tls(tls.to_string());
        }
        if error.is_connect() && error.is_timeout() {
            return Reason::Timeout { phase: Phase::Connect, after: self.connect_timeout };
        }
        if error.is_dns() {
            return Reason::Lookup(root_cause(error));
        }
        let io = || causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>());
        if io().any(|io| io.kind() == io::ErrorKind::ConnectionRefused) {
            return Reason::ConnectionRefused;
        }
        match error.is_connect() {
            true => Reason::Connect(root_cause(error)),
            false => Reason::Transfer(root_cause(error)),
        }
    }
}

/// The size limit for a purpose, and what happens beyond it. Pages have separate limits on the wire and after decoding.
fn limit(purpose: Purpose, of_page: u64) -> (u64, Overflow) {
    match purpose {
        Purpose::Page => (of_page, Overflow::Refuse),
        Purpose::Source => (SOURCE_LIMIT, Overflow::Refuse),
        Purpose::Robots | Purpose::TdmFile => (ROBOTS_LIMIT, Overflow::Cut),
    }
}

/// The maximum of the sitemap protocol; feeds and front pages are far smaller.
const SOURCE_LIMIT: u64 = 50 << 20;

/// One byte more than is read, so that the parser can tell that the file was cut.
const ROBOTS_LIMIT: u64 = robots::MAX_BYTES as u64 + 1;

fn builder(config: &Config, guard: &Arc<AddressGuard>, agent: &HeaderValue) -> reqwest::ClientBuilder {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(decode::ACCEPTED));
    headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("*"));
    reqwest::Client::builder()
        .user_agent(agent.clone())
        .default_headers(headers)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        // A proxy would resolve names itself and so bypass the guard.
        .no_proxy()
        .dns_resolver(GuardedResolver(Arc::clone(guard)))
        .connect_timeout(config.connect_timeout_s.duration())
        .pool_idle_timeout(IDLE_TIMEOUT)
        .pool_max_idle_per_host(1)
        .http1_max_headers(MAX_HEADERS)
        // Browsers accept these, so servers send them.
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http2_max_header_list_size(MAX_HEADER_BYTES)
}

/// The `User-Agent` of every request.
pub(super) fn user_agent(config: &Config) -> Result<HeaderValue, Error> {
    let product = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
    let Some(contact) = config.contact() else { return Ok(HeaderValue::from_static(product)) };
    let refused = || Error::Contact(contact.chars().take(200).collect());
    if !contact.is_ascii() || contact.contains(['(', ')']) {
        return Err(refused());
    }
    HeaderValue::from_str(&format!("{product} (+{contact})")).map_err(|_| refused())
}

fn accept(purpose: Purpose) -> HeaderValue {
    HeaderValue::from_static(match purpose {
        Purpose::Page => "text/html, application/xhtml+xml, text/plain;q=0.9, application/xml;q=0.8, */*;q=0.5",
        Purpose::Source => {
            "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
        }
        Purpose::Robots => "text/plain, */*;q=0.5",
        Purpose::TdmFile => "application/json, */*;q=0.5",
    })
}

/// The error and its causes, outermost first.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    let mut next = Some(error as &(dyn StdError + 'static));
    std::iter::from_fn(move || {
        let cause = next?;
        // An I/O error skips the error that it wraps: its source is already that error's source.
        let wrapped = cause.downcast_ref::<io::Error>().and_then(|io| io.get_ref());
        next = wrapped.map(|inner| inner as &(dyn StdError + 'static)).or_else(|| cause.source());
        Some(cause)
    })
}

/// The innermost error's text: gleaner words the outer ones itself.
fn root_cause(error: &reqwest::Error) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}
