//! The URLs from the requested one to the one that answers, and which of them may see the user's login. Requests nothing.

use reqwest::header::HeaderValue;
use url::Url;

use super::failure::{Reason, Target};
use super::login::Login;
use gleaner_extract::base::url::{hide_logins, without_login};
use gleaner_warc::http::redirect::MAX_LOCATION_BYTES;

/// A request's URL and the redirects followed from it.
pub(super) struct RedirectChain {
    /// The requested URL, without login.
    pub requested: Url,
    login: Option<Login>,
    /// The URLs that redirected.
    redirected: Vec<Url>,
    /// The URL to request next, without login or fragment.
    pub current: Url,
}

impl RedirectChain {
    pub fn new(url: Url) -> Self {
        let (requested, login) = Login::split(url);
        let mut current = requested.clone();
        current.set_fragment(None);
        Self { requested, login, redirected: Vec::new(), current }
    }

    /// The `Authorization` of a request to the current URL, if the login is for its origin.
    pub fn authorization(&self) -> Option<&HeaderValue> {
        self.login.as_ref()?.authorization(&self.current)
    }

    /// The URLs between the requested one and the current one.
    pub fn hops(&self) -> Vec<String> {
        self.redirected.iter().skip(1).map(Url::to_string).collect()
    }

    /// Follows a redirect. A login in its target is dropped: it is not the user's.
    pub fn follow(&mut self, location: &str, max_redirects: usize) -> Result<(), Reason> {
        let bad = || Reason::BadRedirect(hide_logins(location).chars().take(200).collect());
        if location.len() > MAX_LOCATION_BYTES {
            return Err(bad());
        }
        let mut next = without_login(self.current.join(location).map_err(|_| bad())?);
        next.set_fragment(None);
        if self.redirected.len() >= max_redirects {
            return Err(Reason::TooManyRedirects(max_redirects));
        }
        let previous = std::mem::replace(&mut self.current, next);
        self.redirected.push(previous);
        // No state is kept between hops, so the same URL would redirect in the same way again.
        if self.redirected.contains(&self.current) { Err(Reason::RedirectLoop) } else { Ok(()) }
    }

    /// The URLs to show in an error.
    pub fn target(&self) -> Target {
        let redirected = (!self.redirected.is_empty()).then(|| self.current.clone());
        Target { requested: self.requested.clone(), redirected }
    }
}
