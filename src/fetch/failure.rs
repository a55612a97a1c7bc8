//! Why a page could not be fetched, with a message and a hint for the user. Makes no requests.

use std::fmt;
use std::time::Duration;

use url::Url;

use super::internal_address::InternalAddress;
use super::session::SessionError;
use crate::outcome::Cause;

/// Why a page could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The contact cannot be sent in a header.
    #[error("use the contact {0:?}: it is not an e-mail or web address")]
    Contact(String),
    /// The HTTP client could not be created.
    #[error("set up the HTTP client: {0}")]
    Setup(String),
    /// A session's files could not be used.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// One page could not be fetched.
    #[error("fetch {target}: {reason}")]
    Page {
        /// Which page.
        target: Box<Target>,
        /// Why.
        reason: Box<Reason>,
    },
}

impl Error {
    /// Whether this is a decision, not a failure: robots.txt, an address that is not allowed, something that is not a page.
    pub fn is_refusal(&self) -> bool {
        self.reason().is_some_and(Reason::is_refusal)
    }

    /// Whether requesting the page again is pointless, as far as the response shows: every refusal, and failures that do not pass.
    pub fn is_lasting(&self) -> bool {
        self.reason().is_some_and(|reason| reason.is_refusal() || reason.is_lasting_failure())
    }

    /// Why, unless the client could not even be created.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Contact(_) | Self::Setup(_) | Self::Session(_) => None,
            Self::Page { reason, .. } => Some(reason),
        }
    }

    /// The same for the journal: what it says of the site.
    pub fn cause(&self) -> Cause {
        self.reason().map_or(Cause::Other, Reason::cause)
    }

    /// The status code, where the host responded with one that is not a success.
    pub fn status(&self) -> Option<u16> {
        match self.reason()? {
            Reason::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Contact(_) => Some("set fetch.contact to something like \"mailto:you@example.org\""),
            Self::Setup(_) => Some("check the system's TLS certificates (package ca-certificates, or SSL_CERT_FILE)"),
            Self::Session(error) => error.hint(),
            Self::Page { reason, .. } => reason.hint(),
        }
    }
}

/// The requested page and, after redirects, the URL at which fetching failed. Shown without user name and password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The requested URL.
    pub requested: Url,
    /// The URL that a redirect led to.
    pub redirected: Option<Url>,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.requested)?;
        match &self.redirected {
            Some(url) => write!(f, " (redirected to {})", shortened(url.as_str())),
            None => Ok(()),
        }
    }
}

/// The first 200 characters: a hostile `data:` URL must not fill the screen.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What went wrong, without the URL.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Reason {
    /// Neither http nor https.
    #[error("only http and https URLs can be fetched, not {0}")]
    Scheme(String),
    /// The URL has no host.
    #[error("the URL has no host")]
    NoHost,
    /// An internal address.
    #[error("{0}")]
    Address(InternalAddress),
    /// robots.txt disallows the page.
    #[error("robots.txt disallows it in line {line} (Disallow: {pattern})")]
    Robots {
        /// The line's number, from 1.
        line: usize,
        /// The pattern in that line.
        pattern: String,
    },
    /// robots.txt could not be fetched, so the whole host is disallowed for now (RFC 9309 §2.3.1.4).
    #[error("robots.txt could not be fetched: {0}")]
    RobotsUnreachable(Box<Reason>),
    /// The host asked for a longer pause than a run waits.
    #[error("the host asked us to wait {0} s before the next request")]
    Busy(u64),
    /// The host did not respond for several pages in a row and is left alone for a while.
    #[error("the host stopped responding; no requests for another {0} s")]
    Silent(u64),
    /// The content type is not that of a page.
    #[error("it is not a page but {0}")]
    MediaType(String),
    /// A response without success.
    #[error("the host responded with {status}{}", .phrase.map(|phrase| format!(" ({phrase})")).unwrap_or_default())]
    Status {
        /// The status code.
        status: u16,
        /// Its standard name.
        phrase: Option<&'static str>,
        /// What `Retry-After` asked for.
        retry_after: Option<Duration>,
    },
    /// A timeout expired.
    #[error("{phase} within {} s", .after.as_secs_f64())]
    Timeout {
        /// Which timeout.
        phase: Phase,
        /// How long it was.
        after: Duration,
    },
    /// The host name could not be resolved.
    #[error("the host name could not be resolved: {0}")]
    Lookup(String),
    /// Nothing listens at the address.
    #[error("the host refused the connection")]
    ConnectionRefused,
    /// The connection failed for another cause.
    #[error("could not connect to the host: {0}")]
    Connect(String),
    /// TLS failed.
    #[error("no trusted connection to the host: {0}")]
    Tls(String),
    /// The connection was lost, or the response is not HTTP.
    #[error("the response was cut off or is not valid HTTP: {0}")]
    Transfer(String),
    /// More bytes on the wire than allowed.
    #[error("it is larger than {0} bytes on the wire")]
    WireTooLarge(u64),
    /// More bytes after decompression than allowed.
    #[error("it is larger than {0} bytes after decompression")]
    TooLarge(u64),
    /// The content encoding is unknown, or the body does not fit it.
    #[error("content encoding {encoding:?} could not be decoded: {cause}")]
    Encoding {
        /// The `Content-Encoding` header.
        encoding: String,
        /// What went wrong.
        cause: String,
    },
    /// A redirect led back to an earlier URL.
    #[error("it redirects in a loop")]
    RedirectLoop,
    /// More redirects than allowed.
    #[error("it redirects more than {0} times")]
    TooManyRedirects(usize),
    /// The target of a redirect is not a URL.
    #[error("it redirects to something that is not a URL: {0:?}")]
    BadRedirect(String),
    /// The browser failed.
    #[error("the browser could not render it: {0}")]
    Render(String),
    /// A success without content.
    #[error("the host responded with an empty page")]
    Empty,
}

