//! Polite HTTP: one page at an address, within limits, never where it must not go. Stores nothing.
//!
//! A request's way: [`Fetcher::fetch`] walks from redirect to redirect; each hop passes `address` (may we go there?) and
//! `permission` (does robots.txt agree?), waits its turn in `politeness`, and is asked by `client` within deadlines and size
//! limits; `exchange` repeats what `retry` finds worth it; `decode` undoes the compression.

mod address;
mod answer;
mod client;
mod config;
mod decode;
mod exchange;
mod failure;
mod memory_permit;
mod origin_cache;
mod politeness;
mod render;
mod retry;
pub mod robots;
mod robots_cache;
mod session;
mod tdm_opt_out;

use gleaner_extract::base::url::without_login;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use url::{Origin as UrlOrigin, Url};

pub use address::{Lookup, Names, Refused, SystemNames, internal_range};
pub use client::Spent;
pub use config::{AllowPrivate, Config, RobotsPolicy, Seconds, TdmOptOut};
pub use failure::{Error, Phase, Reason, Target};
pub use memory_permit::MemoryPermit;
pub use render::{CAN_RENDER, Render, RenderConfig};
pub use session::{SessionConfig, SessionError, Sessions};

use crate::clock::Clock;
use address::Guard;
use answer::Answer;
use client::{Ask, Client, Purpose};
use exchange::Exchange;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::{HttpFacts, Origin, RawDocument};
use politeness::Hosts;
use render::{Browser, Shown, Visitor};
use retry::Retry;
use robots_cache::RobotsCache;
use tdm_opt_out::{Reserved, Statement, Way};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// The address. A user name and password in it are sent to that origin only, and never kept or shown.
    pub url: Url,
    /// `ETag` of the copy at hand, for a conditional request (RFC 9110 §13).
    pub etag: Option<String>,
    /// `Last-Modified` of the copy at hand.
    pub last_modified: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub enum Fetched {
    /// A page.
    Document(Box<RawDocument>),
    /// The copy at hand is still good (304).
    NotModified,
}

/// Something in the configuration that works, but should be thought about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// No contact is set.
    NoContact,
    /// robots.txt is not obeyed.
    RobotsIgnored,
    /// Every internal address may be fetched from.
    PrivateOpen,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoContact => "site owners cannot tell who asks: set fetch.contact to an e-mail address or a page",
            Self::RobotsIgnored => "fetch.robots = \"ignore\": right only for sites of your own",
            Self::PrivateOpen => "fetch.allow_private = true: any link can lead into your own network; a list of hosts is safer",
        })
    }
}

/// Fetches pages: one request at a time per host, within robots.txt. Cheap to clone; clones share queues and connections.
#[derive(Clone)]
pub struct Fetcher {
    inner: Arc<Inner>,
}

/// What a fetcher works with besides its configuration.
pub struct FetchEnvironment {
    /// Dates what is fetched, and ages what is remembered of robots.txt.
    pub clock: Arc<dyn Clock>,
    /// Where the addresses of names come from.
    pub names: Arc<dyn Names>,
    /// What the user shows to sites of their choice.
    pub sessions: Sessions,
    /// The browser that pages are opened in, where that is wished.
    pub render: RenderConfig,
}

impl FetchEnvironment {
    /// The system's resolver, and no sessions.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, names: Arc::new(SystemNames), sessions: Sessions::default(), render: RenderConfig::default() }
    }
}

struct Inner {
    guard: Arc<Guard>,
    /// `None` where robots.txt is not asked for.
    robots: Option<RobotsCache>,
    /// `None` where tdmrep.json is not asked for.
    reservations: Option<tdm_opt_out::TdmOptOut>,
    sessions: Sessions,
    browser: Browser,
    exchange: Exchange,
    config: Config,
}

impl Fetcher {
    /// A fetcher with its own connection pool, in environment without anything special.
    pub fn new(config: &Config, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        Self::within(config, FetchEnvironment::new(clock))
    }

    /// A fetcher with its own connection pool.
    pub fn within(config: &Config, environment: FetchEnvironment) -> Result<Self, Error> {
        let FetchEnvironment { clock, names, sessions, render } = environment;
        let guard = Arc::new(Guard::new(config.allow_private.clone(), names));
        let client = Client::new(config, Arc::clone(&guard))?;
        let robots = (config.robots == RobotsPolicy::Honour).then(|| RobotsCache::new(config));
        let reservations = (config.reservations != TdmOptOut::Record).then(tdm_opt_out::TdmOptOut::default);
        let exchange = Exchange { client, hosts: Hosts::new(config), retry: Retry::new(config), clock };
        let visitor =
            Visitor { agent: client::user_agent(config)?, guard: Arc::clone(&guard), spending: exchange.client.spending() };
        let browser = Browser::new(render, visitor);
        Ok(Self { inner: Arc::new(Inner { guard, robots, reservations, sessions, browser, exchange, config: config.clone() }) })
    }

