//! An answer and what is kept of it: which header fields, which kinds of content. Reads no sockets.

use std::collections::BTreeMap;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};

use super::failure::Reason;
use super::retry::retry_after;
use crate::http::header;
use gleaner_extract::base::time::Timestamp;

/// One answer: the body decoded, empty where the status is no success.
pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    pub wire_bytes: u64,
}

/// What the answer is, where its content type says that it is no page: `a PDF (application/pdf)`.
pub(super) fn not_a_page(headers: &HeaderMap) -> Option<String> {
    header::not_a_page(headers.get(CONTENT_TYPE)?.to_str().ok()?)
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
        let kept = self.headers.keys().filter(|name| !header::is_secret(name.as_str()));
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
