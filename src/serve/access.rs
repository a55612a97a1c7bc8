//! Who may do what: the names that the server answers to, the token, and what shows that a form is one of its own.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN};
use gleaner_extract::base::hash::ContentHash;

use super::options::{Error, ServeOptions};

/// Tells of a request where it was made (<https://www.w3.org/TR/fetch-metadata/>). Browsers send it to servers that they trust with it: those of TLS and of
/// the loopback.
const FETCH_SITE: &str = "sec-fetch-site";

/// What the token of forms is made of, besides the secret.
const FORM: &str = "form";

/// Who may do what.
#[derive(Clone, Debug)]
pub struct Access {
    address: SocketAddr,
    hosts: Vec<String>,
    token: Option<String>,
    is_writable: bool,
    /// Known to this process only.
    secret: [u8; 32],
}

impl Access {
    /// As the user asked for, with a token where one is needed. The address is the one that the server got.
    pub fn new(options: ServeOptions, address: SocketAddr) -> Result<Self, Error> {
        let ServeOptions { hosts, token, writable: is_writable, .. } =
            options.with_token(|| random().map(|bytes| text(&bytes)))?;
        let hosts = hosts.into_iter().map(|host| host.to_ascii_lowercase()).collect();
        Ok(Self { address, hosts, token, is_writable, secret: random()? })
    }

    /// The token, if one is needed.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Whether the request names this server. Another name would mean that a site has pointed its own name at this address, to read it through the
    /// browser of somebody who visits that site (DNS rebinding); an IP address cannot be pointed elsewhere.
    pub fn knows_host(&self, headers: &HeaderMap) -> bool {
        let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else { return false };
        let (name, port) = split_port(host);
        let named = name.to_ascii_lowercase();
        let address = named.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
        if self.hosts.contains(&named) {
            // A proxy in front of the server has a port of its own.
            return true;
        }
        let is_own_port = port.map_or(self.address.port() == 80, |port| port.parse() == Ok(self.address.port()));
        let is_loopback_name = named == "localhost" || address.is_some_and(|address| address.is_loopback());
        is_own_port && if self.address.ip().is_loopback() { is_loopback_name } else { address.is_some() || named == "localhost" }
    }

    /// Whether a client knows the token, by the header or the cookie; true if none is needed.
    pub fn is_allowed(&self, headers: &HeaderMap) -> bool {
        self.token.is_none() || self.has_bearer(headers) || self.has_cookie(headers)
    }

    /// Whether clients that know the token may change anything.
    pub fn is_writable(&self) -> bool {
        self.is_writable
    }

    /// Whether a browser sent the request from a page of this server, by what it says of it. A program says nothing.
    pub fn is_own_page(&self, headers: &HeaderMap) -> bool {
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
        let is_own_site = text(FETCH_SITE).is_none_or(|site| matches!(site, "same-origin" | "none"));
        let host = text(HOST.as_str()).unwrap_or_default();
        // A proxy in front of the server may speak TLS.
        let is_own = |origin: &str| ["http://", "https://"].iter().any(|scheme| origin.strip_prefix(scheme) == Some(host));
        is_own_site && text(ORIGIN.as_str()).is_none_or(is_own)
    }

    /// What a form of this server has in a hidden field: other sites cannot read it.
    pub fn form_token(&self) -> String {
        self.keyed(FORM).to_string()
    }

    /// Whether a form has it.
    pub fn is_form_token(&self, token: &str) -> bool {
        self.keyed(&self.form_token()) == self.keyed(token)
    }

    /// Whether a client has put the token into the header, which no other site can make a browser do.
    pub fn has_bearer(&self, headers: &HeaderMap) -> bool {
        let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        value.and_then(|value| value.strip_prefix("Bearer ")).is_some_and(|token| self.is_token(token.trim()))
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
        let name = self.cookie_name();
        cookies.filter_map(|cookie| cookie.trim().split_once('=')).any(|(key, value)| key == name && self.is_token(value))
    }

    /// Whether this is the token. Hashes are compared, so that the time taken says nothing of it.
    pub fn is_token(&self, token: &str) -> bool {
        self.token.as_deref().is_some_and(|known| self.keyed(known) == self.keyed(token))
    }

