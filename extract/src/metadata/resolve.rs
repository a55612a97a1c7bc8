//! Scores the candidates of every field: reliability of the source, agreement between sources, and what each field needs to be comparable.
//!
//! A candidate's score is its source's reliability for the field, plus its own adjustment, plus a share of the reliabilities of other
//! sources that agree with it. The highest score wins; on a tie, the earlier candidate. Collects no candidates.

use super::byline::{self, Trust};
use super::candidate::{Candidate, Candidates, MetadataSource, RawAuthor};
use super::date::ParsedDate;
use super::headline;
use super::page_context::PageContext;
use super::plain::plain;
use super::reliability::{MetadataField, SourceFamily, agreement, family, reliability};
use super::scored::{Scored, ScoredCandidates};
use super::title::{self, SiteNames};
use super::{language, reconcile_dates};
use crate::base::text::{fold, is_unspaced};
use crate::base::url::without_login;
use crate::document::metadata::PageDate;
use crate::page::Format;

/// The maximum number of candidates of one field that are compared.
const MAX_CANDIDATES: usize = 60;

/// Scores candidates against each other, best first. `agree` returns how far two values agree, from 0 to 1.
fn score_field<T>(field: MetadataField, candidates: Vec<Candidate<T>>, agree: impl Fn(&T, &T) -> f32) -> Vec<Scored<T>> {
    let known: Vec<(Candidate<T>, f32)> = candidates
        .into_iter()
        .filter_map(|candidate| reliability(field, candidate.source).map(|own| (candidate, own)))
        .take(MAX_CANDIDATES)
        .collect();
    let mut scores: Vec<f32> = Vec::with_capacity(known.len());
    for (candidate, own) in &known {
        // Each other family counts once, with its most agreeing candidate.
        let mut support: Vec<(SourceFamily, f32)> = Vec::new();
        let own_family = family(candidate.source);
        for (other, reliability) in known.iter().filter(|(other, _)| family(other.source) != own_family) {
            let weight = (reliability + other.adjustment.min(0.0)).max(0.0) * agree(&candidate.value, &other.value);
            match support.iter_mut().find(|(known, _)| *known == family(other.source)) {
                Some((_, best)) => *best = best.max(weight),
                None => support.push((family(other.source), weight)),
            }
        }
        scores.push(own + candidate.adjustment + agreement(field) * support.iter().map(|(_, weight)| weight).sum::<f32>());
    }
    let rivals: Vec<Option<f32>> =
        known.iter().map(|(candidate, _)| best_rival(&candidate.value, &known, &scores, &agree)).collect();
    let mut scored: Vec<Scored<T>> = known
        .into_iter()
        .zip(scores.iter().zip(rivals))
        .map(|((candidate, _), (score, rival))| Scored {
            value: candidate.value,
            evidence: candidate.evidence,
            source: candidate.source,
            score: *score,
            confidence: confidence(*score, rival),
        })
        .collect();
    scored.sort_by(|a, b| b.score.total_cmp(&a.score));
    scored
}

/// The best score of a candidate with a different value.
fn best_rival<T>(value: &T, known: &[(Candidate<T>, f32)], scores: &[f32], agree: &impl Fn(&T, &T) -> f32) -> Option<f32> {
    let others = known.iter().zip(scores).filter(|((other, _), _)| agree(value, &other.value) < 0.5);
    others.map(|(_, score)| *score).max_by(f32::total_cmp)
}

/// The margin over the best rival from which on confidence is not reduced.
const CLEAR_MARGIN: f32 = 0.5;

/// Confidence in percent: the score as a fraction of 1, reduced by up to half if a rival scores as high, and by nearly all if one scores
/// higher.
fn confidence(score: f32, rival: Option<f32>) -> u8 {
    let margin = rival.map_or(1.0, |rival| ((score - rival) / CLEAR_MARGIN).clamp(-1.0, 1.0));
    let percent = 100.0 * score.clamp(0.0, 1.0) * (0.55 + 0.45 * margin);
    percent.round().clamp(0.0, 100.0) as u8
}

