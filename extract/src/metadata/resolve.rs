//! Which witness wins: one table of reliabilities, agreement, and what each field needs to be comparable.
//!
//! A candidate's score is its source's reliability for the field, moved by its place (`adjustment`), plus a share of the reliabilities of the
//! other sources that agree with it. The best score wins; equal scores go to the earlier candidate.

use super::byline::{self, Trust};
use super::candidate::{Candidate, Candidates, RawAuthor, Source};
use super::date::Reading;
use super::headline;
use super::page_context::PageContext;
use super::plain::plain;
use super::reliability::{Family, Field, agreement, family, reliability};
use super::title::{self, SiteNames};
use super::{ScoredCandidates, Weighed, language, reconcile_dates};
use crate::base::text::{fold, is_unspaced};
use crate::document::metadata::PageDate;
use crate::page::Format;

/// A witness that only guesses the site's name: it is cut off no title.
const UNPROVED: &str = "markup:title";

/// Most candidates of one field that are compared.
const MAX_CANDIDATES: usize = 60;

/// Weighs candidates against each other, best first. `agree` says how far two values say the same, 0 to 1.
fn weigh<T>(field: Field, candidates: Vec<Candidate<T>>, agree: impl Fn(&T, &T) -> f32) -> Vec<Weighed<T>> {
    let heard: Vec<(Candidate<T>, f32)> = candidates
        .into_iter()
        .filter_map(|candidate| reliability(field, candidate.source).map(|own| (candidate, own)))
        .take(MAX_CANDIDATES)
        .collect();
    let mut scores: Vec<f32> = Vec::with_capacity(heard.len());
    for (candidate, own) in &heard {
        // Each other family counts once, with its most agreeing candidate.
        let mut support: Vec<(Family, f32)> = Vec::new();
        let own_family = family(candidate.source);
        for (other, reliability) in heard.iter().filter(|(other, _)| family(other.source) != own_family) {
            let weight = (reliability + other.adjustment.min(0.0)).max(0.0) * agree(&candidate.value, &other.value);
            match support.iter_mut().find(|(known, _)| *known == family(other.source)) {
                Some((_, best)) => *best = best.max(weight),
                None => support.push((family(other.source), weight)),
            }
        }
        scores.push(own + candidate.adjustment + agreement(field) * support.iter().map(|(_, weight)| weight).sum::<f32>());
    }
    let rivals: Vec<Option<f32>> = heard.iter().map(|(candidate, _)| rival(&candidate.value, &heard, &scores, &agree)).collect();
    let mut weighed: Vec<Weighed<T>> = heard
        .into_iter()
        .zip(scores.iter().zip(rivals))
        .map(|((candidate, _), (score, rival))| Weighed {
            value: candidate.value,
            witness: candidate.witness,
            score: *score,
            confidence: confidence(*score, rival),
        })
        .collect();
    weighed.sort_by(|a, b| b.score.total_cmp(&a.score));
    weighed
}

/// The best score of a candidate that says something else.
fn rival<T>(value: &T, heard: &[(Candidate<T>, f32)], scores: &[f32], agree: &impl Fn(&T, &T) -> f32) -> Option<f32> {
    let others = heard.iter().zip(scores).filter(|((other, _), _)| agree(value, &other.value) < 0.5);
    others.map(|(_, score)| *score).max_by(f32::total_cmp)
}

/// The margin over the best rival from which on it takes nothing off.
const CLEAR: f32 = 0.5;

/// In percent: the score as a share of one, less up to half of it where a rival scores as well, and nearly all where it scores better.
fn confidence(score: f32, rival: Option<f32>) -> u8 {
    let margin = rival.map_or(1.0, |rival| ((score - rival) / CLEAR).clamp(-1.0, 1.0));
    let percent = 100.0 * score.clamp(0.0, 1.0) * (0.55 + 0.45 * margin);
    percent.round().clamp(0.0, 100.0) as u8
}

