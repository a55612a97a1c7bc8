//! Which URLs a session is sent to. Reads no files.

use url::{Host, Url};

use super::config::SessionError;

/// The site that a session is for.
pub(super) struct SessionScope {
    pub host: String,
    port: Option<u16>,
    allows_plain_http: bool,
}

impl SessionScope {
    /// Parses the `site` of a `[[session]]` table.
    pub fn parse(site: &str) -> Result<Self, SessionError> {
        let invalid = |why| SessionError::Site { site: site.chars().take(200).collect(), why };
        let with_scheme = if site.contains("://") { site.to_owned() } else { format!("https://{site}") };
        let url = Url::parse(&with_scheme).map_err(|_| invalid("it is not a host"))?;
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        if !matches!(url.scheme(), "http" | "https") || !is_bare || url.password().is_some() {
            return Err(invalid("it is not a host"));
        }
        let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_owned();
        // Secrets would be sent to anyone who registers a name below such a suffix (publicsuffix.org).
        if psl::suffix(host.as_bytes()).is_some_and(|suffix| suffix.is_known() && suffix == host.as_str()) {
            return Err(invalid("it is a public suffix: anyone can register a site below it"));
        }
        Ok(Self { host, port: url.port(), allows_plain_http: url.scheme() == "http" })
    }

    /// Whether a request to this URL carries the session.
    pub fn covers(&self, url: &Url) -> bool {
        let is_allowed_scheme = url.scheme() == "https" || (url.scheme() == "http" && self.allows_plain_http);
        is_allowed_scheme && url.port() == self.port && host_is_within(url, &self.host)
    }
}

/// Whether a URL's host is this domain or a subdomain of it (RFC 6265 §5.1.3).
pub(super) fn host_is_within(url: &Url, domain: &str) -> bool {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let is_subdomain = || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    host == domain || (matches!(url.host(), Some(Host::Domain(_))) && is_subdomain())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_session_covers_its_site_and_no_other() {
        let covers = |site: &str, address: &str| SessionScope::parse(site).unwrap().covers(&url(address));
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
    fn invalid_sites_are_errors() {
        for site in
            ["", "com", "co.uk", "github.io", "https://example.org/path", "ftp://example.org", "https://u:p@example.org", "a b"]
        {
            assert!(matches!(SessionScope::parse(site), Err(SessionError::Site { .. })), "{site}");
        }
        assert!(SessionScope::parse("localhost").is_ok());
    }
}
