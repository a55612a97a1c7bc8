//! Scores the candidates for the authors: what the names are, what the page around them says of them, and which sources agree. Reads no names.

use super::byline::{self, Authors, BylineLine, Trust};
use super::candidate::{Candidate, MetadataSource, RawAuthor};
use super::field_score::score_by_key;
use super::page_context::PageContext;
use super::reliability::MetadataField;
use super::scored::{MIN_AUTHOR_CONFIDENCE, Scored};
use super::title::SiteNames;
use crate::base::text::{fold, is_unspaced};

/// Scores the candidates for the authors.
pub(crate) fn score(
    candidates: Vec<Candidate<Vec<RawAuthor>>>,
    names: &SiteNames,
    context: &PageContext<'_>,
) -> Vec<Scored<Vec<String>>> {
    let mut organisations: Vec<String> = Vec::new();
    let parsed = candidates.into_iter().filter_map(|candidate| {
        let trust = match candidate.source {
            MetadataSource::BylineClass
            | MetadataSource::RelAuthor
            | MetadataSource::Microdata
            | MetadataSource::Labelled
            | MetadataSource::SiteRule => Trust::Mark,
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
        let evidence = evidence_adjustment(&candidate, &authors, context);
        let adjustment = unsure + word + kind + evidence;
        (!authors.names.is_empty()).then(|| candidate.with(authors.names).adjusted(adjustment))
    });
    let parsed: Vec<Candidate<Vec<String>>> = parsed.collect();
    let mut scored =
        completed(score_by_key(MetadataField::Authors, parsed, |names| name_keys(names), |a, b| author_agreement(a, b)));
    // An outlet or agency does not contradict a person.
    let keys: Vec<(Vec<String>, bool)> =
        scored.iter().map(|own| (name_keys(&own.value), organisations.contains(&own.evidence))).collect();
    let best_rival = |(own, is_organisation): &(Vec<String>, bool)| {
        let rivals = scored
            .iter()
            .zip(&keys)
            .filter(|(_, (other, is_other))| (*is_organisation || !is_other) && author_agreement(own, other) < 0.5);
        rivals.map(|(rival, _)| rival.score).max_by(f32::total_cmp)
    };
    let rivals: Vec<Option<f32>> = keys.iter().map(best_rival).collect();
    for (own, rival) in scored.iter_mut().zip(rivals) {
        own.confidence = confidence(own.score, rival);
    }
    scored
}

/// Confidence in percent: the score as a fraction of 1, reduced by up to a quarter if a rival scores as high, and by up to half if one scores
/// higher; spread so that at 40 as many names are right as wrong. Names at 80 or more were right in .95 of cases, from 60 in .75, from 40 in .6.
fn confidence(score: f32, rival: Option<f32>) -> u8 {
    /// The margin over the best rival from which on confidence is not reduced.
    const CLEAR_MARGIN: f32 = 0.5;
    /// What is as likely right as wrong.
    const EVEN: f32 = 0.25;
    let margin = rival.map_or(1.0, |rival| ((score - rival) / CLEAR_MARGIN).clamp(-1.0, 1.0));
    let raw = score.clamp(0.0, 1.0) * (0.75 + 0.25 * margin);
    let even = f32::from(MIN_AUTHOR_CONFIDENCE);
    let percent = if raw < EVEN { even * raw / EVEN } else { even + (100.0 - even) * (raw - EVEN) / (1.0 - EVEN) };
    percent.floor().clamp(0.0, 100.0) as u8
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

/// The adjustment of visible names by what the page says of them: whether something introduces them, whether their words are ordinary words, and
/// whether the story is about them.
fn evidence_adjustment(candidate: &Candidate<Vec<RawAuthor>>, authors: &Authors, context: &PageContext<'_>) -> f32 {
    if authors.organisations || !matches!(candidate.source, MetadataSource::ShortLine | MetadataSource::Labelled) {
        return 0.0;
    }
    let names = &authors.names;
    let introduced = candidate.value.iter().any(|raw| BylineLine::of(&raw.text).is_byline());
    let known = names.iter().any(|name| byline::is_person(name));
    let ordinary = !known && names.iter().all(|name| context.is_ordinary(name));
    match (introduced, ordinary) {
        (true, true) => INTRODUCED_WORDS,
        (true, false) => 0.0,
        (false, true) => ORDINARY_WORDS,
        (false, false) if known && names.iter().any(|name| context.is_about(name)) => SUBJECT,
        (false, false) if !known && !authors.are_short() => UNKNOWN_NAME,
        (false, false) => 0.0,
    }
}

/// What visible names lose that consist of words which sentences of the page have in lower case, after a lead-in and without one.
const INTRODUCED_WORDS: f32 = -0.15;
const ORDINARY_WORDS: f32 = -0.4;

/// What a name without a lead-in loses that sentences of the story mention: it is that of a person in the story.
const SUBJECT: f32 = -0.3;

/// What a name without a lead-in loses that does not begin with a common first name.
const UNKNOWN_NAME: f32 = -0.1;

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

/// The folded names, between spaces: what [`author_agreement`] compares.
fn name_keys(names: &[String]) -> Vec<String> {
    names.iter().map(|name| format!(" {} ", fold(name))).collect()
}

/// How far `other` supports `one`: mostly the share of the other's names that `one` covers, so that a fuller list gains more than it
/// gives, plus a little of the Dice coefficient of the two lists. A first name agrees with the full name.
fn author_agreement(one: &[String], other: &[String]) -> f32 {
    let same = |name: &&String| other.iter().any(|key| key.contains(name.as_str()) || name.contains(key.as_str()));
    let shared = one.iter().filter(same).count() as f32;
    let dice = 2.0 * shared / (one.len() + other.len()).max(1) as f32;
    let covered = (shared / other.len().max(1) as f32).min(1.0);
    0.1 * dice + 0.9 * covered
}

#[cfg(test)]
mod tests {
    use super::super::MetadataInput;
    use super::*;
    use crate::page::{self, ReadHints};

    fn author(name: &str, source: MetadataSource) -> Candidate<Vec<RawAuthor>> {
        Candidate::new(vec![RawAuthor::unknown(name)], source, format!("{source:?}"))
    }

    /// The score of candidates on a page without text.
    fn authors(candidates: Vec<Candidate<Vec<RawAuthor>>>) -> Vec<Scored<Vec<String>>> {
        let page = page::read(b"<p>", ReadHints::default(), &page::Config::default()).unwrap();
        let input = MetadataInput {
            page: &page,
            removals: &[],
            http: None,
            text: "",
            folded: "",
            folded_blocks: &[],
            fetched_at: None,
            now: None,
        };
        score(candidates, &SiteNames::default(), &PageContext::of(input))
    }

    #[test]
    fn first_names_are_completed() {
        let both = vec![author("Anna", MetadataSource::JsonLd), author("Anna Meier", MetadataSource::ShortLine)];
        assert_eq!(authors(both)[0].value, ["Anna Meier"]);
        let other = vec![author("Linc", MetadataSource::JsonLd), author("Linc Admin", MetadataSource::ShortLine)];
        assert_eq!(authors(other)[0].value, ["Linc"]);
    }

    #[test]
    fn an_outlet_does_not_contradict_a_person() {
        let outlet = author("Example Media Group", MetadataSource::PlainMeta);
        let person = author("Anna Meier", MetadataSource::ShortLine);
        let alone = authors(vec![person.clone()])[0].confidence;
        assert_eq!(authors(vec![outlet, person.clone()])[0].confidence, alone);
        let rival = author("Jane Doe", MetadataSource::ShortLine);
        assert!(authors(vec![person, rival])[0].confidence < alone);
    }
}
