//! The canonical form of a URL, by which pages are identified. Merges no variants of a story; see `story`.

use url::Url;

use super::lists::LISTS;
use super::login::without_login;

fn is_tracking(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    LISTS.tracking.iter().any(|entry| match entry.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == *entry,
    })
}

/// The canonical form of a page's URL: no fragment, user info or tracking parameters, default port dropped, the rest as the URL Standard
/// serialises it. Idempotent. Scheme and query order are kept: servers may distinguish them.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_identify_the_page_is_dropped() {
        let canonical_of = |text: &str| canonical(&Url::parse(text).unwrap()).to_string();
        assert_eq!(canonical_of("https://u:p@Example.COM:443/a?utm_source=x&id=7&fbclid=1#c"), "https://example.com/a?id=7");
        assert_eq!(canonical_of("https://example.com/a?utm_source=x"), "https://example.com/a");
        assert_eq!(canonical_of("https://example.com/?b=2&a=1"), "https://example.com/?b=2&a=1");
    }
}
