//! Sessions: what the user shows to sites of their choice, such as the cookies of a subscription. Read from files that only their owner
//! can read; sent to the site they are for and to nobody else; never stored or shown. What a site sets itself is not kept.

mod file;
mod jar;

use std::fmt;
use std::path::{Path, PathBuf};

use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use gleaner_extract::base::time::Timestamp;
use jar::Jar;

/// One `[[session]]` table of `config.toml`. It names files, and never holds a secret itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionConfig {
    /// The site: `example.org` stands for it and its subdomains over https. `http://example.org` opens plain http too; a port counts.
    pub site: String,
    /// A file of header fields, one `Name: value` a line.
    pub headers: Option<PathBuf>,
    /// A file of cookies in the form of Netscape and curl (`cookies.txt`).
    pub cookies: Option<PathBuf>,
}

/// Why a session cannot be used. Names the file and the line, never what stands there.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The site is not one.
    #[error("use the session of {site:?}: {why}")]
    Site {
        /// The site as written.
        site: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The file could not be read.
    #[error("read the session file {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The file can be read by everyone.
    #[error("read the session file {0}: every user of this machine can read it")]
    Exposed(PathBuf),
    /// The file is not what it should be.
    #[error("read the session file {path}, line {line}: {why}")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl SessionError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Site { .. } => "write `site = \"example.org\"`, or `site = \"http://example.org\"` for one without https",
            Self::Io { .. } => "check the path in the [[session]] table; it is relative to the folder of config.toml",
            Self::Exposed(_) => "it holds secrets: `chmod 600` it, so that only you can read it",
            Self::Line { .. } => {
                "headers are lines of `Name: value`; cookies are lines of seven fields with tabs between, as curl writes them"
            }
        })
    }
}

/// The sessions of a run.
#[derive(Default)]
pub struct Sessions {
    sessions: Vec<Session>,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.sessions.iter().map(|session| &session.reach.host)).finish()
    }
}

struct Session {
    reach: Reach,
    headers: HeaderMap,
    jar: Jar,
}

/// Where a session goes.
struct Reach {
    host: String,
    port: Option<u16>,
    plain_http: bool,
}

impl Sessions {
    /// Reads the files of all tables; their paths are relative to `root`.
    pub fn read(tables: &[SessionConfig], root: &Path) -> Result<Self, SessionError> {
        let session = |table: &SessionConfig| {
            let read = |file: &Option<PathBuf>| file.as_ref().map(|file| file::read(&root.join(file))).transpose();
            let headers = read(&table.headers)?.map_or_else(|| Ok(HeaderMap::new()), |file| headers_of(&file))?;
            let jar = read(&table.cookies)?.map_or_else(|| Ok(Jar::default()), |file| Jar::parse(&file))?;
            Ok(Session { reach: Reach::of(&table.site)?, headers, jar })
        };
        Ok(Self { sessions: tables.iter().map(session).collect::<Result<_, _>>()? })
    }

    /// What a request to this address carries: nothing, unless it goes to a session's own site.
    pub(super) fn headers(&self, url: &Url, now: Timestamp) -> HeaderMap {
        let mut out = HeaderMap::new();
        for session in self.sessions.iter().filter(|session| session.reach.covers(url)) {
            out.extend(session.headers.clone());
            let cookies = [out.remove(COOKIE), session.jar.header(url, now)];
            let cookies: Vec<_> = cookies.iter().flatten().map(HeaderValue::as_bytes).collect();
            if let Ok(mut value) = HeaderValue::from_bytes(&cookies.join(b"; ".as_slice()))
                && !value.is_empty()
            {
                value.set_sensitive(true);
                out.insert(COOKIE, value);
            }
        }
        out
    }
}

impl Reach {
    fn of(site: &str) -> Result<Self, SessionError> {
        let wrong = |why| SessionError::Site { site: site.chars().take(200).collect(), why };
        let spelled = if site.contains("://") { site.to_owned() } else { format!("https://{site}") };
        let url = Url::parse(&spelled).map_err(|_| wrong("it is no host"))?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        if !matches!(url.scheme(), "http" | "https") || !bare || url.password().is_some() {
            return Err(wrong("it is no host"));
        }
        let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_owned();
        // Whoever registers a name below such a suffix would be sent the secrets (publicsuffix.org).
        if psl::suffix(host.as_bytes()).is_some_and(|suffix| suffix.is_known() && suffix == host.as_str()) {
            return Err(wrong("anyone can have a site below it"));
        }
        Ok(Self { host, port: url.port(), plain_http: url.scheme() == "http" })
    }

    fn covers(&self, url: &Url) -> bool {
        let safe = url.scheme() == "https" || (url.scheme() == "http" && self.plain_http);
        safe && url.port() == self.port && host_is_within(url, &self.host)
    }
}

