//! Cookies from a `cookies.txt`, and which of them a request carries (RFC 6265 §5.4). Stores none from responses.

use reqwest::header::HeaderValue;
use url::Url;

use super::config::SessionError;
use super::scope::host_is_within;
use super::secret_file::SecretFile;
use gleaner_extract::base::time::Timestamp;

/// The cookies of a file.
#[derive(Default)]
pub(super) struct CookieJar {
    cookies: Vec<Cookie>,
}

struct Cookie {
    domain: String,
    /// Whether subdomains get it too.
    subdomains: bool,
    path: String,
    secure: bool,
    /// Seconds since the epoch; `None` for a session cookie, which is valid as long as the file exists.
    expires: Option<i64>,
    name: String,
    value: String,
}

impl CookieJar {
    /// Reads the Netscape format that curl writes: domain, subdomains, path, secure, expiry, name and value, separated by tabs.
    pub fn parse(file: &SecretFile) -> Result<Self, SessionError> {
        let mut jar = Self::default();
        for (number, line) in file.lines() {
            let line = line.strip_prefix("#HttpOnly_").unwrap_or(line).trim_end_matches('\r');
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let cookie = Cookie::parse(line).map_err(|why| file.invalid(number, why))?;
            // The later of two replaces the earlier (§5.3).
            jar.cookies.retain(|known| !known.is_same_as(&cookie));
            jar.cookies.push(cookie);
        }
        Ok(jar)
    }

    /// The `Cookie` field of a request, longer paths first; `None` if no cookie matches.
    pub fn header(&self, url: &Url, now: Timestamp) -> Option<HeaderValue> {
        let mut matching: Vec<&Cookie> = self.cookies.iter().filter(|cookie| cookie.matches(url, now)).collect();
        matching.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = matching.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        HeaderValue::from_str(&pairs.join("; ")).ok().filter(|value| !value.is_empty())
    }
}

impl Cookie {
    fn parse(line: &str) -> Result<Self, &'static str> {
        let fields: Vec<&str> = line.split('\t').collect();
        let (domain, subdomains, path, secure, expires, name, value) = match *fields.as_slice() {
            [domain, subdomains, path, secure, expires, name, value] => (domain, subdomains, path, secure, expires, name, value),
            // An empty value, whose tab an editor removed as trailing white space.
            [domain, subdomains, path, secure, expires, name] => (domain, subdomains, path, secure, expires, name, ""),
            _ => return Err("it does not have the seven fields of a cookie"),
        };
        // Some programs write fractions; 0 means that it does not expire.
        let expires: i64 = expires.split('.').next().and_then(|n| n.parse().ok()).ok_or("the expiry is not a number")?;
        let sendable = |text: &str| text.bytes().all(|byte| (0x20..0x7f).contains(&byte) && byte != b';');
        if !sendable(name) || !sendable(value) || name.contains('=') || name.is_empty() {
            return Err("the name or the value cannot be sent");
        }
        let domain = domain.trim_start_matches('.').trim_end_matches('.').to_ascii_lowercase();
        if domain.is_empty() {
            return Err("it has no domain");
        }
        Ok(Self {
            domain,
            subdomains: flag(subdomains)?,
            path: if path.starts_with('/') { path } else { "/" }.to_owned(),
            secure: flag(secure)?,
            expires: (expires != 0).then_some(expires),
            name: name.to_owned(),
            value: value.to_owned(),
        })
    }

    fn is_same_as(&self, other: &Self) -> bool {
        let key = |cookie: &Self| (cookie.name.clone(), cookie.domain.clone(), cookie.path.clone());
        key(self) == key(other)
    }

    fn matches(&self, url: &Url, now: Timestamp) -> bool {
        let host = url.host_str().unwrap_or_default().trim_end_matches('.');
        let is_valid = self.expires.is_none_or(|end| end > now.unix());
        let for_host = if self.subdomains { host_is_within(url, &self.domain) } else { host == self.domain };
        is_valid && for_host && path_matches(url.path(), &self.path) && (!self.secure || url.scheme() == "https")
    }
}

