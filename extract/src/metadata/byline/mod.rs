//! Extracts names from bylines in many languages: strips lead-ins, roles, degrees, addresses and agencies, and splits lists. The words are
//! data (`data/bylines.toml`). Does not search the page for bylines.

mod first_names;
mod glued;
mod kinds;
mod line;
mod name;
mod prefixes;
mod roles;
mod split;
mod words;

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::candidate::{AuthorKind, RawAuthor};
use super::title::SiteNames;
use crate::base::text::{fold, is_unspaced, squeeze};
use kinds::Kinds;
pub(crate) use line::BylineLine;
use name::NameKind;
use words::WORDS;

/// The maximum number of authors of one page.
const MAX_AUTHORS: usize = 24;

/// The maximum length of a byline that is examined, in characters.
const MAX_BYLINE: usize = 1_000;

/// The maximum length of the start of a biography in which its subject is searched, in bytes.
const MAX_NAME: usize = 200;

/// The authors of a byline or list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Authors {
    /// Their names, in order, each once.
    pub names: Vec<String>,
    /// Whether there are only agencies, newsroom departments or the site itself, and no person.
    pub organisations: bool,
}

impl Authors {
    /// Whether every name is a single word: a user name or a first name, which a full name elsewhere beats.
    pub fn are_short(&self) -> bool {
        self.names.iter().all(|name| !name.contains(' ') && !name.chars().any(is_unspaced))
    }
}

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
struct BylinePiece {
    text: String,
    /// Follows a lead-in.
    after_lead_in: bool,
    /// Follows another part and a separator: a second name, a role, a place.
    later: bool,
    /// Is in a longer line.
    in_prose: bool,
}

static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\S+@\S+\.\S+|https?://\S+|\bwww\.\S+|(?:^|\s)@\w+|\[\.\.\.\]|<[^<>]*>?").ok());
static BRACKETS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|【|】").ok());

/// The authors that the texts name: people, or if there are none, organisations.
pub(crate) fn authors(raw: &[RawAuthor], sites: &SiteNames, trust: Trust) -> Authors {
    let mut people: Vec<String> = Vec::new();
    let mut others: Vec<String> = Vec::new();
    let mut beside: Vec<String> = Vec::new();
    for author in raw.iter().take(MAX_AUTHORS * 2) {
        let is_persons_site = name::is_known_name(&author.text);
        if sites.is(&author.text) && !is_persons_site {
            push(&mut others, author.text.clone());
            continue;
        }
        let pieces = pieces(&author.text);
        // Structured data list agencies as authors of their own.
        let is_entry = author.kind != AuthorKind::Unknown && raw.len() > 1 && pieces.len() == 1;
        for piece in pieces {
            let known = || name::is_known_name(&piece.text);
            match classify(&piece, trust) {
                NameKind::NotAName => {}
                NameKind::Person if author.kind != AuthorKind::Organisation && (!sites.has(&piece.text) || known()) => {
                    push(&mut people, name::tidy(&piece.text))
                }
                NameKind::Organisation if author.kind == AuthorKind::Person && known() => {
                    push(&mut people, name::tidy(&piece.text))
                }
                NameKind::Person | NameKind::Organisation => {
                    let is_agency = author.kind != AuthorKind::Unknown && WORDS.is_agency(&piece.text);
                    if (is_entry || is_agency) && !sites.has(&piece.text) {
                        push(&mut beside, name::tidy(&piece.text));
                    }
                    push(&mut others, name::tidy(&piece.text))
                }
            }
        }
    }
    drop_shorter_forms(&mut people);
    if trust != Trust::Field {
        drop_single_words(&mut people);
    }
    if people.is_empty() {
        Authors { organisations: !others.is_empty(), names: others }
    } else {
        for name in beside {
            push(&mut people, name);
        }
        Authors { names: people, organisations: false }
    }
}

fn push(list: &mut Vec<String>, name: String) {
    if !list.iter().any(|known| fold(known) == fold(&name)) && list.len() < MAX_AUTHORS {
        list.push(name);
    }
}