    /// What the user should think about.
    pub fn warnings(&self) -> Vec<Warning> {
        let config = &self.inner.config;
        let found = [
            (config.contact().is_none(), Warning::NoContact),
            (config.robots == RobotsPolicy::Ignore, Warning::RobotsIgnored),
            (config.allow_private == AllowPrivate::All, Warning::PrivateOpen),
        ];
        found.into_iter().filter_map(|(applies, warning)| applies.then_some(warning)).collect()
    }

    /// Fetches one page. Waits for the host's turn; follows redirects; retries what is worth retrying.
    pub async fn fetch(&self, request: Request) -> Result<Fetched, Error> {
        self.fetch_into(request, &MemoryPermit::default()).await
    }

    /// As [`Fetcher::fetch`], with the body in a permit that many share.
    pub async fn fetch_into(&self, request: Request, permit: &MemoryPermit) -> Result<Fetched, Error> {
        self.fetch_for(request, Purpose::Page, permit).await
    }

    /// Fetches a document that leads to pages, as [`Fetcher::fetch_into`] does a page: any media type, and as large as sitemaps may be.
    pub async fn fetch_source(&self, request: Request, permit: &MemoryPermit) -> Result<Fetched, Error> {
        self.fetch_for(request, Purpose::Source, permit).await
    }

    /// What fetching has cost so far.
    pub fn spent(&self) -> Spent {
        self.inner.exchange.client.spent()
    }

    async fn fetch_for(&self, request: Request, purpose: Purpose, permit: &MemoryPermit) -> Result<Fetched, Error> {
        let spec = RequestSpec { conditions: conditions(&request), purpose, permit };
        let mut chain = RedirectChain::new(request.url);
        match self.inner.travel(&mut chain, &spec).await {
            Ok(fetched) => Ok(fetched),
            Err(reason) => Err(Error::Page { target: Box::new(chain.target()), reason: Box::new(reason) }),
        }
    }
}

impl Fetcher {
    /// A page as it stands when its scripts have run, where that is wished and, for [`Render::Auto`], needed; else as it is.
    pub async fn rendered(&self, raw: Box<RawDocument>, render: Render) -> Result<Box<RawDocument>, Error> {
        let Some(http) = raw.http.as_ref().filter(|_| render::is_due(&raw, render)) else { return Ok(raw) };
        let content_type = http.header("content-type").unwrap_or("text/html");
        let shown = Shown { url: &http.final_url, content_type, bytes: &raw.bytes, max_bytes: self.inner.config.max_bytes };
        match self.inner.browser.show(&shown).await {
            Ok(html) if html.len() as u64 > shown.max_bytes => Err(failed(&raw, Reason::TooLarge(shown.max_bytes))),
            Ok(html) => Ok(Box::new(render::document(*raw, html))),
            Err(why) => Err(failed(&raw, Reason::Render(why))),
        }
    }
}

/// A failure of a page that came.
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

impl Inner {
    async fn travel(&self, chain: &mut RedirectChain, spec: &RequestSpec<'_>) -> Result<Fetched, Reason> {
        loop {
            let answer = self.visit(chain, spec).await?;
            if let Some(location) = answer.location() {
                chain.follow(&location, self.config.max_redirects)?;
                continue;
            }
            return match answer.status.as_u16() {
                304 if !spec.conditions.is_empty() => Ok(Fetched::NotModified),
                // 206 answers a question that was not asked.
                200..=299 if answer.status.as_u16() != 206 => self.document(chain, answer),
                _ => Err(Reason::of_status(&answer, self.exchange.clock.now())),
            };
        }
    }

    /// Asks the address that the chain has come to, if that is allowed.
    async fn visit(&self, chain: &mut RedirectChain, spec: &RequestSpec<'_>) -> Result<Answer, Reason> {
        self.guard.check(&chain.at)?;
        let delay = match &self.robots {
            Some(robots) => robots.check(&self.exchange, &self.guard, &chain.at).await?,
            None => self.config.delay_s.duration(),
        };
        // Before anything is taken from the host, as the protocol wants it.
        chain.said = match &self.reservations {
            Some(reservations) if spec.purpose == Purpose::Page => {
                let way = Way { guard: &self.guard, robots: self.robots.as_ref(), delay };
                reservations.of(&self.exchange, way, &chain.at).await
            }
            _ => None,
        };
        // Of each hop anew: what is for one site is not carried on to another.
        let mut headers = spec.conditions.clone();
        headers.extend(self.sessions.headers(&chain.at, self.exchange.clock.now()));
        let url = chain.with_login();
        let ask = Ask { url: &url, headers: &headers, purpose: spec.purpose, permit: spec.permit };
        self.exchange.get(&ask, delay).await
    }