fn flag(text: &str) -> Result<bool, &'static str> {
    match text {
        text if text.eq_ignore_ascii_case("true") => Ok(true),
        text if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err("the second and the fourth field must be TRUE or FALSE"),
    }
}

/// Path matching (RFC 6265 §5.1.4).
fn path_matches(path: &str, cookie: &str) -> bool {
    let rest = path.strip_prefix(cookie);
    rest.is_some_and(|rest| rest.is_empty() || cookie.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(cookies: &str, url: &str) -> Option<String> {
        let jar = CookieJar::parse(&SecretFile::of(&cookies.replace('|', "\t"))).unwrap_or_else(|error| panic!("{error}"));
        let now = Timestamp::from_unix(1_000_000);
        jar.header(&Url::parse(url).unwrap(), now).map(|value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn domains_match_as_in_the_rfc() {
        let wide = ".example.org|TRUE|/|FALSE|0|a|1";
        let narrow = "example.org|FALSE|/|FALSE|0|a|1";
        for (cookies, url, expected) in [
            (wide, "https://example.org/", true),
            (wide, "https://www.Example.org/", true),
            (wide, "https://badexample.org/", false),
            (wide, "https://example.org.evil.test/", false),
            (narrow, "https://example.org/", true),
            (narrow, "https://www.example.org/", false),
            ("0.0.1|TRUE|/|FALSE|0|a|1", "http://127.0.0.1/", false),
            ("127.0.0.1|FALSE|/|FALSE|0|a|1", "http://127.0.0.1:8080/", true),
        ] {
            assert_eq!(sent(cookies, url).is_some(), expected, "{cookies} {url}");
        }
    }

    #[test]
    fn path_secure_flag_and_expiry_are_respected() {
        let sent = |rest: &str, url: &str| sent(&format!("example.org|FALSE|{rest}|a|1"), url).is_some();
        for (path, url, expected) in [
            ("/news", "https://example.org/news", true),
            ("/news", "https://example.org/news/a?b", true),
            ("/news", "https://example.org/newsroom", false),
            ("/news/", "https://example.org/news/a", true),
            ("/news/", "https://example.org/news", false),
            ("", "https://example.org/x", true),
        ] {
            assert_eq!(sent(&format!("{path}|FALSE|0"), url), expected, "{path} {url}");
        }
        assert!(sent("/|TRUE|0", "https://example.org/") && !sent("/|TRUE|0", "http://example.org/"));
        assert!(sent("/|FALSE|1000001", "https://example.org/") && !sent("/|FALSE|1000000", "https://example.org/"));
        assert!(!sent("/|FALSE|-1", "https://example.org/") && sent("/|FALSE|1700000000.25", "https://example.org/"));
    }

    #[test]
    fn files_of_common_programs_are_read() {
        let file = "# Netscape HTTP Cookie File\n\n#HttpOnly_example.org|FALSE|/|FALSE|0|sid|x\r\n# a comment\n\
                    example.org|FALSE|/deep|FALSE|0|b|two words\nexample.org|FALSE|/|FALSE|0|sid|y=z\nexample.org|FALSE|/|FALSE|0|empty|\n";
        assert_eq!(sent(file, "https://example.org/deep/er").as_deref(), Some("b=two words; sid=y=z; empty="));
        assert_eq!(sent(file, "https://example.com/"), None);
    }

    #[test]
    fn invalid_lines_are_named_and_not_shown() {
        for line in [
            "c4n4ry",
            "a|b|c",
            "e.org|MAYBE|/|FALSE|0|n|c4n4ry",
            "e.org|TRUE|/|FALSE|soon|n|c4n4ry",
            "e.org|TRUE|/|FALSE|0|n|c4n4ry\u{7}",
            "|TRUE|/|FALSE|0|n|c4n4ry",
            "e.org|TRUE|/|FALSE|0|n|c4n4ry; other",
        ] {
            let text = format!("\n{}\n", line.replace('|', "\t"));
            let error = CookieJar::parse(&SecretFile::of(&text)).err().unwrap();
            assert!(error.to_string().starts_with("read the session file secrets, line 2: "), "{error}");
            assert!(!format!("{error} {error:?}").contains("c4n4ry"), "{error:?}");
        }
    }
}
