//! Scores the candidates of one field against each other: reliability of the source, agreement between sources. Knows no field's particulars.
//!
//! A candidate's score is its source's reliability for the field, plus its own adjustment, plus a share of the reliabilities of other
//! sources that agree with it. The highest score wins; on a tie, the earlier candidate.

use super::candidate::Candidate;
use super::plain::plain;
use super::reliability::{MetadataField, SourceFamily, agreement, family, reliability};
use super::scored::Scored;
use crate::base::text::fold;

/// The maximum number of candidates of one field that are compared.
const MAX_CANDIDATES: usize = 60;

/// Scores candidates against each other, best first. `agree` returns how far two values agree, from 0 to 1.
pub(crate) fn score_field<T>(
    field: MetadataField,
    candidates: Vec<Candidate<T>>,
    agree: impl Fn(&T, &T) -> f32,
) -> Vec<Scored<T>> {
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
pub(crate) fn confidence(score: f32, rival: Option<f32>) -> u8 {
    let margin = rival.map_or(1.0, |rival| ((score - rival) / CLEAR_MARGIN).clamp(-1.0, 1.0));
    let percent = 100.0 * score.clamp(0.0, 1.0) * (0.55 + 0.45 * margin);
    percent.round().clamp(0.0, 100.0) as u8
}

/// 1 for equal values, otherwise 0.
pub(crate) fn equal<T: PartialEq>(one: &T, other: &T) -> f32 {
    if one == other { 1.0 } else { 0.0 }
}

/// 1 for texts of the same words, otherwise 0.
pub(crate) fn same_text(one: &str, other: &str) -> f32 {
    if fold(one) == fold(other) { 1.0 } else { 0.0 }
}

/// The candidates as plain text, without empty and overlong ones.
pub(crate) fn texts(candidates: Vec<Candidate<String>>, max_chars: usize) -> Vec<Candidate<String>> {
    let plain = candidates.into_iter().map(|candidate| candidate.with(plain(&candidate.value)));
    plain.filter(|candidate| !candidate.value.is_empty() && candidate.value.chars().count() <= max_chars).collect()
}

#[cfg(test)]
mod tests {
    use super::super::candidate::MetadataSource;
    use super::*;

    #[test]
    fn ties_go_to_the_first() {
        let candidates = vec![
            Candidate::new("One".to_string(), MetadataSource::JsonLd, "a"),
            Candidate::new("Two".to_string(), MetadataSource::JsonLd, "b"),
        ];
        assert_eq!(score_field(MetadataField::Title, candidates, |one, other| same_text(one, other))[0].evidence, "a");
    }
}