/// Which timeout expired; displayed as what did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// `connect_timeout_s`.
    Connect,
    /// `read_timeout_s`.
    Read,
    /// `total_timeout_s`.
    Total,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "could not connect to the host",
            Self::Read => "the host sent no data",
            Self::Total => "the page was not complete",
        })
    }
}

/// Status codes of lasting failures: not found, gone, unavailable for legal reasons.
const LASTING_STATUSES: &[u16] = &[404, 410, 451];

impl Reason {
    /// Whether trying again within the run can help.
    pub(super) fn is_transient(&self) -> bool {
        matches!(self, Self::Timeout { .. } | Self::Lookup(_) | Self::Connect(_) | Self::Transfer(_))
    }

    /// Whether it concerns the host itself rather than the requested page.
    pub(super) fn is_about_host(&self) -> bool {
        matches!(
            self,
            Self::Address(_)
                | Self::Busy(_)
                | Self::Silent(_)
                | Self::Timeout { phase: Phase::Connect, .. }
                | Self::Lookup(_)
                | Self::ConnectionRefused
                | Self::Connect(_)
                | Self::Tls(_)
        )
    }

    fn is_refusal(&self) -> bool {
        matches!(self, Self::Robots { .. } | Self::Address(_) | Self::Scheme(_) | Self::NoHost | Self::MediaType(_))
    }

    fn is_lasting_failure(&self) -> bool {
        match self {
            Self::Status { status, .. } => LASTING_STATUSES.contains(status),
            Self::RedirectLoop | Self::TooManyRedirects(_) | Self::BadRedirect(_) => true,
            _ => false,
        }
    }

