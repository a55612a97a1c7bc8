//! Cleans the candidates for the headline before one is chosen: site names and kickers go, and what other sources confirm shows where a
//! headline ends. Chooses none.

use super::candidate::{Candidate, Candidates, MetadataSource};
use super::field_score::texts;
use super::page_context::PageContext;
use super::site;
use super::title::{self, SiteNames};
use crate::base::fast_hash::FastSet;
use crate::base::text::fold;
use crate::page::Format;

/// Longest headline, in characters.
const MAX_CHARS: usize = 500;

/// Longest kicker, in words.
const MAX_KICKER: usize = 8;

/// The headline candidates of a page, cleaned.
pub(crate) fn of_page(candidates: Candidates, context: &PageContext<'_>) -> Vec<Candidate<String>> {
    let names = site::names(&site::score(candidates.sites, &candidates.titles, context), context);
    clean(candidates.titles, &names, context.page().format)
}

/// Headlines without the site's name or a kicker. A name of the site alone is no headline, unless the page has no other.
pub(crate) fn clean(candidates: Vec<Candidate<String>>, names: &SiteNames, format: Format) -> Vec<Candidate<String>> {
    let candidates = texts(candidates, MAX_CHARS);
    let only_names = candidates.iter().all(|candidate| names.is(&candidate.value));
    let stripped: Vec<Candidate<String>> = candidates
        .into_iter()
        .filter(|candidate| only_names || !names.is(&candidate.value))
        .map(|candidate| candidate.with(title::strip_site(&candidate.value, names)))
        .collect();
    let confirmed = |counts: fn(MetadataSource) -> bool| -> FastSet<String> {
        stripped.iter().filter(|other| counts(other.source)).map(|other| fold(&other.value)).collect()
    };
    let told = confirmed(|source| !matches!(source, MetadataSource::TitleTag | MetadataSource::Labelled));
    let told_or_labelled = confirmed(|source| source != MetadataSource::TitleTag);
    let confirmed_prefix = |title: &str| {
        // A line that the labeller takes for a title may be the kicker in front of a colon.
        let is_kicker = |prefix: &str| title.strip_prefix(prefix).is_some_and(|rest| rest.trim_start().starts_with([':', '：']));
        let is_confirmed = |prefix: &&str| {
            let folded = fold(prefix);
            told.contains(&folded) || (told_or_labelled.contains(&folded) && !is_kicker(prefix))
        };
        title::prefixes(title).into_iter().find(is_confirmed).map(str::to_string)
    };
    let cleaned = stripped.iter().map(|candidate| match candidate.source {
        MetadataSource::Heading | MetadataSource::Subheading | MetadataSource::Labelled => {
            // A page's heading may include the site's name: another source shows where the headline ends. The lines of a text dump have
            // already been scored both with and without it.
            let marked_up = format == Format::Html && candidate.source != MetadataSource::Labelled;
            let prefix = if marked_up { confirmed_prefix(&candidate.value) } else { None };
            let own = prefix.filter(|prefix| prefix.split(' ').count() >= 3).unwrap_or_else(|| candidate.value.clone());
            candidate.with(without_kicker(&own, &stripped))
        }
        // Another source shows where the headline ends; otherwise the short tail of a `<title>` is taken for an unknown site's name.
        MetadataSource::TitleTag if told_or_labelled.contains(&fold(&candidate.value)) => candidate.clone(),
        source => {
            let guess = || if source == MetadataSource::TitleTag { title::guess_strip(&candidate.value) } else { None };
            let better = confirmed_prefix(&candidate.value).or_else(guess);
            better.map_or_else(|| candidate.clone(), |better| candidate.with(better))
        }
    });
    cleaned.collect()
}

/// A heading without its kicker (`World` in front of `A big story`), if another source confirms the headline.
fn without_kicker(heading: &str, candidates: &[Candidate<String>]) -> String {
    use MetadataSource::{Citation, JsonLd, JsonLdName, JsonLdNewsHeadline, OpenGraph, Twitter};
    let folded = fold(heading);
    let others = candidates
        .iter()
        .filter(|other| matches!(other.source, OpenGraph | JsonLd | JsonLdNewsHeadline | JsonLdName | Twitter | Citation));
    let confirmed = others.filter(|other| {
        let tail = fold(&other.value);
        let kicker = folded.strip_suffix(tail.as_str()).unwrap_or_default();
        let words = |text: &str| text.split(' ').filter(|word| !word.is_empty()).count();
        let is_short = words(kicker) <= 6 && words(&tail) >= 3 && words(&tail) > words(kicker);
        let is_long = words(kicker) <= MAX_KICKER && words(&tail) >= 5;
        words(kicker) >= 1 && kicker.chars().any(char::is_alphabetic) && (is_short || is_long)
    });
    confirmed.max_by_key(|other| other.value.len()).map_or_else(|| heading.to_string(), |other| other.value.clone())
}
