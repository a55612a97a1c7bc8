//! Cuts roles and positions off names: `Staff Writer Jane Doe`, `Jane Doe, Gear Editor`. Splits no lists.

use super::kinds::Kinds;
use super::words::{WORDS, is_edge};
use crate::base::text::is_unspaced;

/// The text after a position before a name: `Staff Writer Jane Doe`, `AP Sports Writer Jane Doe`. The text itself if it does not begin with
/// a department or agency followed by a role, or if less than a full name follows.
fn strip_position(text: &str) -> &str {
    /// The maximum number of words of a position.
    const MAX_WORDS: usize = 5;
    let words: Vec<&str> = text.split(' ').collect();
    let Some(last) = (1..words.len().min(MAX_WORDS)).rev().find(|at| words.get(*at).is_some_and(|word| WORDS.is_role(word)))
    else {
        return text;
    };
    let is_employer = |upto: usize| {
        let head = words.get(..upto).unwrap_or_default();
        WORDS.is_agency(&head.join(" ")) || head.iter().all(|word| WORDS.is_of_department(word))
    };
    // An agency's name may have several words; a department may follow it.
    let is_position = (1..=last)
        .any(|at| is_employer(at) && words.get(at..last).unwrap_or_default().iter().all(|word| WORDS.is_of_department(word)));
    let rest = words.iter().take(last + 1).map(|word| word.len() + 1).sum::<usize>();
    let name = text.get(rest..).unwrap_or_default();
    if is_position && name.split(' ').count() >= 2 { name } else { text }
}

/// Whether the words begin with what narrows a role down and the role: `Gear Editor`, `News Reporter`.
fn is_position(words: &[&str]) -> bool {
    /// The maximum number of words before the role.
    const MAX_WORDS: usize = 2;
    let narrows = |word: &&&str| WORDS.kinds(word).is(Kinds::ORGANISATION | Kinds::MODIFIER);
    let before = words.iter().take(MAX_WORDS).take_while(narrows).count();
    before > 0 && words.get(before).is_some_and(|word| WORDS.is_role(word))
}

/// The text without roles. A later piece with a role is not a name at all.
pub fn strip_roles(text: &str, later: bool) -> &str {
    let mut text = text.trim();
    if later && text.split(' ').any(|word| WORDS.is_role(word.trim_end_matches('.'))) {
        return "";
    }
    text = strip_position(text);
    while let Some((first, rest)) = text.split_once(' ')
        && WORDS.is_role(first.trim_end_matches([':', '.']))
        && rest.split(' ').count() >= 1
    {
        text = rest.trim_start_matches(is_edge);
    }
    let mut at = 0;
    let words: Vec<&str> = text.split(' ').collect();
    for (index, word) in words.iter().enumerate() {
        // `Jane Doe Senior Editor`, `Jane Doe Staff Writer`, `김철수 기자`
        let lead_out = index >= 1 && WORDS.is_lead_out(word);
        let position = || is_position(words.get(index..).unwrap_or_default());
        if (index >= 2 && (WORDS.is_role(word) || position())) || lead_out || (index >= 2 && WORDS.is_degree(word)) {
            text = text.get(..at).unwrap_or_default().trim_end();
            break;
        }
        at += word.len() + 1;
    }
    if text.is_ascii() {
        return text;
    }
    for lead_out in WORDS.lead_outs().iter() {
        if let Some(rest) = text.strip_suffix(lead_out)
            && rest.chars().next_back().is_some_and(is_unspaced)
            && rest.chars().count() >= 2
        {
            return rest.trim_end();
        }
    }
    text
}
