//! Splits bylines at separators, labels and conjunctions. Classifies no names.

use super::kinds::Kinds;
use super::words::WORDS;
use crate::base::text::is_unspaced;

/// Whether a character always separates names.
fn is_separator(c: char) -> bool {
    matches!(
        c,
        ',' | ';'
            | '|'
            | '/'
            | '·'
            | '•'
            | '、'
            | '，'
            | '；'
            | '／'
            | '\n'
            | '&'
            | '＆'
            | '+'
            | '※'
            | '▪'
            | '●'
            | '۔'
            | '،'
            | '・'
            | '⋅'
            | '∙'
            | '‧'
            | '│'
            | '∣'
            | '❘'
            | '»'
            | '«'
            | '◆'
            | '■'
            | '@'
    )
}

/// Dashes that, surrounded by spaces, separate a name from a role or an outlet.
const DASHES: &[&str] = &["-", "–", "—", "―", "::", ">"];

/// The pieces between separators, dashes and labels.
pub fn split_separators(text: &str) -> Vec<&str> {
    let mut pieces = vec![];
    for piece in text.split(is_separator) {
        let mut rest = piece;
        while let Some((head, tail)) = split_at_dash(rest) {
            pieces.push(head);
            rest = tail;
        }
        pieces.push(rest);
    }
    pieces.into_iter().flat_map(split_labels).map(str::trim).filter(|piece| !piece.is_empty()).collect()
}

/// The text before and after its first dash between spaces.
fn split_at_dash(text: &str) -> Option<(&str, &str)> {
    memchr::memchr_iter(b' ', text.as_bytes()).find_map(|at| {
        let after = text.get(at + 1..)?;
        let tail = DASHES.iter().find_map(|dash| after.strip_prefix(dash)?.strip_prefix(' '))?;
        Some((text.get(..at)?, tail))
    })
}

/// Splits a text before each label: `来源：例日报 作者：张三 编辑：李四`, `Text: Jane Doe Photos: John Roe`.
fn split_labels(text: &str) -> Vec<&str> {
    let is_label = |word: &str| match word.split_once(['：', ':']) {
        Some((label, _)) => {
            let unspaced = label.chars().all(is_unspaced) && (2..=4).contains(&label.chars().count());
            unspaced || WORDS.kinds(label).is(Kinds::CONTRIBUTOR) || WORDS.is_lead_in(label)
        }
        None => false,
    };
    if !text.contains([':', '：']) {
        return vec![text];
    }
    let (mut out, mut start, mut at) = (Vec::new(), 0, 0);
    for word in text.split(' ') {
        if at > start && is_label(word) {
            out.push(text.get(start..at).unwrap_or_default());
            start = at;
        }
        at += word.len() + 1;
    }
    out.push(text.get(start..).unwrap_or_default());
    out
}

/// Splits a text at `and` and its equivalents. Words of one or two letters count only between names of several words: `Maria i Josep` may be
/// one name.
pub fn split_conjunctions(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for word in text.split(' ') {
        let end = at + word.len();
        let lower = word.chars().next().is_some_and(|c| !c.is_uppercase());
        if lower && WORDS.is_conjunction(word) {
            let (before, after) = (text.get(start..at).unwrap_or_default().trim(), text.get(end..).unwrap_or_default().trim());
            let short = word.chars().count() <= 2;
            let enough =
                if short { before.contains(' ') && after.contains(' ') } else { !before.is_empty() && !after.is_empty() };
            if enough {
                out.push(before);
                start = end;
            }
        }
        at = end + 1;
    }
    out.push(text.get(start..).unwrap_or_default().trim());
    out
}
