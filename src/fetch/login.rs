//! User names and passwords that the user gives in URLs (`https://name:password@host/`): split off where such a URL enters, and sent to the
//! URL's own origin only (RFC 7617). Stores nothing, and shows nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use reqwest::header::HeaderValue;
use url::{Origin, Url};

use gleaner_extract::base::url::{has_login, without_login};

/// A user name and password, ready to be sent, and the only origin that may see them. The password is in no output, `Debug` included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    origin: Origin,
    /// The value of `Authorization`; marked as sensitive.
    authorization: HeaderValue,
}

impl Login {
    /// A URL without its login, and the login if it has one.
    pub fn split(url: Url) -> (Url, Option<Self>) {
        let login = has_login(&url).then(|| Self::of(&url)).flatten();
        (without_login(url), login)
    }

    fn of(url: &Url) -> Option<Self> {
        let mut credentials: Vec<u8> = percent_decode_str(url.username()).collect();
        credentials.push(b':');
        credentials.extend(percent_decode_str(url.password().unwrap_or_default()));
        // Base64 is always a valid value.
        let mut authorization = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(credentials))).ok()?;
        authorization.set_sensitive(true);
        Some(Self { origin: url.origin(), authorization })
    }

    /// The value of `Authorization` for a request to this URL; `None` for another origin.
    pub(super) fn authorization(&self, url: &Url) -> Option<&HeaderValue> {
        (url.origin() == self.origin).then_some(&self.authorization)
    }
}

/// The logins of a run, one for each origin: the last one given counts. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Logins {
    by_origin: Arc<Mutex<HashMap<Origin, Login>>>,
}

impl Logins {
    /// Remembers a login for its origin.
    pub fn add(&self, login: Login) {
        self.by_origin.lock().unwrap_or_else(PoisonError::into_inner).insert(login.origin.clone(), login);
    }

    /// The URL without its login, which is remembered.
    pub fn split(&self, url: Url) -> Url {
        let (url, login) = Login::split(url);
        login.into_iter().for_each(|login| self.add(login));
        url
    }

    /// The value of `Authorization` for a request to this URL.
    pub(super) fn authorization(&self, url: &Url) -> Option<HeaderValue> {
        let logins = self.by_origin.lock().unwrap_or_else(PoisonError::into_inner);
        logins.get(&url.origin()).map(|login| login.authorization.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_login_is_for_its_origin_only() {
        let logins = Logins::default();
        let bare = logins.split(url("https://ann:c4n4ry%40@a.example:8443/x"));
        assert_eq!(bare.as_str(), "https://a.example:8443/x");
        let sent = logins.authorization(&url("https://a.example:8443/y")).unwrap();
        assert_eq!(sent.to_str().unwrap(), format!("Basic {}", STANDARD.encode("ann:c4n4ry@")));
        for other in ["https://a.example/x", "http://a.example:8443/x", "https://b.a.example:8443/x", "https://b.example/x"] {
            assert_eq!(logins.authorization(&url(other)), None, "{other}");
        }
        logins.split(url("https://a.example:8443/without"));
        assert!(logins.authorization(&bare).is_some());
    }

    #[test]
    fn nothing_shows_a_login() {
        let logins = Logins::default();
        logins.split(url("https://ann:c4n4ry@a.example/"));
        let shown = format!("{logins:?}");
        assert!(!shown.contains("c4n4ry") && !shown.contains(&STANDARD.encode("ann:c4n4ry")), "{shown}");
    }
}
