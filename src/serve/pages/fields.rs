//! The fields of a document's metadata as text, each with where the page states it.

use gleaner_extract::document::Found;
use gleaner_extract::document::metadata::PageDate;
use gleaner_extract::metadata::{Scored, ScoredCandidates};

use crate::store::Sidecar;

/// A value of a field, and where it is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldValue {
    /// The value as text.
    pub value: String,
    /// Where the page states it.
    pub evidence: String,
    /// How sure that is, in percent.
    pub confidence: u8,
}

/// A field with its value, or with its candidates.
pub type Field = (&'static str, Vec<FieldValue>);

/// The fields of a document that have a value.
pub fn of_sidecar(sidecar: &Sidecar) -> Vec<Field> {
    let all: [(&'static str, Option<FieldValue>); 14] = [
        ("authors", found(&sidecar.authors, |names| names.join("; "))),
        ("published", found(&sidecar.published, date)),
        ("modified", found(&sidecar.modified, date)),
        ("site", found(&sidecar.site, String::clone)),
        ("section", found(&sidecar.section, String::clone)),
        ("tags", found(&sidecar.tags, |tags| tags.join("; "))),
        ("language", found(&sidecar.language, String::clone)),
        ("description", found(&sidecar.description, String::clone)),
        ("canonical URL", found(&sidecar.canonical_url, String::clone)),
        ("other URLs", found(&sidecar.aliases, |urls| urls.join(" "))),
        ("lead image", found(&sidecar.image, String::clone)),
        ("paywalled", found(&sidecar.paywalled, yes_or_no)),
        ("licence", found(&sidecar.licence, String::clone)),
        ("opt-out", found(&sidecar.opt_out, |signals| signals.join(", "))),
    ];
    let title = ("title", found(&sidecar.title, String::clone));
    [title].into_iter().chain(all).filter_map(|(name, value)| Some((name, vec![value?]))).collect()
}

/// Every candidate of every field, best first.
pub fn of_candidates(candidates: &ScoredCandidates) -> Vec<Field> {
    vec![
        ("title", scored(&candidates.title, String::clone)),
        ("authors", scored(&candidates.authors, |names| names.join("; "))),
        ("published", scored(&candidates.published, date)),
        ("modified", scored(&candidates.modified, date)),
        ("site", scored(&candidates.site, String::clone)),
        ("section", scored(&candidates.section, String::clone)),
        ("tags", scored(&candidates.tags, |tags| tags.join("; "))),
        ("language", scored(&candidates.language, String::clone)),
        ("description", scored(&candidates.description, String::clone)),
        ("canonical URL", scored(&candidates.canonical_url, String::clone)),
        ("other URLs", scored(&candidates.aliases, |urls| urls.join(" "))),
        ("lead image", scored(&candidates.image, String::clone)),
        ("paywalled", scored(&candidates.paywalled, yes_or_no)),
        ("licence", scored(&candidates.licence, String::clone)),
        ("opt-out", scored(&candidates.opt_out, |signals| signals.join(", "))),
    ]
}

fn found<T>(field: &Option<Found<T>>, text: impl Fn(&T) -> String) -> Option<FieldValue> {
    let value = |found: &Found<T>| FieldValue {
        value: text(&found.value),
        evidence: found.evidence.clone(),
        confidence: found.confidence,
    };
    field.as_ref().map(value)
}

fn scored<T>(candidates: &[Scored<T>], text: impl Fn(&T) -> String) -> Vec<FieldValue> {
    let value = |candidate: &Scored<T>| FieldValue {
        value: text(&candidate.value),
        evidence: candidate.evidence.clone(),
        confidence: candidate.confidence,
    };
    candidates.iter().map(value).collect()
}

fn date(date: &PageDate) -> String {
    match date.instant {
        Some(instant) => format!("{} ({instant})", date.day),
        None => date.day.to_string(),
    }
}

fn yes_or_no(value: &bool) -> String {
    (if *value { "yes" } else { "no" }).to_owned()
}