    fn document(&self, chain: &RedirectChain, answer: Answer) -> Result<Fetched, Reason> {
        if answer.body.is_empty() {
            return Err(Reason::Empty);
        }
        Ok(Fetched::Document(Box::new(RawDocument {
            hash: ContentHash::of(&answer.body),
            origin: Origin::Url(chain.requested.clone()),
            fetched_at: Some(self.exchange.clock.now()),
            http: Some(HttpFacts {
                requested: chain.requested.to_string(),
                final_url: chain.at.to_string(),
                redirects: chain.hops.iter().skip(1).map(Url::to_string).collect(),
                status: answer.status.as_u16(),
                headers: chain.headers(&answer),
                wire_bytes: answer.wire_bytes,
                rendered: false,
            }),
            feed: None,
            part: None,
            bytes: answer.body,
        })))
    }
}

/// What is wanted, the same at every address on the way.
struct RequestSpec<'a> {
    /// Fields that make the request conditional.
    conditions: HeaderMap,
    purpose: Purpose,
    permit: &'a MemoryPermit,
}

/// The conditional fields of a request. They go along on every hop, since the copy at hand may have come by the same way;
/// what cannot stand in a header is left out.
fn conditions(request: &Request) -> HeaderMap {
    let fields: [(HeaderName, &Option<String>); 2] =
        [(IF_NONE_MATCH, &request.etag), (IF_MODIFIED_SINCE, &request.last_modified)];
    let valid = fields.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_str(value.as_deref()?).ok()?)));
    valid.collect()
}

/// The way from the address asked for to the one that answers.
struct RedirectChain {
    /// As asked for, without login.
    requested: Url,
    login: Option<Login>,
    /// The addresses that redirected.
    hops: Vec<Url>,
    /// Where it has come to, without login or fragment.
    at: Url,
    /// What the host's tdmrep.json says of that.
    said: Option<Statement>,
}

/// A user name and password, percent-encoded as in the URL, and the only origin that may see them.
struct Login {
    origin: UrlOrigin,
    name: String,
    password: Option<String>,
}

/// Bytes of a redirect's address; longer ones lead nowhere.
const MAX_LOCATION: usize = 8 * 1024;

impl RedirectChain {
    fn new(url: Url) -> Self {
        let login = (!url.username().is_empty() || url.password().is_some()).then(|| Login {
            origin: url.origin(),
            name: url.username().to_owned(),
            password: url.password().map(str::to_owned),
        });
        let requested = without_login(url);
        let mut at = requested.clone();
        at.set_fragment(None);
        Self { requested, login, hops: Vec::new(), at, said: None }
    }

    /// The present address, with the login where it belongs to its origin.
    fn with_login(&self) -> Url {
        let mut url = self.at.clone();
        if let Some(login) = self.login.as_ref().filter(|login| login.origin == url.origin()) {
            // These fail only for URLs without a host, which have not come this far.
            let _ = url.set_username(&login.name);
            let _ = url.set_password(login.password.as_deref());
        }
        url
    }

    /// The header as it is kept, and what the host's file says.
    fn headers(&self, answer: &Answer) -> BTreeMap<String, String> {
        let mut headers = answer.kept_headers();
        if let Some(Statement { reserved, policy }) = &self.said {
            let value = if *reserved == Reserved::Yes { "1" } else { "0" };
            headers.insert(HttpFacts::TDM_RESERVATION.to_owned(), value.to_owned());
            headers.extend(policy.clone().map(|policy| (HttpFacts::TDM_POLICY.to_owned(), policy)));
        }
        headers
    }

    /// Goes where a redirect points. A login in its address is dropped: it is not the user's.
    fn follow(&mut self, location: &str, max_redirects: usize) -> Result<(), Reason> {
        let bad = || Reason::BadRedirect(location.chars().take(200).collect());
        if location.len() > MAX_LOCATION {
            return Err(bad());
        }
        let mut next = without_login(self.at.join(location).map_err(|_| bad())?);
        next.set_fragment(None);
        if self.hops.len() >= max_redirects {
            return Err(Reason::TooManyRedirects(max_redirects));
        }
        let left = std::mem::replace(&mut self.at, next);
        self.hops.push(left);
        // Nothing is remembered between hops, so the same address would answer the same again.
        if self.hops.contains(&self.at) { Err(Reason::RedirectLoop) } else { Ok(()) }
    }

    fn target(&self) -> Target {
        let redirected = (!self.hops.is_empty()).then(|| self.at.clone());
        Target { requested: self.requested.clone(), redirected }
    }
}