fn classify(piece: &BylinePiece, trust: Trust) -> NameKind {
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

/// `Jane` is the same person as `Jane Doe`.
fn drop_shorter_forms(people: &mut Vec<String>) {
    let folded: Vec<String> = people.iter().map(|name| format!(" {} ", fold(name))).collect();
    let mut own = folded.iter();
    people.retain(|_| {
        own.next().is_none_or(|own| !folded.iter().any(|other| other.len() > own.len() && other.contains(own.as_str())))
    });
}

/// In visible text, a single word next to full names is a section or a place: `Jane Doe`, `Politics`.
fn drop_single_words(people: &mut Vec<String>) {
    let is_single = |name: &String| !name.contains(' ') && !name.chars().any(is_unspaced);
    if people.iter().any(|name| name::looks_like_full_name(name)) {
        people.retain(|name| !is_single(name));
    }
}

/// Whether a text is only a lead-in: the name follows in the next line.
pub(crate) fn is_lead_in(text: &str) -> bool {
    words::is_lead_in(text)
}

/// Whether a text is only a person's full name.
pub(crate) fn is_full_name(text: &str) -> bool {
    name::classify(text) == NameKind::Person && name::looks_like_full_name(text)
}

/// Whether a text is only the full name of a person with a common first name.
pub(crate) fn is_person(text: &str) -> bool {
    name::is_known_name(text) && name::classify(text) == NameKind::Person
}

/// Whether all names are news agencies.
pub(crate) fn are_agencies(names: &[String]) -> bool {
    names.iter().all(|name| WORDS.is_agency(name))
}

/// Whether a single word is a user name, as opposed to a first name: `jane.doe`, `jdoe42`.
pub(crate) fn is_handle(name: &str) -> bool {
    name.starts_with(char::is_lowercase) || name.contains(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_'))
}

/// The person whom the first sentence of a biography is about: `Jane Doe is a freelance writer.`
pub(crate) fn biography_subject(text: &str) -> Option<String> {
    let first = text.get(..text.floor_char_boundary(MAX_NAME)).unwrap_or_default();
    let name = name::trim(words::cut_stops(first.split(',').next().unwrap_or_default()));
    name::is_known_name(name).then(|| name.to_string())
}

/// A cheap check whether [`ADDRESS`] can match: on most lines it cannot.
fn may_contain_address(text: &str) -> bool {
    let is_www = |word: &[u8; 4]| word.eq_ignore_ascii_case(b"www.");
    text.contains(['@', '<']) || text.contains("://") || text.contains("[...]") || text.as_bytes().array_windows().any(is_www)
}

/// The parts of a byline that may be names.
fn pieces(text: &str) -> Vec<BylinePiece> {
    let text = text.char_indices().nth(MAX_BYLINE).and_then(|(end, _)| text.get(..end)).unwrap_or(text);
    let text = if may_contain_address(text) { replace(&ADDRESS, text) } else { Cow::Borrowed(text) };
    // A line in brackets is replaced by its content; brackets within a line contain outlets, roles and places.
    let trimmed = text.trim();
    let whole =
        [('(', ')'), ('（', '）'), ('[', ']')].iter().find_map(|(open, close)| trimmed.strip_prefix(*open)?.strip_suffix(*close));
    let text = whole.unwrap_or(trimmed);
    let text = if text.contains(['(', '（', '[', '【', '】']) { replace(&BRACKETS, text) } else { Cow::Borrowed(text) };
    let text = WORDS.without_shared_credit(glued::separate(squeeze(&text)));
    if let Some(reordered) = last_first(&text) {
        return vec![BylinePiece { text: reordered, after_lead_in: false, later: false, in_prose: false }];
    }
    let in_prose = text.split(' ').count() > 14;
    let mut pieces: Vec<BylinePiece> = Vec::new();
    for (index, piece) in split::split_separators(&text).into_iter().enumerate() {
        let (inner, within) = after_inner_lead_in(piece);
        if !within && (words::begins_with_contributor(piece) || index > 0 && words::begins_with_place(piece)) {
            continue;
        }
        let stripped = words::strip_lead_ins(inner);
        let after_lead_in = within || stripped.len() < inner.trim().len();
        let lead_in = piece.get(..piece.len() - stripped.len()).unwrap_or_default();
        let stripped = words::before_interviewee(stripped, lead_in);
        let names = split::split_conjunctions(stripped);
        // `Center for Drug Evaluation and Research` is one name.
        let whole = names.len() > 1 && names.first().is_some_and(|first| name::classify(first) == NameKind::Organisation);
        let names = if whole { vec![stripped] } else { names };
        for (nth, part) in names.into_iter().enumerate() {
            let later = index > 0 && !after_lead_in;
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

fn replace<'a>(pattern: &LazyLock<Option<Regex>>, text: &'a str) -> Cow<'a, str> {
    pattern.as_ref().map_or(Cow::Borrowed(text), |pattern| pattern.replace_all(text, " "))
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

#[cfg(test)]
mod tests;
