//! Prefers, among the spellings that sources give of one value, the one that people use. Scores nothing.

use super::scored::Scored;

/// Puts a better spelling of the best value first, with that value's score and confidence: the first other candidate with the same key that is
/// better spelled.
pub(crate) fn respell(
    mut scored: Vec<Scored<String>>,
    key: impl Fn(&str) -> String,
    is_better: impl Fn(&Scored<String>, &Scored<String>) -> bool,
) -> Vec<Scored<String>> {
    let Some((best, others)) = scored.split_first() else { return scored };
    let own = key(&best.value);
    let better = others.iter().position(|other| is_better(other, best) && key(&other.value) == own);
    let (score, confidence) = (best.score, best.confidence);
    if let Some(at) = better {
        let found = scored.remove(at + 1);
        scored.insert(0, Scored { score, confidence, ..found });
    }
    scored
}
