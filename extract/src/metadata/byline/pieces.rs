//! The parts of a byline that may be names, and which of them are. Searches no page for bylines and collects no authors.

use std::borrow::Cow;

use super::super::pattern_lists::SearchPattern;
use super::super::patterns::PATTERNS;
use super::kinds::Kinds;
use super::name::{self, NameKind};
use super::words::{self, BylineWords, WORDS};
use super::{glued, roles, split};
use crate::base::text::{is_unspaced, squeeze};

/// The maximum length of a byline that is examined, in characters.
const MAX_BYLINE: usize = 1_000;

/// How reliably a text is a byline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// A field made for authors: user names and single words count.
    Field,
    /// An element marked up as a byline: single words count after a lead-in or on their own.
    Mark,
    /// Visible text: only what looks like a name counts, single words only after a lead-in.
    Text,
}

/// A part of a byline that may be a name.
#[derive(Debug)]
pub(super) struct BylinePiece {
    /// Its text.
    pub text: String,
    /// Follows a lead-in.
    pub after_lead_in: bool,
    /// Follows another part and a separator: a second name, a role, a place.
    pub later: bool,
    /// Is in a longer line.
    pub in_prose: bool,
}

/// The kind of name that a part is, where the text is a byline as reliably as this.
pub(super) fn classify(piece: &BylinePiece, trust: Trust) -> NameKind {
    let kind = name::classify(&piece.text);
    if kind != NameKind::Person {
        // Running text is full of organisations, and a long one is a sentence.
        let credible = trust == Trust::Field
            || piece.text.split(' ').count() <= 5 && (piece.after_lead_in && !piece.in_prose || trust == Trust::Mark);
        return if credible { kind } else { NameKind::NotAName };
    }
    if trust != Trust::Field && name::has_possessive(&piece.text) {
        return NameKind::NotAName;
    }
    let single = !piece.text.contains(' ');
    let enough = name::looks_like_name(&piece.text)
        || match trust {
            Trust::Field => !piece.later || name::is_lower_name(&piece.text),
            Trust::Mark => single && (piece.after_lead_in || !piece.later),
            Trust::Text => {
                single
                    && (piece.after_lead_in && (!piece.in_prose || piece.text.starts_with(char::is_uppercase)))
                    && piece.text.chars().count() <= 24
                    && !piece.text.chars().any(is_unspaced)
            }
        };
    if enough { NameKind::Person } else { NameKind::NotAName }
}

/// A cheap check whether [`SearchPattern::Address`] can match: on most lines it cannot.
fn may_contain_address(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_www = |dot: usize| {
        let before = dot.checked_sub(3).and_then(|start| bytes.get(start..dot));
        before.is_some_and(|word| word.eq_ignore_ascii_case(b"www"))
    };
    memchr::memchr3(b'@', b'<', b'[', bytes).is_some()
        || memchr::memchr_iter(b':', bytes).any(|at| bytes.get(at..).is_some_and(|rest| rest.starts_with(b"://")))
        || memchr::memchr_iter(b'.', bytes).any(is_www)
}

/// A cheap check whether [`SearchPattern::Brackets`] can match.
fn may_contain_brackets(text: &str) -> bool {
    memchr::memchr2(b'(', b'[', text.as_bytes()).is_some() || !text.is_ascii() && text.contains(['（', '【', '】'])
}

/// A byline without addresses and brackets, and with joined words separated.
fn tidied(text: &str) -> String {
    let end = if text.len() <= MAX_BYLINE { None } else { text.char_indices().nth(MAX_BYLINE) };
    let text = end.and_then(|(end, _)| text.get(..end)).unwrap_or(text);
    let text = if may_contain_address(text) { without(SearchPattern::Address, text) } else { Cow::Borrowed(text) };
    // A line in brackets is replaced by its content; brackets within a line contain outlets, roles and places.
    let trimmed = text.trim();
    let whole =
        [('(', ')'), ('（', '）'), ('[', ']')].iter().find_map(|(open, close)| trimmed.strip_prefix(*open)?.strip_suffix(*close));
    let text = whole.unwrap_or(trimmed);
    let text = if may_contain_brackets(text) { without(SearchPattern::Brackets, text) } else { Cow::Borrowed(text) };
    BylineWords::without_shared_credit(glued::separate(squeeze(&text)))
}

/// A part of a byline between separators.
struct BylinePart<'t> {
    /// Its text after the lead-in.
    text: &'t str,
    after_lead_in: bool,
    is_first: bool,
}

