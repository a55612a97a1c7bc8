//! Chooses the site's name, and which names of it are removed from titles and authors. Collects no candidates.

use super::candidate::{Candidate, MetadataSource};
use super::field_score::{score_texts, texts};
use super::page_context::PageContext;
use super::reliability::MetadataField;
use super::scored::Scored;
use super::spelling::respell;
use super::title::{self, SiteNames};
use crate::base::fast_hash::FastSet;
use crate::base::text::fold;

/// Longest site name with its tagline, and without it, in characters.
const MAX_CHARS: (usize, usize) = (120, 60);

/// Site names without taglines, best first, spelled as the site spells itself. URLs, social media handles, placeholders of templates and the page's
/// own headline are dropped.
pub(crate) fn score(
    candidates: Vec<Candidate<String>>,
    titles: &[Candidate<String>],
    context: &PageContext<'_>,
) -> Vec<Scored<String>> {
    let host = SiteNames::of(std::iter::empty(), context.page().head.url.as_ref());
    let headlines = agreed_headlines(titles);
    let cleaned = texts(candidates, MAX_CHARS.0).into_iter().filter_map(|candidate| {
        let name = without_tagline(&candidate.value, &host);
        let is_placeholder = name.contains(['{', '}']) || fold(&name) == "www";
        let usable = name.chars().count() <= MAX_CHARS.1
            && !name.starts_with('@')
            && name.chars().any(char::is_alphabetic)
            && !is_placeholder
            && (host.has(&name) || !headlines.contains(&fold(&name)));
        usable.then(|| candidate.with(name))
    });
    let key = |name: &str| host.key(name);
    let scored = score_texts(MetadataField::Site, cleaned.collect());
    let is_declared = |name: &Scored<String>| !matches!(name.source, MetadataSource::Boilerplate | MetadataSource::Labelled);
    respell(scored, key, |other, name| is_plain(&name.value) && !is_plain(&other.value) && is_declared(other))
}

/// Whether a name is only the host or one lower-case word, as machines write it.
fn is_plain(name: &str) -> bool {
    !name.contains(' ') && !name.chars().any(char::is_uppercase) && name.is_ascii()
}

/// Headlines that a main heading and the page's head agree on: some sites repeat them where their own name belongs.
fn agreed_headlines(titles: &[Candidate<String>]) -> FastSet<String> {
    let of = |wanted: &[MetadataSource]| -> FastSet<String> {
        titles.iter().filter(|title| wanted.contains(&title.source)).map(|title| fold(&title.value)).collect()
    };
    let told = of(&[MetadataSource::OpenGraph, MetadataSource::JsonLd, MetadataSource::JsonLdNewsHeadline]);
    of(&[MetadataSource::Heading]).intersection(&told).cloned().collect()
}

/// A site's name without the tagline: the part that matches the host, else the first.
fn without_tagline(name: &str, host: &SiteNames) -> String {
    let Some((head, tail)) = title::split_last(name) else { return name.to_string() };
    if host.has(tail) && !host.has(head) { tail.to_string() } else { without_tagline(head, host) }
}

/// The site names to remove from titles and authors. A name guessed from the `<title>` counts only if it matches the host.
pub(crate) fn names(sites: &[Scored<String>], context: &PageContext<'_>) -> SiteNames {
    let url = context.page().head.url.as_ref();
    let host = SiteNames::of(std::iter::empty(), url);
    let confirmed = |site: &&Scored<String>| site.source != MetadataSource::TitleTag || host.has(&site.value);
    SiteNames::of(sites.iter().filter(confirmed).map(|site| site.value.as_str()), url)
}
