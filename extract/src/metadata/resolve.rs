//! Scores the candidates of every field: what each field needs to be comparable; the comparison itself is in `field_score`. Collects no
//! candidates.

use super::byline::{self, Authors, Trust};
use super::candidate::{Candidate, Candidates, MetadataSource, RawAuthor};
use super::clean_titles;
use super::date::ParsedDate;
use super::field_score::{confidence, equal, same_text, score_field, texts};
use super::headline;
use super::page_context::PageContext;
use super::reliability::MetadataField;
use super::scored::{Scored, ScoredCandidates};
use super::title::SiteNames;
use super::{language, reconcile_dates, section, site};
use crate::base::text::{fold, is_unspaced};
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
    let titles = clean_titles::clean(candidates.titles, &names, context.page().format);
    // A line that the labeller takes for a title may name the section.
    let is_headline = |title: &&Candidate<String>| title.source != MetadataSource::Labelled;
    let headlines: Vec<String> = titles.iter().filter(is_headline).map(|title| fold(&title.value)).collect();
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
        section: section::score(candidates.sections, &names, &headlines),
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

fn authors(candidates: Vec<Candidate<Vec<RawAuthor>>>, names: &SiteNames) -> Vec<Scored<Vec<String>>> {
    let mut organisations: Vec<String> = Vec::new();
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
        let kind = kind_adjustment(&authors, trust);
        if authors.organisations {
            organisations.push(candidate.evidence.clone());
        }
        let adjustment = unsure + word + kind;
        (!authors.names.is_empty()).then(|| candidate.with(authors.names).adjusted(adjustment))
    });
    let parsed: Vec<Candidate<Vec<String>>> = parsed.collect();
    let mut scored = completed(score_field(MetadataField::Authors, parsed, |a, b| author_agreement(a, b)));
    // An outlet or agency does not contradict a person.
    if let Some((best, others)) = scored.split_first_mut().filter(|(best, _)| !organisations.contains(&best.evidence)) {
        let rivals = others
            .iter()
            .filter(|other| author_agreement(&best.value, &other.value) < 0.5 && !organisations.contains(&other.evidence));
        best.confidence = confidence(best.score, rivals.map(|rival| rival.score).max_by(f32::total_cmp));
    }
    scored
}

/// The adjustment by what the names are.
fn kind_adjustment(authors: &Authors, trust: Trust) -> f32 {
    let names = &authors.names;
    match (authors.organisations, authors.are_short()) {
        (true, _) if trust == Trust::Field => DECLARED_ORGANISATION,
        (true, _) if byline::are_agencies(names) => VISIBLE_AGENCIES,
        (true, _) => VISIBLE_ORGANISATION,
        (false, true) if names.iter().all(|name| byline::is_handle(name)) => USER_NAME,
        (false, true) => SINGLE_WORD,
        (false, false) if trust != Trust::Field && names.iter().all(|name| byline::is_person(name)) => KNOWN_PERSONS,
        (false, false) => 0.0,
    }
}

/// The authors, where first names only are replaced by the full names that another source gives.
fn completed(mut scored: Vec<Scored<Vec<String>>>) -> Vec<Scored<Vec<String>>> {
    let Some((best, others)) = scored.split_first_mut() else { return scored };
    for name in best.value.iter_mut().filter(|name| !name.contains(' ')) {
        let begins = |full: &&String| {
            full.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(' ')) && byline::is_full_name(full)
        };
        if let Some(full) =
            others.iter().filter(|other| other.score >= MIN_COMPLETING).flat_map(|other| &other.value).find(begins)
        {
            *name = full.clone();
        }
    }
    scored
}

/// What organisations lose as authors: a person elsewhere is preferred. Declared ones and agencies in a byline lose less.
const DECLARED_ORGANISATION: f32 = -0.31;
const VISIBLE_AGENCIES: f32 = -0.1;
const VISIBLE_ORGANISATION: f32 = -0.35;

/// What user names and other single words lose: full names elsewhere are preferred.
const USER_NAME: f32 = -0.16;
const SINGLE_WORD: f32 = -0.12;

/// What visible names gain that begin with common first names.
const KNOWN_PERSONS: f32 = 0.05;

/// The minimum score of a source that completes the names of a better one.
const MIN_COMPLETING: f32 = 0.1;

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

    fn author(name: &str, source: MetadataSource) -> Candidate<Vec<RawAuthor>> {
        Candidate::new(vec![RawAuthor::unknown(name)], source, format!("{source:?}"))
    }

    #[test]
    fn first_names_are_completed() {
        let both = vec![author("Anna", MetadataSource::JsonLd), author("Anna Meier", MetadataSource::ShortLine)];
        assert_eq!(authors(both, &SiteNames::default())[0].value, ["Anna Meier"]);
        let other = vec![author("Linc", MetadataSource::JsonLd), author("Linc Admin", MetadataSource::ShortLine)];
        assert_eq!(authors(other, &SiteNames::default())[0].value, ["Linc"]);
    }

    #[test]
    fn an_outlet_does_not_contradict_a_person() {
        let outlet = author("Example Media Group", MetadataSource::PlainMeta);
        let person = author("Anna Meier", MetadataSource::ShortLine);
        let alone = authors(vec![person.clone()], &SiteNames::default())[0].confidence;
        assert_eq!(authors(vec![outlet, person.clone()], &SiteNames::default())[0].confidence, alone);
        let rival = author("Jane Doe", MetadataSource::ShortLine);
        assert!(authors(vec![person, rival], &SiteNames::default())[0].confidence < alone);
    }
}