/// Whether a URL's host is this domain or lies below it (RFC 6265 §5.1.3).
fn host_is_within(url: &Url, domain: &str) -> bool {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let below = || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    host == domain || (matches!(url.host(), Some(Host::Domain(_))) && below())
}

/// Fields that are the client's own: framing, what it can read, and who it is.
const NOT_THE_USERS: &[&str] = &[
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "from",
    "host",
    "if-modified-since",
    "if-none-match",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

fn headers_of(file: &file::Lines) -> Result<HeaderMap, SessionError> {
    let mut out = HeaderMap::new();
    for (number, line) in file.lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| file.wrong(number, "it is no `Name: value`"))?;
        let name = HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| file.wrong(number, "the name is no header's"))?;
        if NOT_THE_USERS.contains(&name.as_str()) {
            return Err(file.wrong(number, "this field is the client's own"));
        }
        let value = HeaderValue::from_bytes(value.trim().as_bytes());
        let mut value = value.map_err(|_| file.wrong(number, "the value cannot be sent"))?;
        value.set_sensitive(true);
        out.append(name, value);
    }
    Ok(out)
}

/// Shorter values are no secrets, and stand in many fields by chance.
const SHORTEST_SECRET: usize = 8;

/// Takes out of an answer's header every field that says a secret of the request back.
pub(super) fn scrub(answer: &mut HeaderMap, asked: &HeaderMap) {
    let sensitive = asked.iter().filter(|(_, value)| value.is_sensitive());
    let parts = sensitive.flat_map(|(name, value)| parts(name, value.as_bytes()));
    let secrets: Vec<&[u8]> = parts.filter(|part| part.len() >= SHORTEST_SECRET).collect();
    if secrets.is_empty() {
        return;
    }
    let says = |value: &HeaderValue| secrets.iter().any(|secret| memchr::memmem::find(value.as_bytes(), secret).is_some());
    let told: Vec<HeaderName> = answer.iter().filter(|(_, value)| says(value)).map(|(name, _)| name.clone()).collect();
    for name in told {
        answer.remove(name);
    }
}

/// The secrets of one field: a cookie's values, the credentials after the scheme, else the whole value.
fn parts<'a>(name: &HeaderName, value: &'a [u8]) -> Vec<&'a [u8]> {
    let after = |part: &'a [u8], mark: u8| part.iter().position(|byte| *byte == mark).map_or(part, |at| &part[at + 1..]);
    match *name {
        COOKIE => value.split(|byte| *byte == b';').map(|pair| after(pair, b'=').trim_ascii()).collect(),
        AUTHORIZATION => vec![after(value, b' ')],
        _ => vec![value],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_session_reaches_its_site_and_no_other() {
        let covers = |site: &str, address: &str| Reach::of(site).unwrap().covers(&url(address));
        for address in ["https://example.org/a", "https://www.example.org/", "https://EXAMPLE.org./x"] {
            assert!(covers("example.org", address), "{address}");
        }
        for address in [
            "http://example.org/",
            "https://example.org:8443/",
            "https://badexample.org/",
            "https://example.org.evil.test/",
            "https://example.com/",
            "https://org/",
        ] {
            assert!(!covers("example.org", address), "{address}");
        }
        assert!(covers("http://example.org", "http://example.org/") && covers("http://example.org", "https://example.org/"));
        assert!(covers("http://127.0.0.1:81", "http://127.0.0.1:81/") && !covers("http://127.0.0.1:81", "http://127.0.0.1:82/"));
        assert!(!covers("0.0.1", "https://127.0.0.1/"), "addresses have no subdomains");
    }

    #[test]
    fn what_is_no_site_is_refused() {
        for site in
            ["", "com", "co.uk", "github.io", "https://example.org/path", "ftp://example.org", "https://u:p@example.org", "a b"]
        {
            assert!(matches!(Reach::of(site), Err(SessionError::Site { .. })), "{site}");
        }
        assert!(Reach::of("localhost").is_ok());
    }

    #[test]
    fn an_answer_that_says_a_secret_back_loses_that_field() {
        let secret = |name: &'static str, value: &'static str| {
            let mut value = HeaderValue::from_static(value);
            value.set_sensitive(true);
            (HeaderName::from_static(name), value)
        };
        let asked: HeaderMap = [
            secret("cookie", "sid=abcdefgh1; lang=en"),
            secret("authorization", "Bearer tok-12345"),
            secret("x-key", "k-98765432"),
            (HeaderName::from_static("if-none-match"), HeaderValue::from_static("\"unsecret-tag\"")),
        ]
        .into_iter()
        .collect();
        let mut answer: HeaderMap = [
            ("location", "/?s=abcdefgh1"),
            ("x-a", "tok-12345"),
            ("x-b", "<k-98765432>"),
            ("etag", "\"unsecret-tag\""),
            ("content-language", "en"),
        ]
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .into_iter()
        .collect();
        scrub(&mut answer, &asked);
        let mut left: Vec<_> = answer.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["content-language", "etag"]);
    }
}
