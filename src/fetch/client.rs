//! One request and its answer, within deadlines and limits. Follows nothing, repeats nothing, waits for nobody's turn.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, HeaderMap, HeaderValue};
use tokio::time::timeout;
use url::Url;

use super::address::{Guard, GuardedResolver, Refused};
use super::answer::{Answer, not_a_page};
use super::config::Config;
use super::decode::{self, Overflow};
use super::failure::{Error, Phase, Reason};
use super::memory_permit::MemoryPermit;
use super::politeness::Turn;
use super::robots;
use super::session;

/// Header fields of one HTTP/1 answer.
const MAX_HEADERS: usize = 256;
/// Bytes of one HTTP/2 answer's header fields; hyper bounds those of HTTP/1 (about 400 KiB).
const MAX_HEADER_BYTES: u32 = 128 * 1024;
/// Bytes of a body that are made permit for because its host says so, before they come.
const BELIEVED: u64 = 512 * 1024;
/// Kept connections that nobody used for so long are closed.
const IDLE: Duration = Duration::from_secs(30);

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A page for the corpus.
    Page,
    /// A document that leads to pages: a feed, a sitemap, a front page.
    Source,
    /// A robots.txt.
    Robots,
    /// A tdmrep.json.
    TdmOptOut,
}

/// What fetching has cost so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Requests, robots.txt, redirects and what a browser asks for included.
    pub requests: u64,
    /// Bytes of bodies on the wire; of a browser's connections all that goes through.
    pub bytes: u64,
}

/// One request.
pub(super) struct Ask<'a> {
    /// The address; a user name and password in it are sent as `Authorization`.
    pub url: &'a Url,
    /// Fields to send besides the usual ones.
    pub headers: &'a HeaderMap,
    pub purpose: Purpose,
    /// Where the body is put.
    pub permit: &'a MemoryPermit,
}

/// The connection pool with its limits.
pub(super) struct Client {
    http: reqwest::Client,
    connect_timeout: Duration,
    read_timeout: Duration,
    total_timeout: Duration,
    max_bytes: u64,
    max_wire_bytes: u64,
    spent: Arc<Spending>,
}

/// What was spent so far, by the client and by the browser.
#[derive(Debug, Default)]
pub(super) struct Spending {
    requests: AtomicU64,
    bytes: AtomicU64,
}

impl Spending {
    /// One more request goes out.
    pub fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// So many bytes came.
    pub fn bytes(&self, count: usize) {
        self.bytes.fetch_add(count as u64, Ordering::Relaxed);
    }
}

