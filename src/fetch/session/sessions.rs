//! The sessions of a run: their files read, and the header fields that a request carries because of them.

use std::fmt;
use std::path::{Path, PathBuf};

use reqwest::header::{COOKIE, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::config::{SessionConfig, SessionError};
use super::cookie_jar::CookieJar;
use super::scope::SessionScope;
use super::secret_file::SecretFile;
use gleaner_extract::base::time::Timestamp;

/// The sessions of a run.
#[derive(Default)]
pub struct Sessions {
    sessions: Vec<Session>,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.sessions.iter().map(|session| &session.scope.host)).finish()
    }
}

struct Session {
    scope: SessionScope,
    headers: HeaderMap,
    cookies: CookieJar,
}

impl Sessions {
    /// Reads the files of all tables; their paths are relative to `root`.
    pub fn read(tables: &[SessionConfig], root: &Path) -> Result<Self, SessionError> {
        let session = |table: &SessionConfig| {
            let read = |path: &Option<PathBuf>| path.as_ref().map(|path| SecretFile::read(&root.join(path))).transpose();
            let headers = read(&table.headers)?.map_or_else(|| Ok(HeaderMap::new()), |file| parse_headers(&file))?;
            let cookies = read(&table.cookies)?.map_or_else(|| Ok(CookieJar::default()), |file| CookieJar::parse(&file))?;
            Ok(Session { scope: SessionScope::parse(&table.site)?, headers, cookies })
        };
        Ok(Self { sessions: tables.iter().map(session).collect::<Result<_, _>>()? })
    }

    /// The header fields of a request to this URL: none, unless it goes to the site of a session.
    pub(in crate::fetch) fn headers(&self, url: &Url, now: Timestamp) -> HeaderMap {
        let mut out = HeaderMap::new();
        for session in self.sessions.iter().filter(|session| session.scope.covers(url)) {
            out.extend(session.headers.clone());
            let cookies = [out.remove(COOKIE), session.cookies.header(url, now)];
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

/// Header fields that only the client sets: framing, what it accepts, and its identity.
const RESERVED_FIELDS: &[&str] = &[
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

fn parse_headers(file: &SecretFile) -> Result<HeaderMap, SessionError> {
    let mut out = HeaderMap::new();
    for (number, line) in file.lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| file.invalid(number, "it is not `Name: value`"))?;
        let name =
            HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| file.invalid(number, "the name is not a header name"))?;
        if RESERVED_FIELDS.contains(&name.as_str()) {
            return Err(file.invalid(number, "only the client may set this field"));
        }
        let value = HeaderValue::from_bytes(value.trim().as_bytes());
        let mut value = value.map_err(|_| file.invalid(number, "the value cannot be sent"))?;
        value.set_sensitive(true);
        out.append(name, value);
    }
    Ok(out)
}
