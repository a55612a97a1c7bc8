//! Resolves the links of listings. Requests nothing.

use url::Url;

use gleaner_extract::base::url::without_login;

/// Longest link in bytes; longer ones are taken for mistakes.
pub(super) const MAX_LINK_BYTES: usize = 4096;

/// Resolves a link against `base`; `None` if the result cannot be fetched. A login in it is dropped: it is not the user's.
pub(super) fn resolve_link(base: Option<&Url>, link: &str) -> Option<Url> {
    resolve_own_link(base, link).map(without_login)
}

/// The same for a listing that may be the user's own: with the login that the link may have.
pub(super) fn resolve_own_link(base: Option<&Url>, link: &str) -> Option<Url> {
    let link = link.trim();
    if link.is_empty() || link.len() > MAX_LINK_BYTES {
        return None;
    }
    let url = match base {
        Some(base) => base.join(link).ok()?,
        None => Url::parse(link).ok()?,
    };
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}
