//! A response and what it means: redirect, temporary failure, page or not, and which header fields are stored. Reads no sockets.

use std::collections::BTreeMap;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};

use super::failure::Reason;
use super::retry::retry_after;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::base::url::hide_logins;
use gleaner_warc::http::{header, redirect};

/// One response: the body decoded, empty unless the status is a success.
pub(super) struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    pub wire_bytes: u64,
}

/// What the response is, where its content type rules out a page: `a PDF (application/pdf)`.
pub(super) fn not_a_page(headers: &HeaderMap) -> Option<String> {
    header::not_a_page(headers.get(CONTENT_TYPE)?.to_str().ok()?)
}

/// All values of a field, joined by `, `; bytes that are not UTF-8 replaced.
pub(super) fn joined(headers: &HeaderMap, name: &HeaderName) -> String {
    let values: Vec<_> = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    values.join(", ")
}

impl Response {
    /// The target of a redirect, as sent.
    pub fn location(&self) -> Option<String> {
        if !redirect::is_redirect(self.status.as_u16()) {
            return None;
        }
        let value = self.headers.get(LOCATION)?.as_bytes();
        // Many servers send raw UTF-8, and some send Latin-1.
        Some(match std::str::from_utf8(value) {
            Ok(text) => text.to_owned(),
            Err(_) => value.iter().copied().map(char::from).collect(),
        })
    }

    /// Whether the status is that of a temporary failure (RFC 9110 §15.6, RFC 6585 §4).
    pub fn is_temporary_failure(&self) -> bool {
        self.status == StatusCode::TOO_MANY_REQUESTS || self.status.is_server_error()
    }

    /// The `Retry-After` field, as sent.
    pub fn retry_after(&self) -> Option<&str> {
        self.headers.get(RETRY_AFTER)?.to_str().ok()
    }

    /// The header fields to store: without secrets and logins in URLs, names in lower case.
    pub fn stored_headers(&self) -> BTreeMap<String, String> {
        let names = self.headers.keys().filter(|name| !header::is_secret(name.as_str()));
        names.map(|name| (name.as_str().to_owned(), hide_logins(&joined(&self.headers, name)).into_owned())).collect()
    }
}

impl Reason {
    /// The failure that a response without success stands for.
    pub(super) fn of_status(response: &Response, now: Timestamp) -> Self {
        Self::Status {
            status: response.status.as_u16(),
            phrase: response.status.canonical_reason(),
            retry_after: response.retry_after().and_then(|value| retry_after(value, now)),
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
    fn content_types_of_other_things_are_not_pages() {
        let what = |value: &'static str| not_a_page(&with(&[("content-type", value)]));
        for page in
            ["text/html", "text/html; charset=utf-8", "text/plain", "application/xhtml+xml", "application/octet-stream", "x", ""]
        {
            assert_eq!(what(page), None, "{page}");
        }
        assert_eq!(what("Application/PDF; qs=0.1").as_deref(), Some("a PDF (application/pdf)"));
        assert_eq!(what("image/svg+xml").as_deref(), Some("an image (image/svg+xml)"));
        assert!(what("application/vnd.ms-excel").is_some());
        assert_eq!(not_a_page(&with(&[])), None);
    }

    #[test]
    fn stored_headers_have_no_secrets_and_repeated_fields_are_joined() {
        let headers = with(&[("Set-Cookie", "sid=1"), ("vary", "a"), ("vary", "b"), ("etag", "\"x\"")].map(|(n, v)| match n {
            "Set-Cookie" => ("set-cookie", v),
            _ => (n, v),
        }));
        let response = Response { status: StatusCode::OK, headers, body: Vec::new(), wire_bytes: 0 };
        let stored: Vec<_> = response.stored_headers().into_iter().collect();
        assert_eq!(stored, [("etag".to_owned(), "\"x\"".to_owned()), ("vary".to_owned(), "a, b".to_owned())]);
    }
}