/// Decides every field.
pub(crate) fn settle(context: &PageContext<'_>, found: Candidates) -> ScoredCandidates {
    let sites = sites(found.sites, context);
    let names = site_names(&sites, context);
    let now = context.input.now;
    let modified = dates(Field::Modified, reconcile_dates::local(found.modified, now));
    let mut published = dates(Field::Published, reconcile_dates::published(found.published, now));
    // Where nothing dates the publication, the change that the page does date is the best guess at it.
    if published.is_empty() {
        published.extend(modified.first().map(|last| Weighed {
            witness: format!("{} (modified)", last.witness),
            score: last.score - 0.6,
            confidence: last.confidence / 3,
            ..last.clone()
        }));
    }
    let canonical_url = weigh(Field::Canonical, addresses(found.canonical.clone(), context), equal);
    let others = addresses(found.aliases.into_iter().chain(found.canonical).collect(), context);
    ScoredCandidates {
        aliases: aliases(others, canonical_url.first(), context),
        licence: weigh(Field::Licence, found.licences, equal),
        opt_out: opt_outs(found.opt_outs),
        title: match context.page().format {
            Format::Html => headline::weigh(titles(found.titles, &names), context),
            Format::Text => weigh(Field::Title, titles(found.titles, &names), |one, other| same_text(one, other)),
        },
        authors: authors(found.authors, &names),
        published,
        modified,
        section: weigh(Field::Section, texts(found.sections, 80), |one, other| same_text(one, other)),
        tags: weigh(Field::Tags, found.tags, equal),
        language: languages(found.languages),
        description: weigh(Field::Description, texts(found.descriptions, 2_000), |one, other| same_text(one, other)),
        canonical_url,
        image: weigh(Field::Image, addresses(found.images, context), equal),
        paywalled: weigh(Field::Paywalled, found.paywalled, equal),
        site: sites,
    }
}

fn equal<T: PartialEq>(one: &T, other: &T) -> f32 {
    if one == other { 1.0 } else { 0.0 }
}

/// All reservations of the page, each once, as one value: they do not rule each other out.
fn opt_outs(candidates: Vec<Candidate<String>>) -> Vec<Weighed<Vec<String>>> {
    together(weigh(Field::OptOut, candidates, equal))
}

/// Every address that the page gives itself but the canonical one: of the same site, and no front page.
fn aliases(
    candidates: Vec<Candidate<String>>,
    canonical: Option<&Weighed<String>>,
    context: &PageContext<'_>,
) -> Vec<Weighed<Vec<String>>> {
    let home = context.page().head.url.clone().or_else(|| canonical.and_then(|found| url::Url::parse(&found.value).ok()));
    let Some(site) = home.as_ref().and_then(crate::base::url::site) else { return Vec::new() };
    let own = context.page().head.url.as_ref().map(|url| crate::base::url::canonical(url).to_string());
    let others = candidates.into_iter().filter_map(|candidate| {
        let url = crate::base::url::canonical(&url::Url::parse(&candidate.value).ok()?);
        let short = candidate.witness.starts_with("link:short");
        let same_site = short || crate::base::url::site(&url).is_some_and(|other| other == site);
        let known = canonical.is_some_and(|found| found.value == candidate.value || found.value == url.as_str());
        let front = url.path() == "/" && url.query().is_none();
        (same_site && !known && !front && own.as_deref() != Some(url.as_str())).then(|| candidate.with(url.to_string()))
    });
    together(weigh(Field::Aliases, others.collect(), equal))
}

/// Many values that all hold, as one: sorted, with the witnesses of all.
fn together(weighed: Vec<Weighed<String>>) -> Vec<Weighed<Vec<String>>> {
    let Some(best) = weighed.first() else { return Vec::new() };
    // Values that all hold are no rivals.
    let (score, confidence) = (best.score, confidence(best.score, None));
    let mut values: Vec<String> = weighed.iter().map(|found| found.value.clone()).collect();
    let mut witnesses: Vec<String> = weighed.into_iter().map(|found| found.witness).collect();
    for list in [&mut values, &mut witnesses] {
        list.sort_unstable();
        list.dedup();
    }
    vec![Weighed { value: values, witness: witnesses.join(", "), score, confidence }]
}

fn same_text(one: &str, other: &str) -> f32 {
    if fold(one) == fold(other) { 1.0 } else { 0.0 }
}

fn texts(candidates: Vec<Candidate<String>>, max_chars: usize) -> Vec<Candidate<String>> {
    let plain = candidates.into_iter().map(|candidate| candidate.with(plain(&candidate.value)));
    plain.filter(|candidate| !candidate.value.is_empty() && candidate.value.chars().count() <= max_chars).collect()
}

/// Site names: taglines off, addresses and handles dropped.
fn sites(candidates: Vec<Candidate<String>>, context: &PageContext<'_>) -> Vec<Weighed<String>> {
    let host = SiteNames::of(std::iter::empty(), context.page().head.url.as_ref());
    let cleaned = texts(candidates, 120).into_iter().filter_map(|candidate| {
        let name = site_name(&candidate.value, &host);
        let usable = name.chars().count() <= 60 && !name.starts_with('@') && name.chars().any(char::is_alphabetic);
        usable.then(|| candidate.with(name))
    });
    weigh(Field::Site, cleaned.collect(), |one, other| same_text(one, other))
}