    /// The value of `Set-Cookie` that remembers the token in the browser until it is closed.
    pub fn cookie(&self) -> String {
        format!("{}={}; Path=/; HttpOnly; SameSite=Lax", self.cookie_name(), self.token.as_deref().unwrap_or_default())
    }

    /// Cookies are shared by all ports of a host, so the name has it.
    fn cookie_name(&self) -> String {
        format!("gleaner_{}", self.address.port())
    }

    fn keyed(&self, text: &str) -> ContentHash {
        ContentHash::of_parts([&self.secret[..], text.as_bytes()])
    }
}

fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    }
}

fn random() -> Result<[u8; 32], Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Error::Random(error.to_string()))?;
    Ok(bytes)
}

/// 160 bits are enough for a token.
fn text(bytes: &[u8; 32]) -> String {
    bytes.iter().take(20).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(address: &str, token: Option<&str>) -> Access {
        let address: SocketAddr = address.parse().unwrap();
        let token = token.map(str::to_owned);
        Access::new(ServeOptions { address, token, hosts: vec!["news.example".to_owned()], writable: false }, address).unwrap()
    }

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        fields.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_its_own_names_are_known() {
        let loopback = access("127.0.0.1:8017", None);
        for (host, is_known) in [
            ("127.0.0.1:8017", true),
            ("localhost:8017", true),
            ("LOCALHOST:8017", true),
            ("[::1]:8017", true),
            ("news.example", true),
            ("news.example:443", true),
            ("localhost:9", false),
            ("localhost", false),
            ("evil.example:8017", false),
            ("127.0.0.1.evil.example:8017", false),
            ("192.168.1.2:8017", false),
            ("", false),
        ] {
            assert_eq!(loopback.knows_host(&headers(&[("host", host)])), is_known, "{host}");
        }
        assert!(!loopback.knows_host(&HeaderMap::new()));
        let everywhere = access("0.0.0.0:8017", None);
        assert!(everywhere.knows_host(&headers(&[("host", "192.168.1.2:8017")])));
        assert!(!everywhere.knows_host(&headers(&[("host", "evil.example:8017")])));
    }

    #[test]
    fn the_token_is_taken_from_header_or_cookie() {
        let guarded = access("127.0.0.1:8017", Some("a-token-of-16-characters"));
        let allowed = |name, value: &str| guarded.is_allowed(&headers(&[(name, value)]));
        assert!(allowed("authorization", "Bearer a-token-of-16-characters"));
        assert!(allowed("cookie", "x=1; gleaner_8017=a-token-of-16-characters"));
        assert!(!allowed("authorization", "Bearer a-token-of-16-characterz"));
        assert!(!allowed("cookie", "gleaner_80=a-token-of-16-characters"));
        assert!(!guarded.is_allowed(&HeaderMap::new()));
        assert!(access("127.0.0.1:1", None).is_allowed(&HeaderMap::new()));
        assert_eq!(access("0.0.0.0:1", None).token().map(str::len), Some(40));
    }

    #[test]
    fn requests_from_other_sites_are_told_apart() {
        let access = access("127.0.0.1:8017", None);
        let is_own =
            |fields: &[(&'static str, &str)]| access.is_own_page(&headers(&[fields, &[("host", "127.0.0.1:8017")]].concat()));
        assert!(is_own(&[]) && is_own(&[("origin", "http://127.0.0.1:8017")]) && is_own(&[("origin", "https://127.0.0.1:8017")]));
        assert!(is_own(&[("sec-fetch-site", "same-origin"), ("origin", "http://127.0.0.1:8017")]));
        for origin in
            ["http://127.0.0.1:8018", "http://evil.example", "null", "", "http://127.0.0.1:8017.evil.example", "127.0.0.1:8017"]
        {
            assert!(!is_own(&[("origin", origin)]), "{origin}");
        }
        for site in ["cross-site", "same-site", ""] {
            assert!(!is_own(&[("sec-fetch-site", site)]), "{site}");
        }
    }

    #[test]
    fn each_start_has_its_own_token_of_forms() {
        let (one, other) = (access("127.0.0.1:8017", None), access("127.0.0.1:8017", None));
        assert!(one.is_form_token(&one.form_token()) && !one.is_form_token(&other.form_token()) && !one.is_form_token(""));
    }
}
