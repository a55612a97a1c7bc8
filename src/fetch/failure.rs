//! Why a page could not be fetched, in words for the user. Decides nothing.

use std::fmt;
use std::time::Duration;

use url::Url;

use super::address::Refused;
use super::session::SessionError;

/// Why a page could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The contact cannot be sent in a header.
    #[error("use the contact {0:?}: it is no e-mail or web address")]
    Contact(String),
    /// The HTTP client could not be made.
    #[error("prepare fetching: {0}")]
    Setup(String),
    /// What is to be shown to a site cannot be had.
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
    /// True where the answer is a decision and not a failure: robots.txt, an address that is not allowed, not a page.
    pub fn is_refusal(&self) -> bool {
        use Reason::{Address, MediaType, NoHost, Robots, Scheme};
        matches!(self.reason(), Some(Robots { .. } | Address(_) | Scheme(_) | NoHost | MediaType(_)))
    }

    /// Why, unless the client could not even be made.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Contact(_) | Self::Setup(_) | Self::Session(_) => None,
            Self::Page { reason, .. } => Some(reason),
        }
    }

    /// The status code, where the host answered with one that is no success.
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
            Self::Setup(_) => None,
            Self::Session(error) => error.hint(),
            Self::Page { reason, .. } => reason.hint(),
        }
    }
}

/// The page asked for and, after redirects, the address where it went wrong. Shown without user name and password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The address asked for.
    pub requested: Url,
    /// The address that a redirect led to.
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

/// What went wrong, apart from where.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Reason {
    /// Not http or https.
    #[error("only http and https are fetched, not {0}")]
    Scheme(String),
    /// The URL has no host.
    #[error("the address has no host")]
    NoHost,
    /// An internal address.
    #[error("{0}")]
    Address(Refused),
    /// robots.txt forbids the page.
    #[error("robots.txt forbids it in line {line} (Disallow: {pattern})")]
    Robots {
        /// The line's number, from 1.
        line: usize,
        /// The pattern of the line.
        pattern: String,
    },
    /// robots.txt could not be had, which forbids the whole host for now (RFC 9309 §2.3.1.4).
    #[error("its robots.txt could not be read: {0}")]
    RobotsUnreachable(Box<Reason>),
    /// The host asked to be left alone for longer than it is waited for.
    #[error("the host asks not to be asked again for another {0} s")]
    Busy(u64),
    /// The host did not answer for several pages in a row and is left alone for a while.
    #[error("the host does not answer and is not asked again for another {0} s")]
    Silent(u64),
    /// The content type is not that of a page.
    #[error("it is not a page but {0}")]
    MediaType(String),
    /// An answer that is no success.
    #[error("the host answered {status}{}", .phrase.map(|phrase| format!(" ({phrase})")).unwrap_or_default())]
    Status {
        /// The status code.
        status: u16,
        /// Its standard name.
        phrase: Option<&'static str>,
        /// What `Retry-After` asked for.
        retry_after: Option<Duration>,
    },
    /// A deadline passed.
    #[error("{phase} within {} s", .after.as_secs_f64())]
    Timeout {
        /// Which deadline.
        phase: Phase,
        /// How long it was.
        after: Duration,
    },
    /// The host's name has no address.
    #[error("the host's name could not be resolved: {0}")]
    Lookup(String),
    /// Nothing listens at the address.
    #[error("the host refuses connections on this port")]
    ConnectionRefused,
    /// No connection for another cause.
    #[error("no connection to the host: {0}")]
    Connect(String),
    /// No trusted connection.
    #[error("no trusted connection to the host: {0}")]
    Tls(String),
    /// The connection broke, or the answer is not HTTP.
    #[error("the answer broke off or is not valid HTTP: {0}")]
    Transfer(String),
    /// More bytes on the wire than allowed.
    #[error("it is larger than {0} bytes on the wire")]
    WireTooLarge(u64),
    /// More bytes after decompression than allowed.
    #[error("it is larger than {0} bytes after decompression")]
    TooLarge(u64),
    /// The content encoding is unknown, or the body is not in it.
    #[error("its content encoding {encoding:?} could not be undone: {cause}")]
    Encoding {
        /// The `Content-Encoding` header.
        encoding: String,
        /// What went wrong.
        cause: String,
    },
    /// Redirects lead back to where they have been.
    #[error("its redirects go in a circle")]
    RedirectLoop,
    /// More redirects than allowed.
    #[error("it redirects more than {0} times")]
    TooManyRedirects(usize),
    /// A redirect to nowhere.
    #[error("it redirects to something that is no address: {0:?}")]
    BadRedirect(String),
    /// Its scripts could not be run.
    #[error("the browser could not show it: {0}")]
    Render(String),
    /// A success without content.
    #[error("the host answered with an empty page")]
    Empty,
}

