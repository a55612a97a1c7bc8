//! The fetcher: requests a page, follows its redirects and turns the response into a document. The rules it applies are in its siblings.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use url::Url;

use super::address_guard::{AddressGuard, Resolver, SystemResolver};
use super::client::{HttpClient, HttpRequest, Purpose, Spent, user_agent};
use super::config::{AllowPrivate, Config, RobotsPolicy, TdmOptOut, normalised_host};
use super::failure::{Error, Reason, Target};
use super::host_queue::HostQueues;
use super::login::Logins;
use super::memory_permit::MemoryPermit;
use super::polite_client::PoliteClient;
use super::redirect_chain::RedirectChain;
use super::render::{self, Browser, BrowserNetwork, Render, RenderConfig, RenderInput};
use super::response::Response;
use super::retry::RetryPolicy;
use super::robots_cache::RobotsCache;
use super::session::Sessions;
use super::tdm_opt_out::{RequestRules, TdmFileCache};
use super::warning::Warning;
use crate::clock::Clock;
use gleaner_extract::document::{BodyHash, HttpFacts, Origin, RawDocument, TdmDeclaration};

/// A request for a page.
#[derive(Clone, Debug)]
pub struct Request {
    /// The URL. A user name and password in it are sent to that origin only, and never stored or shown.
    pub url: Url,
    /// `ETag` of the stored copy, for a conditional request (RFC 9110 §13).
    pub etag: Option<String>,
    /// `Last-Modified` of the stored copy.
    pub last_modified: Option<String>,
}

/// The result of a request.
#[derive(Debug)]
pub enum Fetched {
    /// A page.
    Document(Box<RawDocument>),
    /// The stored copy is still current (304).
    NotModified,
}

/// Fetches pages: one request at a time per host, within robots.txt. Cheap to clone; clones share queues and connections.
#[derive(Clone)]
pub struct Fetcher {
    inner: Arc<Inner>,
}

/// What a fetcher needs besides its configuration.
pub struct FetchEnvironment {
    /// Dates fetched pages and expires cached robots.txt files.
    pub clock: Arc<dyn Clock>,
    /// Resolves host names.
    pub resolver: Arc<dyn Resolver>,
    /// Header fields and cookies that the user sends to sites of their choice.
    pub sessions: Sessions,
    /// User names and passwords that the user gave in URLs.
    pub logins: Logins,
    /// The browser for pages that are to be rendered.
    pub render: RenderConfig,
}

impl FetchEnvironment {
    /// The system's resolver, no sessions and no logins.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let (sessions, logins, render) = (Sessions::default(), Logins::default(), RenderConfig::default());
        Self { clock, resolver: Arc::new(SystemResolver), sessions, logins, render }
    }
}

struct Inner {
    guard: Arc<AddressGuard>,
    /// `None` if robots.txt is ignored.
    robots: Option<RobotsCache>,
    /// `None` if tdmrep.json is not checked.
    tdm_files: Option<TdmFileCache>,
    sessions: Sessions,
    logins: Logins,
    browser: Browser,
    client: PoliteClient,
    config: Config,
}

impl Fetcher {
    /// A fetcher with its own connection pool and a default environment.
    pub fn new(config: &Config, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        Self::within(config, FetchEnvironment::new(clock))
    }

