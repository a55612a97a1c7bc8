//! An answer and what is kept of it: which header fields, which kinds of content. Reads no sockets.

use std::collections::BTreeMap;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};

use super::failure::Reason;
use super::retry::retry_after;
use crate::base::time::Timestamp;

/// One answer: the body decoded, empty where the status is no success.
pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    pub wire_bytes: u64,
}

/// Fields that may carry credentials or name a session; they are never kept.
const SECRET: &[&str] = &[
    "set-cookie",
    "set-cookie2",
    "cookie",
    "authorization",
    "authentication-info",
    "www-authenticate",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-authentication-info",
    "x-csrf-token",
    "x-xsrf-token",
    "x-auth-token",
    "x-session-id",
    "x-amz-security-token",
];

/// Media types that are no page, each with its name for people. Those ending in `/`, `.` or `-` are prefixes.
/// What is not listed is left to the page reader, which looks at the bytes.
const NOT_A_PAGE: &[(&str, &str)] = &[
    ("image/", "an image"),
    ("video/", "a video"),
    ("audio/", "sound"),
    ("font/", "a font"),
    ("model/", "a model"),
    ("text/css", "a style sheet"),
    ("text/javascript", "a script"),
    ("text/calendar", "a calendar"),
    ("text/csv", "a table"),
    ("application/javascript", "a script"),
    ("application/x-javascript", "a script"),
    ("application/ecmascript", "a script"),
    ("application/wasm", "a program"),
    ("application/json", "data"),
    ("application/ld+json", "data"),
    ("application/pdf", "a PDF"),
    ("application/postscript", "a printer file"),
    ("application/epub+zip", "an e-book"),
    ("application/rtf", "an office document"),
    ("application/msword", "an office document"),
    ("application/vnd.openxmlformats-", "an office document"),
    ("application/vnd.oasis.", "an office document"),
    ("application/vnd.ms-", "an office document"),
    ("application/zip", "an archive"),
    ("application/gzip", "an archive"),
    ("application/x-gzip", "an archive"),
    ("application/x-tar", "an archive"),
    ("application/x-bzip2", "an archive"),
    ("application/x-xz", "an archive"),
    ("application/zstd", "an archive"),
    ("application/x-7z-compressed", "an archive"),
    ("application/vnd.rar", "an archive"),
    ("application/x-rar-compressed", "an archive"),
    ("application/java-archive", "a program"),
    ("application/x-msdownload", "a program"),
    ("application/x-executable", "a program"),
    ("application/vnd.android.package-archive", "a program"),
    ("application/x-debian-package", "a program"),
    ("application/x-shockwave-flash", "a program"),
];

/// What the answer is, where its content type says that it is no page: `a PDF (application/pdf)`.
pub(super) fn not_a_page(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let essence = value.split([';', ',']).next()?.trim().to_ascii_lowercase();
    let matches = |listed: &str| match listed.ends_with(['/', '.', '-']) {
        true => essence.starts_with(listed),
        false => essence == listed,
    };
    let (_, name) = NOT_A_PAGE.iter().find(|(listed, _)| matches(listed))?;
    Some(format!("{name} ({})", essence.chars().take(80).collect::<String>()))
}

/// All values of a field, joined by `, `; bytes that are not UTF-8 replaced.
pub(super) fn joined(headers: &HeaderMap, name: &HeaderName) -> String {
    let values: Vec<_> = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    values.join(", ")
}

impl Answer {
    /// The address that a redirect points to, as sent.
    pub fn location(&self) -> Option<String> {
        const REDIRECTS: &[u16] = &[301, 302, 303, 307, 308];
        if !REDIRECTS.contains(&self.status.as_u16()) {
            return None;
        }
        let value = self.headers.get(LOCATION)?.as_bytes();
        // Not a few servers send raw UTF-8, and some Latin-1.
        Some(match std::str::from_utf8(value) {
            Ok(text) => text.to_owned(),
            Err(_) => value.iter().copied().map(char::from).collect(),
        })
    }

    /// Whether the status says to come back later (RFC 9110 §15.6, RFC 6585 §4).
    pub fn is_passing_trouble(&self) -> bool {
        self.status == StatusCode::TOO_MANY_REQUESTS || self.status.is_server_error()
    }

    /// The `Retry-After` field, as sent.
    pub fn retry_after(&self) -> Option<&str> {
        self.headers.get(RETRY_AFTER)?.to_str().ok()
    }

    /// The header as it is kept: without secrets, names in lower case.
    pub fn kept_headers(&self) -> BTreeMap<String, String> {
        let kept = self.headers.keys().filter(|name| !SECRET.contains(&name.as_str()));
        kept.map(|name| (name.as_str().to_owned(), joined(&self.headers, name))).collect()
    }
}

impl Reason {
    /// An answer that is no success, as a failure.
    pub(super) fn of_status(answer: &Answer, now: Timestamp) -> Self {
        Self::Status {
            status: answer.status.as_u16(),
            phrase: answer.status.canonical_reason(),
            retry_after: answer.retry_after().and_then(|value| retry_after(value, now)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn with(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        fields.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).fold(
            HeaderMap::new(),
            |mut map, (name, value)| {
                map.append(name, value);
                map
            },
        )
    }

    #[test]
    fn the_tables_are_lower_case_and_without_doubles() {
        for names in [SECRET.to_vec(), NOT_A_PAGE.iter().map(|entry| entry.0).collect()] {
            for (index, name) in names.iter().enumerate() {
                assert_eq!(*name, name.to_ascii_lowercase());
                assert!(!names[index + 1..].contains(name), "{name}");
            }
        }
    }

    #[test]
    fn tells_pages_from_other_things() {
        let kind = |value: &'static str| not_a_page(&with(&[("content-type", value)]));
        for page in
            ["text/html", "text/html; charset=utf-8", "text/plain", "application/xhtml+xml", "application/octet-stream", "x", ""]
        {
            assert_eq!(kind(page), None, "{page}");
        }
        assert_eq!(kind("Application/PDF; qs=0.1").as_deref(), Some("a PDF (application/pdf)"));
        assert_eq!(kind("image/svg+xml").as_deref(), Some("an image (image/svg+xml)"));
        assert!(kind("application/vnd.ms-excel").is_some());
        assert_eq!(not_a_page(&with(&[])), None);
    }

    #[test]
    fn keeps_fields_without_secrets_and_joins_repeated_ones() {
        let headers = with(&[("Set-Cookie", "sid=1"), ("vary", "a"), ("vary", "b"), ("etag", "\"x\"")].map(|(n, v)| match n {
            "Set-Cookie" => ("set-cookie", v),
            _ => (n, v),
        }));
        let answer = Answer { status: StatusCode::OK, headers, body: Vec::new(), wire_bytes: 0 };
        let kept: Vec<_> = answer.kept_headers().into_iter().collect();
        assert_eq!(kept, [("etag".to_owned(), "\"x\"".to_owned()), ("vary".to_owned(), "a, b".to_owned())]);
    }
}
