//! URLs as identity: the canonical form, the key of a story, its parts, the site name. Lists of parameters are data. Does not fetch.

mod part;
pub mod shape;
mod story;

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;
use url::Url;

pub use part::{Form, PagePart, PartReading, may_be_part, readings};
pub use story::story_key;

/// The lists of `parameters.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    tracking: Vec<String>,
    devices: HashSet<String>,
    forms: HashSet<String>,
    form_segments: HashSet<String>,
    form_endings: Vec<String>,
    parts: HashSet<String>,
    wholes: HashSet<String>,
    whole_parameters: HashSet<String>,
    whole_segments: HashSet<String>,
    indexes: HashSet<String>,
}

/// Empty lists where the file cannot be read, which a test rules out.
static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    toml::from_str(include_str!("parameters.toml")).unwrap_or_else(|_| Lists {
        tracking: Vec::new(),
        devices: HashSet::new(),
        forms: HashSet::new(),
        form_segments: HashSet::new(),
        form_endings: Vec::new(),
        parts: HashSet::new(),
        wholes: HashSet::new(),
        whole_parameters: HashSet::new(),
        whole_segments: HashSet::new(),
        indexes: HashSet::new(),
    })
});

fn is_tracking(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    LISTS.tracking.iter().any(|entry| match entry.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == *entry,
    })
}

/// The address without user name and password.
pub fn without_login(mut url: Url) -> Url {
    // These fail only for URLs without a host, which have no login.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// The canonical form of a page's address: no fragment, user info or tracking parameters, default port dropped, the rest as
/// the URL Standard serialises it. Idempotent. Scheme and query order are kept: servers may tell them apart.
pub fn canonical(url: &Url) -> Url {
    let mut url = without_login(url.clone());
    url.set_fragment(None);
    if let Some(query) = url.query() {
        let kept: Vec<&str> =
            query.split('&').filter(|pair| !pair.is_empty() && !is_tracking(pair.split('=').next().unwrap_or(pair))).collect();
        let kept = kept.join("&");
        url.set_query((!kept.is_empty()).then_some(kept.as_str()));
    }
    url
}

/// The registrable domain of the URL's host (Public Suffix List), else the host itself; `None` where there is no host.
pub fn site(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    match url.host()? {
        url::Host::Domain(domain) => Some(psl::domain_str(domain).unwrap_or(domain).trim_end_matches('.').to_string()),
        _ => Some(host.trim_matches(['[', ']']).to_string()),
    }
}

/// A short ASCII name for the site, fit for file names: the registrable domain without its public suffix
/// (`news.example.co.uk` → `example`), or the address with dashes.
pub fn site_label(url: &Url) -> Option<String> {
    let site = site(url)?;
    let label = match url.host()? {
        url::Host::Domain(_) => site.split('.').next().unwrap_or(&site).to_string(),
        _ => site,
    };
    let label = crate::base::text::slug(&label, 40);
    (!label.is_empty()).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical_of(text: &str) -> String {
        canonical(&Url::parse(text).unwrap()).to_string()
    }

    #[test]
    fn drops_what_is_not_identity() {
        assert_eq!(canonical_of("https://u:p@Example.COM:443/a?utm_source=x&id=7&fbclid=1#c"), "https://example.com/a?id=7");
        assert_eq!(canonical_of("https://example.com/a?utm_source=x"), "https://example.com/a");
        assert_eq!(canonical_of("https://example.com/?b=2&a=1"), "https://example.com/?b=2&a=1");
    }

    #[test]
    fn the_lists_are_read_and_in_lower_case() {
        let mut all: Vec<&String> = LISTS.tracking.iter().chain(&LISTS.form_endings).collect();
        let wholes = [&LISTS.wholes, &LISTS.whole_parameters, &LISTS.whole_segments];
        for set in [&LISTS.devices, &LISTS.forms, &LISTS.form_segments, &LISTS.parts, &LISTS.indexes].into_iter().chain(wholes) {
            assert!(set.len() >= 5);
            all.extend(set.iter());
        }
        assert!(LISTS.tracking.len() > 40 && all.iter().all(|name| **name == name.to_ascii_lowercase()));
    }

    #[test]
    fn names_sites_by_registrable_domain() {
        let site_of = |text: &str| site(&Url::parse(text).unwrap());
        assert_eq!(site_of("https://news.example.co.uk/x").as_deref(), Some("example.co.uk"));
        assert_eq!(site_of("http://127.0.0.1:8080/").as_deref(), Some("127.0.0.1"));
        assert_eq!(site_of("http://[::1]/").as_deref(), Some("::1"));
        assert_eq!(site_of("data:text/plain,x"), None);
        let label = |text: &str| site_label(&Url::parse(text).unwrap());
        assert_eq!(label("https://news.example.co.uk/x").as_deref(), Some("example"));
        assert_eq!(label("http://127.0.0.1/").as_deref(), Some("127-0-0-1"));
    }
}