    /// A fetcher with its own connection pool.
    pub fn within(config: &Config, environment: FetchEnvironment) -> Result<Self, Error> {
        let FetchEnvironment { clock, resolver, sessions, logins, render } = environment;
        let guard = Arc::new(AddressGuard::new(config.allow_private.clone(), resolver));
        let http = HttpClient::new(config, Arc::clone(&guard))?;
        let network = BrowserNetwork { user_agent: user_agent(config)?, guard: Arc::clone(&guard), usage: http.usage() };
        let inner = Inner {
            guard,
            robots: (config.robots == RobotsPolicy::Honour).then(|| RobotsCache::new(config)),
            tdm_files: (config.reservations != TdmOptOut::Record).then(TdmFileCache::default),
            sessions,
            logins,
            browser: Browser::new(render, network),
            client: PoliteClient { http, queues: HostQueues::new(config), retry: RetryPolicy::new(config), clock },
            config: config.clone(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Settings that the user should reconsider.
    pub fn warnings(&self) -> Vec<Warning> {
        let config = &self.inner.config;
        let checks = [
            (config.contact().is_none(), Warning::NoContact),
            (config.robots == RobotsPolicy::Ignore, Warning::RobotsIgnored),
            (config.allow_private == AllowPrivate::All, Warning::PrivateOpen),
        ];
        checks.into_iter().filter_map(|(applies, warning)| applies.then_some(warning)).collect()
    }

    /// Fetches one page. Waits for the host's turn, follows redirects, and retries after temporary failures.
    pub async fn fetch(&self, request: Request) -> Result<Fetched, Error> {
        self.fetch_into(request, &MemoryPermit::default()).await
    }

    /// Like [`Fetcher::fetch`], with memory for the body that many requests share.
    pub async fn fetch_into(&self, request: Request, memory: &MemoryPermit) -> Result<Fetched, Error> {
        self.fetch_for(request, Purpose::Page, memory).await
    }

    /// Like [`Fetcher::fetch_into`], for a document that lists pages: of any media type, and as large as sitemaps may be.
    pub async fn fetch_source(&self, request: Request, memory: &MemoryPermit) -> Result<Fetched, Error> {
        self.fetch_for(request, Purpose::Source, memory).await
    }

    /// Whether robots.txt allows a URL: requests the file, and nothing else. Nothing at all if the configuration ignores robots.txt.
    pub async fn check_robots(&self, url: &Url) -> Result<(), Reason> {
        let Inner { guard, client, robots, .. } = &*self.inner;
        guard.check(url)?;
        match robots {
            Some(robots) => robots.check(client, guard, url).await.map(drop),
            None => Ok(()),
        }
    }

    /// Network use so far.
    pub fn spent(&self) -> Spent {
        self.inner.client.http.spent()
    }

    /// How long the host of this URL took for its last response, without redirects to other hosts and without pauses. `None` if it has not responded
    /// since this was last asked, and under a clock that records no durations.
    pub fn take_response_time(&self, url: &Url) -> Option<Duration> {
        let client = &self.inner.client;
        let taken = client.queues.take_last_response(&normalised_host(url.host_str()?));
        taken.filter(|_| client.clock.records_durations())
    }

    /// Renders a fetched page in a browser if requested and, for [`Render::Auto`], needed; else returns it as it is.
    pub async fn rendered(&self, raw: Box<RawDocument>, render: Render) -> Result<Box<RawDocument>, Error> {
        let Some(http) = raw.http.as_ref().filter(|_| render::needs_rendering(&raw, render)) else { return Ok(raw) };
        let content_type = http.header("content-type").unwrap_or("text/html");
        let page = RenderInput { url: &http.final_url, content_type, bytes: &raw.bytes, max_bytes: self.inner.config.max_bytes };
        match self.inner.browser.render(&page).await {
            Ok(html) if html.len() as u64 > page.max_bytes => Err(failed(&raw, Reason::TooLarge(page.max_bytes))),
            Ok(html) => Ok(Box::new(render::document(*raw, html))),
            Err(message) => Err(failed(&raw, Reason::Render(message))),
        }
    }

    async fn fetch_for(&self, request: Request, purpose: Purpose, memory: &MemoryPermit) -> Result<Fetched, Error> {
        let spec = RequestSpec { conditions: conditions(&request), purpose, memory };
        let mut chain = RedirectChain::new(request.url);
        match self.inner.follow(&mut chain, &spec).await {
            Ok(fetched) => Ok(fetched),
            Err(reason) => Err(Error::Page { target: Box::new(chain.target()), reason: Box::new(reason) }),
        }
    }
}

/// The error for a page that was fetched but could not be rendered.
fn failed(raw: &RawDocument, reason: Reason) -> Error {
    let requested = match &raw.origin {
        Origin::Url(url) => Some(url.clone()),
        Origin::File(_) | Origin::Member { .. } | Origin::Stdin => None,
    };
    let redirected = raw.final_url().filter(|url| Some(url) != requested.as_ref());
    match requested.or(redirected.clone()) {
        Some(requested) => Error::Page { target: Box::new(Target { requested, redirected }), reason: Box::new(reason) },
        None => Error::Setup(reason.to_string()),
    }
}

/// What stays the same at every hop of a request.
struct RequestSpec<'a> {
    /// Fields that make the request conditional.
    conditions: HeaderMap,
    purpose: Purpose,
    memory: &'a MemoryPermit,
}

/// The conditional fields of a request. They are sent at every hop, since the stored copy may have come through the same redirects;
/// values that are not valid in a header are left out.
fn conditions(request: &Request) -> HeaderMap {
    let fields: [(HeaderName, &Option<String>); 2] =
        [(IF_NONE_MATCH, &request.etag), (IF_MODIFIED_SINCE, &request.last_modified)];
    let valid = fields.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_str(value.as_deref()?).ok()?)));
    valid.collect()
}