/// Scores the candidates of every field.
pub(crate) fn score(context: &PageContext<'_>, candidates: Candidates) -> ScoredCandidates {
    let sites = sites(candidates.sites, context);
    let names = site_names(&sites, context);
    let now = context.input.now;
    let modified = dates(MetadataField::Modified, reconcile_dates::local(candidates.modified, now));
    let mut published = dates(MetadataField::Published, reconcile_dates::published(candidates.published, now));
    // Without a publication date, the modification date is the best guess.
    if published.is_empty() {
        published.extend(modified.first().map(|last| Scored {
            evidence: format!("{} (modified)", last.evidence),
            score: last.score - 0.6,
            confidence: last.confidence / 3,
            ..last.clone()
        }));
    }
    let canonical_url = score_field(MetadataField::Canonical, absolute_urls(candidates.canonical.clone(), context), equal);
    let other_urls = absolute_urls(candidates.aliases.into_iter().chain(candidates.canonical).collect(), context);
    let titles = titles(candidates.titles, &names, context.page().format);
    ScoredCandidates {
        aliases: aliases(other_urls, canonical_url.first(), context),
        licence: score_field(MetadataField::Licence, candidates.licences, equal),
        opt_out: opt_outs(candidates.opt_outs),
        title: match context.page().format {
            Format::Html => headline::score(titles, context),
            Format::Text => score_field(MetadataField::Title, titles, |one, other| same_text(one, other)),
        },
        authors: authors(candidates.authors, &names),
        published,
        modified,
        section: score_field(MetadataField::Section, texts(candidates.sections, 80), |one, other| same_text(one, other)),
        tags: score_field(MetadataField::Tags, candidates.tags, equal),
        language: languages(candidates.languages),
        description: score_field(MetadataField::Description, texts(candidates.descriptions, 2_000), |one, other| {
            same_text(one, other)
        }),
        canonical_url,
        image: score_field(MetadataField::Image, absolute_urls(candidates.images, context), equal),
        paywalled: score_field(MetadataField::Paywalled, candidates.paywalled, equal),
        site: sites,
    }
}

fn equal<T: PartialEq>(one: &T, other: &T) -> f32 {
    if one == other { 1.0 } else { 0.0 }
}

/// All opt-outs of the page as one value, each once: they are not alternatives.
fn opt_outs(candidates: Vec<Candidate<String>>) -> Vec<Scored<Vec<String>>> {
    merge(score_field(MetadataField::OptOut, candidates, equal))
}

/// Every URL that the page gives for itself except the canonical one: on the same site, and not a front page.
fn aliases(
    candidates: Vec<Candidate<String>>,
    canonical: Option<&Scored<String>>,
    context: &PageContext<'_>,
) -> Vec<Scored<Vec<String>>> {
    let home = context.page().head.url.clone().or_else(|| canonical.and_then(|best| url::Url::parse(&best.value).ok()));
    let Some(site) = home.as_ref().and_then(crate::base::url::site) else { return Vec::new() };
    let own = context.page().head.url.as_ref().map(|url| crate::base::url::canonical(url).to_string());
    let others = candidates.into_iter().filter_map(|candidate| {
        let url = crate::base::url::canonical(&url::Url::parse(&candidate.value).ok()?);
        let short = candidate.source == MetadataSource::ShortLink;
        let same_site = short || crate::base::url::site(&url).is_some_and(|other| other == site);
        let known = canonical.is_some_and(|best| best.value == candidate.value || best.value == url.as_str());
        let front_page = url.path() == "/" && url.query().is_none();
        (same_site && !known && !front_page && own.as_deref() != Some(url.as_str())).then(|| candidate.with(url.to_string()))
    });
    merge(score_field(MetadataField::Aliases, others.collect(), equal))
}

/// Values that are all valid at once, as one sorted list with the evidence of all.
fn merge(scored: Vec<Scored<String>>) -> Vec<Scored<Vec<String>>> {
    let Some(best) = scored.first() else { return Vec::new() };
    // Values that are all valid are not rivals.
    let (source, score, confidence) = (best.source, best.score, confidence(best.score, None));
    let mut values: Vec<String> = scored.iter().map(|one| one.value.clone()).collect();
    let mut evidence: Vec<String> = scored.into_iter().map(|one| one.evidence).collect();
    for list in [&mut values, &mut evidence] {
        list.sort_unstable();
        list.dedup();
    }
    vec![Scored { value: values, evidence: evidence.join(", "), source, score, confidence }]
}

fn same_text(one: &str, other: &str) -> f32 {
    if fold(one) == fold(other) { 1.0 } else { 0.0 }
}

/// The candidates as plain text, without empty and overlong ones.
fn texts(candidates: Vec<Candidate<String>>, max_chars: usize) -> Vec<Candidate<String>> {
    let plain = candidates.into_iter().map(|candidate| candidate.with(plain(&candidate.value)));
    plain.filter(|candidate| !candidate.value.is_empty() && candidate.value.chars().count() <= max_chars).collect()
}