/// A site's name without the tagline behind it: the part that the host bears out, else the first.
fn site_name(name: &str, host: &SiteNames) -> String {
    let Some((head, tail)) = title::split_last(name) else { return name.to_string() };
    if host.has(tail) && !host.has(head) { tail.to_string() } else { site_name(head, host) }
}

/// The names by which titles and authors know the site. The host's own name is no input against an author called like it.
fn site_names(sites: &[Weighed<String>], context: &PageContext<'_>) -> SiteNames {
    let url = context.page().head.url.as_ref();
    let host = SiteNames::of(std::iter::empty(), url);
    let borne_out = |site: &&Weighed<String>| site.witness != UNPROVED || host.has(&site.value);
    SiteNames::of(sites.iter().filter(borne_out).map(|site| site.value.as_str()), url)
}

/// The headlines that the witnesses give, clean.
pub(crate) fn spoken_titles(found: Candidates, context: &PageContext<'_>) -> Vec<Candidate<String>> {
    let names = site_names(&sites(found.sites, context), context);
    titles(found.titles, &names)
}

/// Headlines without the site's name, a kicker or a guess at either.
fn titles(candidates: Vec<Candidate<String>>, names: &SiteNames) -> Vec<Candidate<String>> {
    let candidates = texts(candidates, 500);
    let alone = candidates.len() == 1;
    let stripped: Vec<Candidate<String>> = candidates
        .into_iter()
        .filter(|candidate| alone || !names.is(&candidate.value))
        .map(|candidate| candidate.with(title::strip_site(&candidate.value, names)))
        .collect();
    let spoken: Vec<String> =
        stripped.iter().filter(|other| other.source != Source::TitleTag).map(|other| fold(&other.value)).collect();
    let cleaned = stripped.iter().map(|candidate| match candidate.source {
        Source::Heading | Source::Subheading | Source::Labelled => {
            // A page's heading may carry the site's name too: another witness says where it ends. A dump's lines are weighed with
            // and without it already.
            let marked = candidate.witness.starts_with("markup:");
            let pieces = if marked { title::prefixes(&candidate.value) } else { Vec::new() };
            let piece = pieces.into_iter().find(|piece| spoken.contains(&fold(piece)));
            let own = piece.filter(|piece| piece.split(' ').count() >= 3).unwrap_or(&candidate.value);
            candidate.with(without_kicker(own, &stripped))
        }
        // Another witness says where the headline ends; else a short tail of the `<title>` is a site's name that nothing else gives.
        source => {
            let piece = title::prefixes(&candidate.value).into_iter().find(|piece| spoken.contains(&fold(piece)));
            let guess = || if source == Source::TitleTag { title::guess_strip(&candidate.value) } else { None };
            let known = spoken.contains(&fold(&candidate.value)) && source == Source::TitleTag;
            let better = if known { None } else { piece.map(str::to_string).or_else(guess) };
            better.map_or_else(|| candidate.clone(), |better| candidate.with(better))
        }
    });
    cleaned.collect()
}

/// A heading without the short line in front of the headline (`World` `A big story`), where another witness bears the headline out.
fn without_kicker(heading: &str, candidates: &[Candidate<String>]) -> String {
    let folded = fold(heading);
    let others = candidates
        .iter()
        .filter(|other| matches!(other.source, Source::OpenGraph | Source::JsonLd | Source::Twitter | Source::Citation));
    let confirmed = others.filter(|other| {
        let tail = fold(&other.value);
        let kicker = folded.strip_suffix(tail.as_str()).unwrap_or_default();
        let words = |text: &str| text.split(' ').filter(|word| !word.is_empty()).count();
        (1..=6).contains(&words(kicker))
            && kicker.chars().any(char::is_alphabetic)
            && words(&tail) >= 3
            && words(&tail) > words(kicker)
    });
    confirmed.max_by_key(|other| other.value.len()).map_or_else(|| heading.to_string(), |other| other.value.clone())
}

fn authors(candidates: Vec<Candidate<Vec<RawAuthor>>>, names: &SiteNames) -> Vec<Weighed<Vec<String>>> {
    let read = candidates.into_iter().filter_map(|candidate| {
        let trust = match candidate.source {
            Source::BylineClass | Source::RelAuthor | Source::Microdata | Source::Labelled => Trust::Mark,
            Source::ShortLine => Trust::Text,
            _ => Trust::Field,
        };
        let authors = byline::authors(&candidate.value, names, trust);
        // Words of a script without capitals are names only where something says so.
        let unsure = trust != Trust::Field && authors.names.iter().any(|name| name.chars().any(is_unspaced));
        let unsure = if unsure { -0.3 } else { 0.0 };
        // A line that was taken for a byline and gives a lone word in lower case is none.
        let lower_case = |name: &String| !name.contains(' ') && name.chars().next().is_some_and(char::is_lowercase);
        let word = if candidate.source == Source::Labelled && authors.names.iter().all(lower_case) { -0.3 } else { 0.0 };
        let kind = match (authors.organisations, authors.are_short()) {
            (true, _) => -0.35,
            (false, true) => -0.12,
            (false, false) => 0.0,
        };
        let lower = unsure + word + kind;
        (!authors.names.is_empty()).then(|| candidate.with(authors.names).adjusted(lower))
    });
    weigh(Field::Authors, read.collect(), |a, b| shared(a, b))
}

