//! Scores the candidates of every field: what each field needs to be comparable; the comparison itself is in `field_score`. Collects no
//! candidates.

use super::author_score;
use super::candidate::{Candidate, Candidates, MetadataSource};
use super::clean_titles;
use super::date::ParsedDate;
use super::field_score::{confidence, equal, score_field, score_texts, texts};
use super::headline;
use super::page_context::PageContext;
use super::reliability::MetadataField;
use super::scored::{Scored, ScoredCandidates};
use super::{language, reconcile_dates, section, site, site_rules};
use crate::base::text::fold;
use crate::base::url::without_login;
use crate::document::metadata::PageDate;
use crate::page::Format;

/// The score below which a publication date may be anything, and the score from which on a modification date is certain.
const WEAK_DATE: f32 = 0.46;
const CERTAIN_DATE: f32 = 0.55;

/// Scores the candidates of every field.
pub(crate) fn score(context: &PageContext<'_>, candidates: Candidates) -> ScoredCandidates {
    let sites = site::score(candidates.sites, &candidates.titles, context);
    let names = site::names(&sites, context);
    let now = context.input.now;
    let modified = dates(MetadataField::Modified, reconcile_dates::local(candidates.modified, now));
    let mut published = dates(MetadataField::Published, reconcile_dates::published(candidates.published, now));
    // Without a publication date, or with one that may be anything beside a certain modification date, the latter is the best guess.
    let is_weak =
        |best: &Scored<PageDate>| best.score < WEAK_DATE && modified.first().is_some_and(|last| last.score >= CERTAIN_DATE);
    if published.first().is_some_and(is_weak) {
        published.clear();
    }
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
    let based_on = based_on(candidates.based_on, canonical_url.first(), context);
    let titles = clean_titles::clean(candidates.titles, &names, context.page().format);
    // A line that the labeller takes for a title may name the section.
    let is_headline = |title: &&Candidate<String>| title.source != MetadataSource::Labelled;
    let headlines: Vec<String> = titles.iter().filter(is_headline).map(|title| fold(&title.value)).collect();
    let mut scored = ScoredCandidates {
        aliases: aliases(other_urls, canonical_url.first(), context),
        licence: score_field(MetadataField::Licence, candidates.licences, equal),
        opt_out: opt_outs(candidates.opt_outs),
        based_on,
        title: match context.page().format {
            Format::Html => headline::score(titles, context),
            Format::Text => score_texts(MetadataField::Title, titles),
        },
        authors: author_score::score(candidates.authors, &names, context),
        published,
        modified,
        section: section::score(candidates.sections, &names, &headlines),
        tags: score_field(MetadataField::Tags, candidates.tags, equal),
        language: languages(candidates.languages),
        description: score_texts(MetadataField::Description, texts(candidates.descriptions, 2_000)),
        canonical_url,
        image: score_field(MetadataField::Image, absolute_urls(candidates.images, context), equal),
        paywalled: score_field(MetadataField::Paywalled, candidates.paywalled, equal),
        site: sites,
    };
    site_rules::put_first(context, &names, &mut scored);
    scored
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

/// Every URL that the story is based on. Many pages name themselves.
fn based_on(
    candidates: Vec<Candidate<String>>,
    canonical: Option<&Scored<String>>,
    context: &PageContext<'_>,
) -> Vec<Scored<Vec<String>>> {
    let key = |url: &url::Url| crate::base::url::canonical(url).to_string();
    let declared = canonical.and_then(|best| url::Url::parse(&best.value).ok());
    let own: Vec<String> = context.page().head.url.iter().chain(&declared).map(key).collect();
    // The name of a work is no URL; a relative one begins with a slash.
    let is_url = |candidate: &Candidate<String>| candidate.value.starts_with('/') || candidate.value.contains("://");
    let mut others = absolute_urls(candidates.into_iter().filter(is_url).collect(), context);
    others.retain(|other| url::Url::parse(&other.value).is_ok_and(|url| !own.contains(&key(&url))));
    merge(score_field(MetadataField::BasedOn, others, equal))
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
}