/// The response at one hop, and what the hop's tdmrep.json declares for it.
struct Hop {
    response: Response,
    tdm_file: Option<TdmDeclaration>,
}

impl Inner {
    async fn follow(&self, chain: &mut RedirectChain, spec: &RequestSpec<'_>) -> Result<Fetched, Reason> {
        loop {
            let hop = self.request(chain, spec).await?;
            if let Some(location) = hop.response.location() {
                chain.follow(&location, self.config.max_redirects)?;
                continue;
            }
            return match hop.response.status.as_u16() {
                304 if !spec.conditions.is_empty() => Ok(Fetched::NotModified),
                // 206 responds to a range request, and none was made.
                200..=299 if hop.response.status.as_u16() != 206 => self.document(chain, hop),
                _ => Err(Reason::of_status(&hop.response, self.client.clock.now())),
            };
        }
    }

    /// Requests the current URL of the chain, if that is allowed.
    async fn request(&self, chain: &RedirectChain, spec: &RequestSpec<'_>) -> Result<Hop, Reason> {
        self.guard.check(&chain.current)?;
        let delay = match &self.robots {
            Some(robots) => robots.check(&self.client, &self.guard, &chain.current).await?,
            None => self.config.delay_s.duration(),
        };
        // Before the page itself, as the TDM Reservation Protocol requires.
        let tdm_file = match &self.tdm_files {
            Some(files) if spec.purpose == Purpose::Page => {
                let rules = RequestRules { guard: &self.guard, robots: self.robots.as_ref(), delay };
                files.declaration(&self.client, rules, &chain.current).await
            }
            _ => None,
        };
        // Built again for each hop, so that nothing for one site is sent to another.
        let mut headers = spec.conditions.clone();
        headers.extend(self.sessions.headers(&chain.current, self.client.clock.now()));
        if !headers.contains_key(AUTHORIZATION) {
            let login = chain.authorization().cloned().or_else(|| self.logins.authorization(&chain.current));
            headers.extend(login.map(|login| (AUTHORIZATION, login)));
        }
        let request = HttpRequest { url: &chain.current, headers: &headers, purpose: spec.purpose, memory: spec.memory };
        Ok(Hop { response: self.client.get(&request, delay).await?, tdm_file })
    }

    fn document(&self, chain: &RedirectChain, hop: Hop) -> Result<Fetched, Reason> {
        let Hop { response, tdm_file } = hop;
        if response.body.is_empty() {
            return Err(Reason::Empty);
        }
        let http = HttpFacts {
            requested: chain.requested.to_string(),
            final_url: chain.current.to_string(),
            redirects: chain.hops(),
            status: response.status.as_u16(),
            headers: response.stored_headers(),
            wire_bytes: response.wire_bytes,
            rendered: false,
            stands_for: None,
            tdm_file,
        };
        Ok(Fetched::Document(Box::new(RawDocument {
            hash: BodyHash::default(),
            origin: Origin::Url(chain.requested.clone()),
            fetched_at: Some(self.client.clock.now()),
            http: Some(http),
            feed: None,
            part: None,
            bytes: response.body,
        })))
    }
}