/// How far `other` bears `one` out: mostly the share of the other's names that `one` covers, so that a fuller list gains more than it gives,
/// and the Dice coefficient of the two lists. A first name agrees with the full one.
fn shared(one: &[String], other: &[String]) -> f32 {
    let keys: Vec<String> = other.iter().map(|name| format!(" {} ", fold(name))).collect();
    let same = |name: &String| {
        let name = format!(" {} ", fold(name));
        keys.iter().any(|key| key.contains(&name) || name.contains(key.as_str()))
    };
    let hits = one.iter().filter(|name| same(name)).count() as f32;
    let dice = 2.0 * hits / (one.len() + other.len()).max(1) as f32;
    let covered = (hits / other.len().max(1) as f32).min(1.0);
    0.1 * dice + 0.9 * covered
}

fn dates(field: Field, candidates: Vec<Candidate<Reading>>) -> Vec<Weighed<PageDate>> {
    let weighed = weigh(field, candidates, |a, b| if a.day == b.day { 1.0 } else { 0.0 });
    weighed
        .into_iter()
        .map(|winner| Weighed {
            value: winner.value.page_date(),
            witness: winner.witness,
            score: winner.score,
            confidence: winner.confidence,
        })
        .collect()
}

fn languages(candidates: Vec<Candidate<String>>) -> Vec<Weighed<String>> {
    let tags = candidates.into_iter().filter_map(|candidate| Some(candidate.with(language::normal(&candidate.value)?)));
    weigh(Field::Language, tags.collect(), equal)
}

/// Addresses made absolute; http and https only.
fn addresses(candidates: Vec<Candidate<String>>, context: &PageContext<'_>) -> Vec<Candidate<String>> {
    let base = context.page().head.url.as_ref();
    let absolute = candidates.into_iter().filter_map(|candidate| {
        let text = candidate.value.trim();
        let url = match base {
            Some(base) => base.join(text).ok()?,
            None => url::Url::parse(text).ok()?,
        };
        matches!(url.scheme(), "http" | "https").then(|| candidate.with(url.to_string()))
    });
    absolute.collect()
}

/// The keywords of a list as written: commas or semicolons part them, doubles and empty ones are dropped.
pub(crate) fn split_tags(text: &str) -> Vec<String> {
    let text = text.trim().trim_start_matches('[').trim_end_matches(']');
    let unspaced = text.chars().any(is_unspaced);
    let separators: &[char] = if unspaced { &[',', ';', '，', '、', '；'] } else { &[',', ';'] };
    let mut out: Vec<String> = Vec::new();
    for tag in text.split(separators).map(plain) {
        let known = out.iter().any(|known| fold(known) == fold(&tag));
        if !tag.is_empty() && tag.chars().count() <= 80 && !known {
            out.push(tag);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_outweighs_a_lone_better_source() {
        let day = |text: &str| super::super::date::machine(text).unwrap();
        let candidates = vec![
            Candidate::new(day("2024-05-02"), Source::Citation, "a"),
            Candidate::new(day("2024-05-01"), Source::DublinCore, "b"),
            Candidate::new(day("2024-05-01"), Source::TimeMark, "c"),
        ];
        assert_eq!(dates(Field::Published, candidates)[0].value.day, day("2024-05-01").day);
    }

    #[test]
    fn equal_scores_go_to_the_first() {
        let candidates =
            vec![Candidate::new("One".to_string(), Source::JsonLd, "a"), Candidate::new("Two".to_string(), Source::JsonLd, "b")];
        assert_eq!(weigh(Field::Title, candidates, |one, other| same_text(one, other))[0].witness, "a");
    }

    #[test]
    fn tags_split() {
        assert_eq!(split_tags("News, World; news,, Politics "), ["News", "World", "Politics"]);
        assert_eq!(split_tags("社会、政治"), ["社会", "政治"]);
        assert_eq!(split_tags("[gardens, libraries]"), ["gardens", "libraries"]);
    }
}