/// Which deadline passed; shown as what did not happen.
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
            Self::Connect => "no connection to the host",
            Self::Read => "the host sent nothing",
            Self::Total => "the page was not complete",
        })
    }
}

impl Reason {
    /// Whether asking again can help.
    pub(super) fn is_transient(&self) -> bool {
        matches!(self, Self::Timeout { .. } | Self::Lookup(_) | Self::Connect(_) | Self::Transfer(_))
    }

    /// Whether it tells about the host itself and not about what was asked of it.
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

    fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Scheme(_) | Self::NoHost => "give an address that begins with https:// or http://",
            Self::Address(_) => "if you mean it, add the host to fetch.allow_private in config.toml",
            Self::Robots { .. } => "the site asks crawlers to stay away; for a site of your own set fetch.robots = \"ignore\"",
            Self::RobotsUnreachable(_) => "until the host gives its rules it counts as closed; the next run asks again",
            Self::Silent(_) => "the next run asks again",
            Self::Busy(_) => "the next run asks again; fetch.max_retry_after_s says how long a run waits",
            Self::MediaType(_) => "save the file and give its path instead, if gleaner can read its kind",
            Self::Status { status, .. } => return status_hint(*status),
            Self::Timeout { phase: Phase::Connect, .. } => {
                "check the address and your network; fetch.connect_timeout_s sets the limit"
            }
            Self::Timeout { phase: Phase::Read, .. } => "the host may be overloaded; fetch.read_timeout_s sets the limit",
            Self::Timeout { phase: Phase::Total, .. } => "the host is slow; fetch.total_timeout_s sets the limit",
            Self::Lookup(_) => "check the spelling of the host and your network",
            Self::Connect(_) | Self::ConnectionRefused => "check the address and your network",
            Self::Tls(_) => "check the clock and the system's certificates (package ca-certificates, or SSL_CERT_FILE)",
            Self::WireTooLarge(_) => "fetch.max_wire_bytes sets the limit",
            Self::TooLarge(_) => "fetch.max_bytes sets the limit",
            Self::RedirectLoop => "the site may answer only browsers that keep cookies; save the page and give its path instead",
            Self::TooManyRedirects(_) => "fetch.max_redirects sets the limit",
            Self::Render(_) => {
                "render.program names the browser (Debian: apt install chromium); [render] sets its limits; render = \"never\" does without"
            }
            Self::Transfer(_) | Self::Encoding { .. } | Self::BadRedirect(_) | Self::Empty => return None,
        })
    }
}

/// Status codes that the user can do something about.
fn status_hint(status: u16) -> Option<&'static str> {
    const HINTS: &[(u16, &str)] = &[
        (401, "the page needs a login; give it yours in a [[session]], or save it from your browser and give the file instead"),
        (402, "the page must be paid for; save it from your browser and give the file instead"),
        (403, "the site refuses this client; set fetch.contact so that it can tell who asks, or save the page from your browser"),
        (404, "check the address"),
        (410, "the page was removed for good; take it off your list"),
        (429, "the site wants fewer requests; raise fetch.delay_s"),
        (451, "the page is withheld for legal reasons where you are"),
        (503, "the site is overloaded or closed; the next run asks again"),
    ];
    HINTS.iter().find(|(code, _)| *code == status).map(|entry| entry.1)
}