impl Client {
    pub fn new(config: &Config, guard: Arc<Guard>) -> Result<Self, Error> {
        // An earlier call, or the program around, may have chosen the provider already; either is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let agent = user_agent(config)?;
        // Without a single certificate of the system the builder fails; then it is made with none, so that http still works
        // and https fails where it is used.
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
            spent: Arc::default(),
        })
    }

    /// Requests sent, and bytes of bodies received, so far.
    pub fn spent(&self) -> Spent {
        let Spending { requests, bytes } = &*self.spent;
        Spent { requests: requests.load(Ordering::Relaxed), bytes: bytes.load(Ordering::Relaxed) }
    }

    /// Where others write down what they spend.
    pub fn spending(&self) -> Arc<Spending> {
        Arc::clone(&self.spent)
    }

    /// Sends one request and takes its answer: the body of a success, the header of anything else.
    pub async fn get(&self, ask: &Ask<'_>, turn: &mut Turn) -> Result<Answer, Reason> {
        self.spent.request();
        let (total, start) = (self.total_timeout, Instant::now());
        let too_long = |_| Reason::Timeout { phase: Phase::Total, after: total };
        let response = timeout(total, turn.wait_for(self.head(ask))).await.map_err(too_long)??;
        let left = total.saturating_sub(start.elapsed());
        // The host is not to blame for what this takes.
        if response.status().is_success() {
            ask.permit.enter().await;
        }
        timeout(left, self.answer(ask, response, turn)).await.map_err(too_long)?
    }

    async fn head(&self, ask: &Ask<'_>) -> Result<reqwest::Response, Reason> {
        let send = self.http.get(ask.url.clone()).headers(ask.headers.clone()).header(ACCEPT, accept(ask.purpose)).send();
        // Connecting has a deadline of its own within this one.
        timeout(self.connect_timeout.saturating_add(self.read_timeout), send)
            .await
            .map_err(|_| Reason::Timeout { phase: Phase::Read, after: self.read_timeout })?
            .map_err(|error| self.reason(&error))
    }

    async fn answer(&self, ask: &Ask<'_>, response: reqwest::Response, turn: &mut Turn) -> Result<Answer, Reason> {
        let (status, mut headers) = (response.status(), response.headers().clone());
        // Before anything is kept or shown of it.
        session::scrub(&mut headers, ask.headers);
        if !status.is_success() {
            return Ok(Answer { status, headers, body: Vec::new(), wire_bytes: 0 });
        }
        if let (Purpose::Page, Some(kind)) = (ask.purpose, not_a_page(&headers)) {
            return Err(Reason::MediaType(kind));
        }
        let wire = self.read(response, ask.purpose, turn).await?;
        let wire_bytes = wire.len() as u64;
        let body = self.decode(wire, &headers, ask.purpose).await?;
        Ok(Answer { status, headers, body, wire_bytes })
    }

    async fn read(&self, mut response: reqwest::Response, purpose: Purpose, turn: &mut Turn) -> Result<Vec<u8>, Reason> {
        let (limit, overflow) = limit(purpose, self.max_wire_bytes);
        if overflow == Overflow::Refuse && response.content_length().is_some_and(|length| length > limit) {
            return Err(Reason::WireTooLarge(limit));
        }
        // What a host says of the length is believed up to a point.
        let said = response.content_length().unwrap_or_default().min(limit).min(BELIEVED);
        let mut body = Vec::with_capacity(usize::try_from(said).unwrap_or_default());
        while let Some(chunk) =
            within(self.read_timeout, Phase::Read, turn.wait_for(response.chunk())).await?.map_err(|error| self.reason(&error))?
        {
            self.spent.bytes(chunk.len());
            let permit = usize::try_from(limit).unwrap_or(usize::MAX) - body.len();
            if chunk.len() > permit && overflow == Overflow::Refuse {
                return Err(Reason::WireTooLarge(limit));
            }
            body.extend_from_slice(&chunk[..chunk.len().min(permit)]);
            if chunk.len() > permit {
                break;
            }
        }
        Ok(body)
    }

    async fn decode(&self, wire: Vec<u8>, headers: &HeaderMap, purpose: Purpose) -> Result<Vec<u8>, Reason> {
        let encoding = super::answer::joined(headers, &CONTENT_ENCODING);
        let (limit, overflow) = limit(purpose, self.max_bytes);
        if wire.is_empty() || (encoding.is_empty() && wire.len() as u64 <= limit) {
            return Ok(wire);
        }
        // Up to max_bytes of work for the processor: not on the threads that serve the sockets.
        tokio::task::spawn_blocking(move || decode::decode(wire, &encoding, limit, overflow))
            .await
            .unwrap_or_else(|error| Err(Reason::Transfer(error.to_string())))
    }

    fn reason(&self, error: &reqwest::Error) -> Reason {
        if let Some(refused) = causes(error).find_map(|cause| cause.downcast_ref::<Refused>()) {
            return Reason::Address(refused.clone());
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

/// The bytes that are taken for a purpose, and what becomes of more. A page has a limit of its own on the wire and one unpacked.
fn limit(purpose: Purpose, of_page: u64) -> (u64, Overflow) {
    match purpose {
        Purpose::Page => (of_page, Overflow::Refuse),
        Purpose::Source => (SOURCE_LIMIT, Overflow::Refuse),
        Purpose::Robots | Purpose::TdmOptOut => (ROBOTS_LIMIT, Overflow::Cut),
    }
}

/// The most that the sitemap protocol allows; feeds and front pages are far smaller.
const SOURCE_LIMIT: u64 = 50 << 20;

/// One byte more than counts, so that the reader sees that it was cut.
const ROBOTS_LIMIT: u64 = robots::MAX_BYTES as u64 + 1;

async fn within<T>(limit: Duration, phase: Phase, work: impl Future<Output = T>) -> Result<T, Reason> {
    timeout(limit, work).await.map_err(|_| Reason::Timeout { phase, after: limit })
}

fn builder(config: &Config, guard: &Arc<Guard>, agent: &HeaderValue) -> reqwest::ClientBuilder {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(decode::ACCEPTED));
    headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("*"));
    reqwest::Client::builder()
        .user_agent(agent.clone())
        .default_headers(headers)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        // A proxy would resolve names itself and so get round the guard.
        .no_proxy()
        .dns_resolver(GuardedResolver(Arc::clone(guard)))
        .connect_timeout(config.connect_timeout_s.duration())
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(1)
        .http1_max_headers(MAX_HEADERS)
        // Browsers forgive these, so pages have them.
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http2_max_header_list_size(MAX_HEADER_BYTES)
}

/// Who asks, as every request says it.
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
        Purpose::TdmOptOut => "application/json, */*;q=0.5",
    })
}

/// The error and what caused it, outermost first.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    let mut next = Some(error as &(dyn StdError + 'static));
    std::iter::from_fn(move || {
        let cause = next?;
        // An I/O error gives as its source the source of the error that it wraps, and so hides that one.
        let wrapped = cause.downcast_ref::<io::Error>().and_then(|io| io.get_ref());
        next = wrapped.map(|inner| inner as &(dyn StdError + 'static)).or_else(|| cause.source());
        Some(cause)
    })
}

/// The innermost error's text: what the outer ones say is said in our own words.
fn root_cause(error: &reqwest::Error) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}