/// Site names without taglines; URLs and social media handles are dropped.
fn sites(candidates: Vec<Candidate<String>>, context: &PageContext<'_>) -> Vec<Scored<String>> {
    let host = SiteNames::of(std::iter::empty(), context.page().head.url.as_ref());
    let cleaned = texts(candidates, 120).into_iter().filter_map(|candidate| {
        let name = without_tagline(&candidate.value, &host);
        let usable = name.chars().count() <= 60 && !name.starts_with('@') && name.chars().any(char::is_alphabetic);
        usable.then(|| candidate.with(name))
    });
    score_field(MetadataField::Site, cleaned.collect(), |one, other| same_text(one, other))
}

/// A site's name without the tagline: the part that matches the host, else the first.
fn without_tagline(name: &str, host: &SiteNames) -> String {
    let Some((head, tail)) = title::split_last(name) else { return name.to_string() };
    if host.has(tail) && !host.has(head) { tail.to_string() } else { without_tagline(head, host) }
}

/// The site names to remove from titles and authors. A name guessed from the `<title>` counts only if it matches the host.
fn site_names(sites: &[Scored<String>], context: &PageContext<'_>) -> SiteNames {
    let url = context.page().head.url.as_ref();
    let host = SiteNames::of(std::iter::empty(), url);
    let confirmed = |site: &&Scored<String>| site.source != MetadataSource::TitleTag || host.has(&site.value);
    SiteNames::of(sites.iter().filter(confirmed).map(|site| site.value.as_str()), url)
}

/// The headline candidates, cleaned, before one is chosen.
pub(crate) fn clean_titles(candidates: Candidates, context: &PageContext<'_>) -> Vec<Candidate<String>> {
    let names = site_names(&sites(candidates.sites, context), context);
    titles(candidates.titles, &names, context.page().format)
}