    fn cause(&self) -> Cause {
        match self {
            Self::Robots { .. } => Cause::Robots,
            // What kept robots.txt from being read keeps the page.
            Self::RobotsUnreachable(reason) => reason.cause(),
            Self::Status { status: 401 | 402 | 403 | 407 | 429 | 451, .. } => Cause::Denied,
            Self::Status { status: 404 | 410, .. } => Cause::Gone,
            Self::Status { status: 500.., .. } => Cause::ServerError,
            Self::Busy(_)
            | Self::Silent(_)
            | Self::Timeout { .. }
            | Self::Lookup(_)
            | Self::ConnectionRefused
            | Self::Connect(_)
            | Self::Tls(_)
            | Self::Transfer(_) => Cause::Unreachable,
            Self::Empty => Cause::NoText,
            _ => Cause::Other,
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Scheme(_) | Self::NoHost => "use a URL that begins with https:// or http://",
            Self::Address(_) => "to fetch from your own network, add the host to fetch.allow_private in config.toml",
            Self::Robots { .. } => "the site asks crawlers to stay away; for a site of your own set fetch.robots = \"ignore\"",
            Self::RobotsUnreachable(_) => "without its robots.txt nothing of a host may be fetched; the next run tries again",
            Self::Silent(_) => "the next run tries again",
            Self::Busy(_) => "the next run tries again; fetch.max_retry_after_s sets how long a run waits",
            Self::MediaType(_) => "if gleaner can read this type of file, save it and pass its path instead",
            Self::Status { status, .. } => return status_hint(*status),
            Self::Timeout { phase: Phase::Connect, .. } => {
                "check the URL and your network; fetch.connect_timeout_s sets the limit"
            }
            Self::Timeout { phase: Phase::Read, .. } => "the host may be overloaded; fetch.read_timeout_s sets the limit",
            Self::Timeout { phase: Phase::Total, .. } => "the host is slow; fetch.total_timeout_s sets the limit",
            Self::Lookup(_) => "check the spelling of the host name and your network",
            Self::Connect(_) | Self::ConnectionRefused => "check the URL and your network",
            Self::Tls(_) => "check the clock and the system's certificates (package ca-certificates, or SSL_CERT_FILE)",
            Self::WireTooLarge(_) => "fetch.max_wire_bytes sets the limit",
            Self::TooLarge(_) => "fetch.max_bytes sets the limit",
            Self::RedirectLoop => "the site may require a browser with cookies; save the page and pass its path instead",
            Self::TooManyRedirects(_) => "fetch.max_redirects sets the limit",
            Self::Render(_) => {
                "render.program names the browser (Debian: apt install chromium); [render] sets its limits; render = \"never\" does without"
            }
            Self::Transfer(_) => "the next run tries again",
            Self::Encoding { .. } | Self::BadRedirect(_) | Self::Empty => {
                "the site is at fault; if a browser shows the page, save it there and pass its path instead"
            }
        })
    }
}

/// Status codes that the user can do something about.
fn status_hint(status: u16) -> Option<&'static str> {
    const HINTS: &[(u16, &str)] = &[
        (401, "the page needs a login; configure yours in a [[session]], or save the page from your browser and pass its path"),
        (402, "the page must be paid for; save it from your browser and pass its path"),
        (403, "the site refuses this client; set fetch.contact to identify yourself, or save the page from your browser"),
        (404, "check the URL"),
        (410, "the page was removed for good; take it off your list"),
        (429, "the site wants fewer requests; raise fetch.delay_s"),
        (451, "the page is withheld for legal reasons where you are"),
        (503, "the site is overloaded or closed; the next run tries again"),
    ];
    HINTS.iter().find(|(code, _)| *code == status).map(|(_, hint)| *hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_and_failures_that_do_not_pass_are_lasting() {
        let status = |status| Reason::Status { status, phrase: None, retry_after: None };
        for (reason, lasting) in [
            (Reason::Scheme("ftp".to_owned()), true),
            (Reason::MediaType("a PDF".to_owned()), true),
            (status(404), true),
            (status(410), true),
            (status(451), true),
            (Reason::RedirectLoop, true),
            (Reason::TooManyRedirects(10), true),
            (Reason::BadRedirect("::".to_owned()), true),
            (status(403), false),
            (status(503), false),
            (Reason::Empty, false),
            (Reason::Busy(9), false),
            (Reason::RobotsUnreachable(Box::new(status(404))), false),
        ] {
            let requested = Url::parse("https://a.example/").unwrap();
            let error = Error::Page { target: Box::new(Target { requested, redirected: None }), reason: Box::new(reason) };
            assert_eq!(error.is_lasting(), lasting, "{error}");
        }
        assert!(!Error::Setup("x".to_owned()).is_lasting());
    }

    #[test]
    fn the_cause_of_a_failure_says_what_it_means_for_the_site() {
        let status = |status| Reason::Status { status, phrase: None, retry_after: None };
        for (reason, cause) in [
            (Reason::Robots { line: 2, pattern: "/".to_owned() }, Cause::Robots),
            (Reason::RobotsUnreachable(Box::new(status(503))), Cause::ServerError),
            (status(403), Cause::Denied),
            (status(429), Cause::Denied),
            (status(404), Cause::Gone),
            (Reason::Silent(9), Cause::Unreachable),
            (Reason::MediaType("a PDF".to_owned()), Cause::Other),
        ] {
            assert_eq!(reason.cause(), cause, "{reason}");
        }
    }
}