/// The parts of a tidied byline, without those of other contributors and places.
fn parts(text: &str) -> impl Iterator<Item = BylinePart<'_>> {
    let after_lead_in = |(index, part)| {
        let (inner, within) = after_inner_lead_in(part);
        if !within && (words::begins_with_contributor(part) || index > 0 && words::begins_with_place(part)) {
            return None;
        }
        let stripped = words::strip_lead_ins(inner);
        let after_lead_in = within || stripped.len() < inner.trim().len();
        let lead_in = part.get(..part.len() - stripped.len()).unwrap_or_default();
        Some(BylinePart { text: words::before_interviewee(stripped, lead_in), after_lead_in, is_first: index == 0 })
    };
    split::split_separators(text).into_iter().enumerate().filter_map(after_lead_in)
}

/// Whether a part of a byline follows a lead-in: cheaper than [`pieces`], and most lines have none.
pub(super) fn has_lead_in(text: &str) -> bool {
    parts(&tidied(text)).any(|part| part.after_lead_in)
}

/// The parts of a byline that may be names.
pub(super) fn pieces(text: &str) -> Vec<BylinePiece> {
    let text = tidied(text);
    if let Some(reordered) = last_first(&text) {
        return vec![BylinePiece { text: reordered, after_lead_in: false, later: false, in_prose: false }];
    }
    let in_prose = text.split(' ').count() > 14;
    let mut pieces: Vec<BylinePiece> = Vec::new();
    for BylinePart { text, after_lead_in, is_first } in parts(&text) {
        let names = split::split_conjunctions(text);
        // `Center for Drug Evaluation and Research` is one name.
        let whole = names.len() > 1 && names.first().is_some_and(|first| name::classify(first) == NameKind::Organisation);
        let names = if whole { vec![text] } else { names };
        for (nth, part) in names.into_iter().enumerate() {
            let later = !is_first && !after_lead_in;
            let part = words::cut_stops(words::strip_lead_ins(words::strip_date(part)));
            let bare = roles::strip_roles(part, later && nth == 0);
            let bare = if is_department(part, bare) { part } else { bare };
            let part = name::once(name::without_footnote(name::trim(words::strip_trailing_lead_in(bare))));
            if !part.is_empty() {
                pieces.push(BylinePiece { text: part.to_string(), after_lead_in, later, in_prose });
            }
        }
    }
    pieces
}

/// Whether a part that begins with this text, followed by roles, is a department's name: `Guardian staff reporter` is no person named Guardian,
/// and `Garden Notes Editorial Team` none named Garden Notes.
fn is_department(part: &str, bare: &str) -> bool {
    let is_group =
        || part.rsplit(' ').next().is_some_and(|last| WORDS.kinds(last).is(Kinds::ORGANISATION)) && !name::is_known_name(bare);
    bare.len() < part.len() && part.starts_with(bare) && (name::classify(bare) == NameKind::Organisation || is_group())
}

/// The text after a lead-in inside it, and true; otherwise the text itself, and false.
fn after_inner_lead_in(text: &str) -> (&str, bool) {
    let (inner, within) = words::after_inner_lead_in(text);
    if within {
        return (inner, within);
    }
    // A capital alone does not make a lead-in: a person's name must follow.
    let begins_with_name = |after: &&str| {
        let end = |words: usize| after.match_indices(' ').nth(words - 1).map_or(after.len(), |(at, _)| at);
        (2..=3).any(|words| after.get(..end(words)).is_some_and(name::is_known_name))
    };
    words::after_capitalised_lead_in(text).filter(begins_with_name).map_or((text, false), |after| (after, true))
}

/// The text with spaces in place of all matches of a pattern.
fn without(pattern: SearchPattern, text: &str) -> Cow<'_, str> {
    PATTERNS.searched.replaced(pattern as usize, text, " ", usize::MAX)
}

/// Turns `Doe, Jane` into `Jane Doe`: two single words around the only comma, neither a role, a degree nor an organisation.
fn last_first(text: &str) -> Option<String> {
    let (last, first) = text.split_once(", ")?;
    let single = |word: &str| {
        !word.is_empty()
            && !word.contains([' ', ',', ';', '/', '|', '&', '.', '@'])
            && word.chars().next().is_some_and(char::is_uppercase)
    };
    let is_acronym = |word: &str| word.chars().all(|c| c.is_uppercase()) && word.chars().count() <= 5;
    let known = |word: &str| {
        let kinds = WORDS.kinds(word);
        kinds.is(Kinds::ORGANISATION | Kinds::AGENCY)
            || WORDS.is_role_of(word, kinds)
            || WORDS.is_degree(word)
            || is_acronym(word)
    };
    let ok = single(last) && single(first) && !known(last) && !known(first) && words::strip_lead_ins(text).len() == text.len();
    ok.then(|| format!("{first} {last}"))
}