/// Headlines without the site's name or a kicker.
fn titles(candidates: Vec<Candidate<String>>, names: &SiteNames, format: Format) -> Vec<Candidate<String>> {
    let candidates = texts(candidates, 500);
    let only = candidates.len() == 1;
    let stripped: Vec<Candidate<String>> = candidates
        .into_iter()
        .filter(|candidate| only || !names.is(&candidate.value))
        .map(|candidate| candidate.with(title::strip_site(&candidate.value, names)))
        .collect();
    let confirmed: Vec<String> =
        stripped.iter().filter(|other| other.source != MetadataSource::TitleTag).map(|other| fold(&other.value)).collect();
    let confirmed_prefix = |candidate: &Candidate<String>| {
        let mut prefixes = title::prefixes(&candidate.value).into_iter();
        prefixes.find(|prefix| confirmed.contains(&fold(prefix))).map(str::to_string)
    };
    let cleaned = stripped.iter().map(|candidate| match candidate.source {
        MetadataSource::Heading | MetadataSource::Subheading | MetadataSource::Labelled => {
            // A page's heading may include the site's name: another source shows where the headline ends. The lines of a text dump have
            // already been scored both with and without it.
            let marked_up = format == Format::Html && candidate.source != MetadataSource::Labelled;
            let prefix = if marked_up { confirmed_prefix(candidate) } else { None };
            let own = prefix.filter(|prefix| prefix.split(' ').count() >= 3).unwrap_or_else(|| candidate.value.clone());
            candidate.with(without_kicker(&own, &stripped))
        }
        // Another source shows where the headline ends; otherwise the short tail of a `<title>` is taken for an unknown site's name.
        MetadataSource::TitleTag if confirmed.contains(&fold(&candidate.value)) => candidate.clone(),
        source => {
            let guess = || if source == MetadataSource::TitleTag { title::guess_strip(&candidate.value) } else { None };
            let better = confirmed_prefix(candidate).or_else(guess);
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
        (1..=6).contains(&words(kicker))
            && kicker.chars().any(char::is_alphabetic)
            && words(&tail) >= 3
            && words(&tail) > words(kicker)
    });
    confirmed.max_by_key(|other| other.value.len()).map_or_else(|| heading.to_string(), |other| other.value.clone())
}

fn authors(candidates: Vec<Candidate<Vec<RawAuthor>>>, names: &SiteNames) -> Vec<Scored<Vec<String>>> {
    let parsed = candidates.into_iter().filter_map(|candidate| {
        let trust = match candidate.source {
            MetadataSource::BylineClass | MetadataSource::RelAuthor | MetadataSource::Microdata | MetadataSource::Labelled => {
                Trust::Mark
            }
            MetadataSource::ShortLine => Trust::Text,
            _ => Trust::Field,
        };
        let authors = byline::authors(&candidate.value, names, trust);
        // In a script without capitals, any word could be a name; visible text is not enough.
        let unsure = trust != Trust::Field && authors.names.iter().any(|name| name.chars().any(is_unspaced));
        let unsure = if unsure { -0.3 } else { 0.0 };
        // A line labelled as byline that yields only single lower-case words is not one.
        let lower_case = |name: &String| !name.contains(' ') && name.chars().next().is_some_and(char::is_lowercase);
        let word = candidate.source == MetadataSource::Labelled && authors.names.iter().all(lower_case);
        let word = if word { -0.3 } else { 0.0 };
        let kind = match (authors.organisations, authors.are_short()) {
            (true, _) => -0.35,
            (false, true) => -0.12,
            (false, false) => 0.0,
        };
        let adjustment = unsure + word + kind;
        (!authors.names.is_empty()).then(|| candidate.with(authors.names).adjusted(adjustment))
    });
    score_field(MetadataField::Authors, parsed.collect(), |a, b| author_agreement(a, b))
}

/// How far `other` supports `one`: mostly the share of the other's names that `one` covers, so that a fuller list gains more than it
/// gives, plus a little of the Dice coefficient of the two lists. A first name agrees with the full name.
fn author_agreement(one: &[String], other: &[String]) -> f32 {
    let keys: Vec<String> = other.iter().map(|name| format!(" {} ", fold(name))).collect();
    let same = |name: &String| {
        let name = format!(" {} ", fold(name));
        keys.iter().any(|key| key.contains(&name) || name.contains(key.as_str()))
    };
    let shared = one.iter().filter(|name| same(name)).count() as f32;
    let dice = 2.0 * shared / (one.len() + other.len()).max(1) as f32;
    let covered = (shared / other.len().max(1) as f32).min(1.0);
    0.1 * dice + 0.9 * covered
}

fn dates(field: MetadataField, candidates: Vec<Candidate<ParsedDate>>) -> Vec<Scored<PageDate>> {
    let scored = score_field(field, candidates, |a, b| if a.day == b.day { 1.0 } else { 0.0 });
    scored
        .into_iter()
        .map(|date| Scored {
            value: date.value.page_date(),
            evidence: date.evidence,
            source: date.source,
            score: date.score,
            confidence: date.confidence,
        })
        .collect()
}

fn languages(candidates: Vec<Candidate<String>>) -> Vec<Scored<String>> {
    let codes = candidates.into_iter().filter_map(|candidate| Some(candidate.with(language::code_of_tag(&candidate.value)?)));
    score_field(MetadataField::Language, codes.collect(), equal)
}

/// URLs made absolute, without logins; only http and https.
fn absolute_urls(candidates: Vec<Candidate<String>>, context: &PageContext<'_>) -> Vec<Candidate<String>> {
    let base = context.page().head.url.as_ref();
    let absolute = candidates.into_iter().filter_map(|candidate| {
        let text = candidate.value.trim();
        let url = match base {
            Some(base) => base.join(text).ok()?,
            None => url::Url::parse(text).ok()?,
        };
        matches!(url.scheme(), "http" | "https").then(|| candidate.with(without_login(url).to_string()))
    });
    absolute.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_outweighs_a_single_better_source() {
        let day = |text: &str| super::super::date::machine(text).unwrap();
        let candidates = vec![
            Candidate::new(day("2024-05-02"), MetadataSource::Citation, "a"),
            Candidate::new(day("2024-05-01"), MetadataSource::DublinCore, "b"),
            Candidate::new(day("2024-05-01"), MetadataSource::TimeMark, "c"),
        ];
        assert_eq!(dates(MetadataField::Published, candidates)[0].value.day, day("2024-05-01").day);
    }

    #[test]
    fn ties_go_to_the_first() {
        let candidates = vec![
            Candidate::new("One".to_string(), MetadataSource::JsonLd, "a"),
            Candidate::new("Two".to_string(), MetadataSource::JsonLd, "b"),
        ];
        assert_eq!(score_field(MetadataField::Title, candidates, |one, other| same_text(one, other))[0].evidence, "a");
    }
}
