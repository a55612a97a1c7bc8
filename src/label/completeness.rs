//! Whether the story is there as a whole: the verdict on what was kept and what stood around it.

use super::Verdict;
use super::evidence::Evidence;
use crate::document::{Category, Completeness};
use crate::rules::Strength;

/// Phrases of pages that stand in the story's place: robot checks, blocks, missing scripts. Folded.
const CHALLENGES: &[&str] = &[
    "verify you are human",
    "verifying you are human",
    "are you a robot",
    "complete the captcha",
    "checking your browser",
    "enable javascript and cookies to continue",
    "please enable js and disable any ad blocker",
    "access denied",
    "access to this page has been denied",
    "you have been blocked",
    "attention required cloudflare",
    "unusual traffic from your",
    "pardon our interruption",
    "request unsuccessful incapsula",
    "javascript is disabled in your browser",
    "please turn javascript on and reload the page",
    "ray id",
];

/// A page with fewer kept words than this may be something else in the story's place.
const FEW_WORDS: usize = 120;

/// The verdict on a labelled page.
pub fn judge(evidence: &Evidence<'_>, verdicts: &[Verdict]) -> Completeness {
    let is_kept = |verdict: &Verdict| matches!(verdict, Verdict::Kept { .. });
    let kept = || evidence.facts.iter().zip(verdicts).filter(|(_, verdict)| is_kept(verdict)).map(|(facts, _)| facts);
    let words: usize = kept().map(|facts| facts.words).sum();
    let all_words: usize = evidence.facts.iter().map(|facts| facts.words).sum();
    if words < FEW_WORDS
        && all_words < 4 * FEW_WORDS
        && evidence.facts.iter().any(|f| CHALLENGES.iter().any(|phrase| says(&f.folded, phrase)))
    {
        return Completeness::Blocked;
    }
    if words == 0 {
        let consent = evidence
            .facts
            .iter()
            .filter(|f| f.rule.is_some_and(|rule| rule.category == Category::Consent))
            .map(|f| f.words)
            .sum::<usize>();
        return if consent * 2 > all_words { Completeness::Consent } else { Completeness::Empty };
    }
    let last = verdicts.iter().rposition(is_kept).unwrap_or(0);
    let breaks_off = evidence.facts.get(last).is_some_and(|facts| !facts.ends_sentence || facts.trails_off);
    if breaks_off && paywall_follows(evidence, verdicts, last) { Completeness::Truncated } else { Completeness::Complete }
}

fn says(folded: &str, phrase: &str) -> bool {
    folded.match_indices(phrase).any(|(at, _)| {
        let before = at == 0 || folded.as_bytes().get(at - 1) == Some(&b' ');
        let after = folded.as_bytes().get(at + phrase.len()).is_none_or(|byte| *byte == b' ');
        before && after
    })
}

/// A sure paywall line among the next few blocks behind the story's last one.
fn paywall_follows(evidence: &Evidence<'_>, verdicts: &[Verdict], last: usize) -> bool {
    let next = last + 1..(last + 5).min(verdicts.len());
    evidence
        .facts
        .get(next)
        .unwrap_or_default()
        .iter()
        .any(|facts| facts.rule.is_some_and(|rule| rule.category == Category::Paywall && rule.strength == Strength::Sure))
}
