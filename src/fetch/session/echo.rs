//! Removes secrets that a server echoes in its response. Knows no sites.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue, LOCATION};

use gleaner_extract::base::url::hide_logins;

/// Shorter values are not secret, and occur in many fields by chance.
const MIN_SECRET_BYTES: usize = 8;

/// Removes every field of a response's header that contains a secret of the request. A redirect to a URL with a login is one to the URL without.
pub(in crate::fetch) fn remove_echoed_secrets(response: &mut HeaderMap, request: &HeaderMap) {
    if let Some(location) = response.get_mut(LOCATION)
        && let Ok(Cow::Owned(bare)) = std::str::from_utf8(location.as_bytes()).map(hide_logins)
        && let Ok(bare) = HeaderValue::from_bytes(bare.as_bytes())
    {
        *location = bare;
    }
    let sensitive = request.iter().filter(|(_, value)| value.is_sensitive());
    let values = sensitive.flat_map(|(name, value)| secrets(name, value.as_bytes()));
    let secrets: Vec<Cow<'_, [u8]>> = values.filter(|value| value.len() >= MIN_SECRET_BYTES).collect();
    if secrets.is_empty() {
        return;
    }
    let has_secret = |value: &HeaderValue| secrets.iter().any(|secret| memchr::memmem::find(value.as_bytes(), secret).is_some());
    let echoes: Vec<HeaderName> = response.iter().filter(|(_, value)| has_secret(value)).map(|(name, _)| name.clone()).collect();
    for name in echoes {
        response.remove(name);
    }
}

/// The secrets in one field: the values of cookies, the credentials after the scheme and the password in them, else the whole value.
fn secrets<'a>(name: &HeaderName, value: &'a [u8]) -> Vec<Cow<'a, [u8]>> {
    let after =
        |text: &'a [u8], separator: u8| text.iter().position(|byte| *byte == separator).map_or(text, |at| &text[at + 1..]);
    match *name {
        COOKIE => value.split(|byte| *byte == b';').map(|pair| after(pair, b'=').trim_ascii().into()).collect(),
        AUTHORIZATION => {
            let credentials = after(value, b' ');
            std::iter::once(credentials.into()).chain(password(credentials).map(Cow::Owned)).collect()
        }
        _ => vec![value.into()],
    }
}

/// The password in the credentials of `Basic` (RFC 7617).
fn password(credentials: &[u8]) -> Option<Vec<u8>> {
    let decoded = STANDARD.decode(credentials).ok()?;
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    Some(decoded[colon + 1..].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn response_fields_that_echo_a_secret_are_removed() {
        let secret = |name: &'static str, value: &'static str| {
            let mut value = HeaderValue::from_static(value);
            value.set_sensitive(true);
            (HeaderName::from_static(name), value)
        };
        let request: HeaderMap = [
            secret("cookie", "sid=abcdefgh1; lang=en"),
            secret("authorization", "Bearer tok-12345"),
            secret("x-key", "k-98765432"),
            secret("authorization", "Basic YW5uOmM0bjRyeS1wdw=="),
            (HeaderName::from_static("if-none-match"), HeaderValue::from_static("\"unsecret-tag\"")),
        ]
        .into_iter()
        .collect();
        let mut response: HeaderMap = [
            ("location", "/?s=abcdefgh1"),
            ("x-a", "tok-12345"),
            ("x-b", "<k-98765432>"),
            ("x-c", "http://ann:c4n4ry-pw@a.example/"),
            ("etag", "\"unsecret-tag\""),
            ("content-language", "en"),
        ]
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .into_iter()
        .collect();
        remove_echoed_secrets(&mut response, &request);
        let mut left: Vec<_> = response.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["content-language", "etag"]);
    }
}
