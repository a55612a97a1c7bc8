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
pub(crate) fn score_field<T: Clone>(
    field: MetadataField,
    candidates: Vec<Candidate<T>>,
    agree: impl Fn(&T, &T) -> f32,
) -> Vec<Scored<T>> {
    score_by_key(field, candidates, T::clone, agree)
}

/// [`score_field`] of texts that agree if they have the same words.
pub(crate) fn score_texts(field: MetadataField, candidates: Vec<Candidate<String>>) -> Vec<Scored<String>> {
    score_by_key(field, candidates, |text| fold(text), equal)
}

/// [`score_field`] of values that are compared by a key, which is made of each value once.
pub(crate) fn score_by_key<T, K>(
    field: MetadataField,
    candidates: Vec<Candidate<T>>,
    key: impl Fn(&T) -> K,
    agree: impl Fn(&K, &K) -> f32,
) -> Vec<Scored<T>> {
    let known: Vec<KnownCandidate<T>> =
        candidates.into_iter().filter_map(|candidate| KnownCandidate::of(field, candidate)).take(MAX_CANDIDATES).collect();
    let keys: Vec<K> = known.iter().map(|known| key(&known.candidate.value)).collect();
    let mut scores: Vec<f32> = Vec::with_capacity(known.len());
    for (own, own_key) in known.iter().zip(&keys) {
        // Each other family counts once, with its most agreeing candidate.
        let mut support: Vec<(SourceFamily, f32)> = Vec::new();
        for (other, other_key) in known.iter().zip(&keys).filter(|(other, _)| other.family != own.family) {
            let weight = (other.reliability + other.candidate.adjustment.min(0.0)).max(0.0) * agree(own_key, other_key);
            match support.iter_mut().find(|(family, _)| *family == other.family) {
                Some((_, best)) => *best = best.max(weight),
                None => support.push((other.family, weight)),
            }
        }
        let support = support.iter().map(|(_, weight)| weight).sum::<f32>();
        scores.push(own.reliability + own.candidate.adjustment + agreement(field) * support);
    }
    let rivals: Vec<Option<f32>> = keys.iter().map(|key| best_rival(key, &keys, &scores, &agree)).collect();
    let mut scored: Vec<Scored<T>> = known
        .into_iter()
        .zip(scores.iter().zip(rivals))
        .map(|(KnownCandidate { candidate, .. }, (score, rival))| Scored {
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

/// A candidate whose source is one of the field's.
struct KnownCandidate<T> {
    candidate: Candidate<T>,
    reliability: f32,
    family: SourceFamily,
}

impl<T> KnownCandidate<T> {
    fn of(field: MetadataField, candidate: Candidate<T>) -> Option<Self> {
        let (reliability, family) = (reliability(field, candidate.source)?, family(candidate.source));
        Some(Self { candidate, reliability, family })
    }
}

/// The best score of a candidate with a different value.
fn best_rival<K>(key: &K, keys: &[K], scores: &[f32], agree: &impl Fn(&K, &K) -> f32) -> Option<f32> {
    let others = keys.iter().zip(scores).filter(|(other, _)| agree(key, other) < 0.5);
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
        assert_eq!(score_texts(MetadataField::Title, candidates)[0].evidence, "a");
    }
}
