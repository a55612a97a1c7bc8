//! Language candidates: detected from the clean text, with the page's own declaration as second source.

mod codes;
pub(super) mod detect;
mod function_words;

use super::candidate::{Candidate, Candidates, MetadataSource};
use super::page_context::PageContext;

pub(super) use codes::code_of_tag;

/// For texts shorter than this, in characters, the page's declaration is preferred.
const SHORT_TEXT: usize = 120;

/// Languages that detection confuses, or of which it knows only some: within a group the page's declaration is preferred.
const GROUPS: &[&[&str]] = &[
    &["nb", "nn", "no", "da"],
    &["sv", "da", "nb", "no", "is", "fo", "kl"],
    &["hr", "sr", "bs", "sl", "me", "sh"],
    &["sr", "mk", "bg"],
    &["id", "ms", "jv", "su"],
    &["cs", "sk"],
    &["es", "gl", "ca", "ast", "pt"],
    &["nl", "af", "fy", "nds"],
    &["zu", "xh", "nd", "ss", "nr", "sn", "st", "tn", "ts", "ve"],
    &["ru", "uk", "be", "bg", "kk", "ky", "mn", "tg"],
    &["hi", "mr", "ne", "sa"],
    &["fa", "ar", "ur", "ps", "ku", "ckb"],
    &["tr", "az", "tk", "uz"],
    &["de", "lb", "gsw", "nds"],
    &["fr", "oc", "br"],
    &["it", "co", "rm"],
    &["et", "fi"],
    &["he", "yi"],
];

/// Collects the language detected from the text.
pub(super) fn collect(context: &PageContext<'_>, candidates: &mut Candidates) {
    let text = context.input.text;
    let Some(code) = context.detected_language() else { return };
    let declared = candidates.languages.iter().filter_map(|candidate| code_of_tag(&candidate.value)).find(|code| code.len() <= 3);
    // The declaration wins where detection cannot know better: for languages it does not support, and for closely related ones.
    let doubtful = declared.as_deref().is_some_and(|declared| !detect::is_supported(declared) || are_confusable(declared, code));
    let doubtful = if doubtful { -0.6 } else { 0.0 };
    let short = if text.chars().take(SHORT_TEXT).count() < SHORT_TEXT { -0.6 } else { 0.0 };
    let detected = Candidate::new(code.to_string(), MetadataSource::Statistics, "text:statistics");
    candidates.languages.push(detected.adjusted(doubtful + short));
}

fn are_confusable(one: &str, other: &str) -> bool {
    GROUPS.iter().any(|group| group.contains(&one) && group.contains(&other))
}
