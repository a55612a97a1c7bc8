//! Names of people out of bylines in many languages: lead-ins, roles, degrees, addresses and agencies off; lists split. The words are data
//! (`data/bylines.toml`).

mod name;
mod openings;
mod words;

use std::sync::LazyLock;

use regex::Regex;

use super::candidate::{AuthorKind, RawAuthor};
use super::title::SiteNames;
use crate::base::text::{fold, is_unspaced, squeeze};
use name::Part;
use words::WORDS;

/// Most authors of one page.
const MAX_AUTHORS: usize = 24;

/// Longest byline that is read, in characters.
const MAX_BYLINE: usize = 1_000;

/// The authors of a byline or list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Authors {
    /// Their names, in order, each once.
    pub names: Vec<String>,
    /// No person is among them: agencies, desks, the site itself.
    pub organisations: bool,
}

impl Authors {
    /// Whether every name is a single word: a user name or a first name, which a full name elsewhere beats.
    pub fn are_short(&self) -> bool {
        self.names.iter().all(|name| !name.contains(' ') && !name.chars().any(is_unspaced))
    }
}

/// How freely a text may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// A field made for authors: user names and single words count.
    Field,
    /// An element marked as byline: single words count behind a lead-in or on their own.
    Mark,
    /// Visible text: only what looks like a name counts, single words only behind a lead-in.
    Text,
}

/// A part of a byline that may be a name.
struct Piece {
    text: String,
    /// It follows a lead-in.
    led: bool,
    /// It follows another part behind a separator: a second name, a role, a place.
    later: bool,
    /// It stands in a longer line.
    in_prose: bool,
}

static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\S+@\S+\.\S+|https?://\S+|\bwww\.\S+|(?:^|\s)@\w+|\[\.\.\.\]|<[^<>]*>?").ok());
/// A lead-in that markup glued to the name: `ByJane Doe`.
static GLUED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!(r"^({})(\p{{Lu}}\p{{Ll}})", GLUING.join("|"))).ok());
const GLUING: &[&str] = &["By", "Von", "Par", "Por", "Door", "Di", "Af", "Av"];
static BRACKETS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|【|】").ok());

/// The authors that the texts name: people, or where there are none, the organisations.
pub(crate) fn authors(raw: &[RawAuthor], sites: &SiteNames, trust: Trust) -> Authors {
    let mut people: Vec<String> = Vec::new();
    let mut others: Vec<String> = Vec::new();
    for author in raw.iter().take(MAX_AUTHORS * 2) {
        if sites.is(&author.text) {
            push(&mut others, author.text.clone());
            continue;
        }
        for piece in pieces(&author.text) {
            match judge(&piece, trust) {
                Part::Nothing => {}
                Part::Person if author.kind != AuthorKind::Organisation && !sites.has(&piece.text) => {
                    push(&mut people, name::tidy(&piece.text))
                }
                Part::Person | Part::Organisation => push(&mut others, name::tidy(&piece.text)),
            }
        }
    }
    drop_shorter_forms(&mut people);
    if trust != Trust::Field {
        drop_lone_words(&mut people);
    }
    if people.is_empty() {
        Authors { organisations: !others.is_empty(), names: others }
    } else {
        Authors { names: people, organisations: false }
    }
}

fn push(list: &mut Vec<String>, name: String) {
    if !list.iter().any(|known| fold(known) == fold(&name)) && list.len() < MAX_AUTHORS {
        list.push(name);
    }
}

fn judge(piece: &Piece, trust: Trust) -> Part {
    let part = name::judge(&piece.text);
    if part != Part::Person {
        // Running text is full of organisations; a long one is a sentence.
        let credible = trust == Trust::Field || piece.text.split(' ').count() <= 5 && (piece.led || trust == Trust::Mark);
        return if credible { part } else { Part::Nothing };
    }
    let single = !piece.text.contains(' ');
    let enough = name::looks_like_name(&piece.text)
        || match trust {
            Trust::Field => !piece.later || name::is_lower_name(&piece.text),
            Trust::Mark => single && (piece.led || !piece.later),
            Trust::Text => {
                single
                    && (piece.led && (!piece.in_prose || piece.text.starts_with(char::is_uppercase)))
                    && piece.text.chars().count() <= 24
                    && !piece.text.chars().any(is_unspaced)
            }
        };
    if enough { Part::Person } else { Part::Nothing }
}

/// `Jane` beside `Jane Doe` is the same person.
fn drop_shorter_forms(people: &mut Vec<String>) {
    let folded: Vec<String> = people.iter().map(|name| format!(" {} ", fold(name))).collect();
    let mut own = folded.iter();
    people.retain(|_| {
        own.next().is_none_or(|own| !folded.iter().any(|other| other.len() > own.len() && other.contains(own.as_str())))
    });
}

/// In what readers see, a lone word beside full names is a section or a place: `Jane Doe`, `Politics`.
fn drop_lone_words(people: &mut Vec<String>) {
    let is_lone = |name: &String| !name.contains(' ') && !name.chars().any(is_unspaced);
    if people.iter().any(|name| name::looks_like_full_name(name)) {
        people.retain(|name| !is_lone(name));
    }
}

/// Whether a visible text opens with a lead-in, or has one behind a date or an act of posting, and names someone.
pub(crate) fn is_byline(text: &str) -> bool {
    // Sentences end in marks of their own where words are not parted.
    !text.ends_with(['。', '！', '？', '」', '”', '…'])
        && pieces(text).iter().any(|piece| piece.led && judge(piece, Trust::Text) != Part::Nothing)
}

/// Whether a text is a lead-in and nothing else: the name stands in the next line.
pub(crate) fn is_lead_in(text: &str) -> bool {
    words::is_lead_in(text)
}

/// Whether a marked text names someone.
pub(crate) fn holds_name(text: &str) -> bool {
    pieces(text).iter().any(|piece| judge(piece, Trust::Mark) != Part::Nothing)
}

/// Whether a text is a person's full name and nothing else.
pub(crate) fn is_full_name(text: &str) -> bool {
    name::judge(text) == Part::Person && name::looks_like_full_name(text)
}

/// Whether a visible line, without any lead-in, is a full name with little around it: `Jane Doe | Senior Writer`.
pub(crate) fn is_bare_name(text: &str) -> bool {
    let pieces = pieces(text);
    !text.starts_with('#')
        && text.split(' ').count() <= 10
        && pieces.len() <= 3
        && pieces.iter().any(|piece| judge(piece, Trust::Text) == Part::Person && name::looks_like_full_name(&piece.text))
}

/// Whether a short text opens with a lead-in and a colon or slash: a byline wherever it stands.
pub(crate) fn is_marked_byline(text: &str) -> bool {
    text.chars().count() <= 60 && text.contains([':', '：', '/', '／']) && is_byline(text)
}

/// Whether [`ADDRESS`] may find something: most lines are not worth asking it.
fn may_hold_address(text: &str) -> bool {
    let is_www = |word: &[u8; 4]| word.eq_ignore_ascii_case(b"www.");
    text.contains(['@', '<']) || text.contains("://") || text.contains("[...]") || text.as_bytes().array_windows().any(is_www)
}

/// The parts of a byline that may be names.
fn pieces(text: &str) -> Vec<Piece> {
    let text: String = text.chars().take(MAX_BYLINE).collect();
    let text = if may_hold_address(&text) { replace(&ADDRESS, &text) } else { text };
    // A line in brackets is its content; brackets in a line hold outlets, roles and places.
    let trimmed = text.trim();
    let whole =
        [('(', ')'), ('（', '）'), ('[', ']')].iter().find_map(|(open, close)| trimmed.strip_prefix(*open)?.strip_suffix(*close));
    let text = whole.unwrap_or(trimmed).to_string();
    let text = if text.contains(['(', '（', '[', '【', '】']) { replace(&BRACKETS, &text) } else { text };
    let text = squeeze(&text);
    let text = match GLUED.as_ref().filter(|_| GLUING.iter().any(|lead_in| text.starts_with(lead_in))) {
        Some(glued) => glued.replace(&text, "$1 $2").into_owned(),
        None => text,
    };
    if let Some(turned) = last_first(&text) {
        return vec![Piece { text: turned, led: false, later: false, in_prose: false }];
    }
    let in_prose = text.split(' ').count() > 14;
    let mut out: Vec<Piece> = Vec::new();
    for (index, piece) in words::split_hard(&text).into_iter().enumerate() {
        let (inner, within) = words::after_inner_lead_in(piece);
        if !within && words::opens_with_others(piece) {
            continue;
        }
        let stripped = words::strip_lead_ins(inner);
        let led = within || stripped.len() < inner.trim().len();
        let names = words::split_conjunctions(stripped);
        // `Center for Drug Evaluation and Research` is one name.
        let whole = names.len() > 1 && names.first().is_some_and(|first| name::judge(first) == Part::Organisation);
        let names = if whole { vec![stripped] } else { names };
        for (nth, part) in names.into_iter().enumerate() {
            let later = index > 0 && !led;
            let part = words::cut_stops(words::strip_lead_ins(part));
            let bare = words::strip_roles(part, later && nth == 0);
            // `Guardian staff reporter` names a desk, not a man called so.
            let desk = bare.len() < part.len() && part.starts_with(bare) && name::judge(bare) == Part::Organisation;
            let part = name::trim(words::strip_trailing_lead_in(if desk { part } else { bare }));
            if !part.is_empty() {
                out.push(Piece { text: part.to_string(), led, later, in_prose });
            }
        }
    }
    out
}

fn replace(pattern: &LazyLock<Option<Regex>>, text: &str) -> String {
    pattern.as_ref().map_or_else(|| text.to_string(), |pattern| pattern.replace_all(text, " ").into_owned())
}

/// `Doe, Jane` as `Jane Doe`: two single words around the only comma, neither a role, a degree nor an organisation.
fn last_first(text: &str) -> Option<String> {
    let (last, first) = text.split_once(", ")?;
    let single = |word: &str| {
        !word.is_empty()
            && !word.contains([' ', ',', ';', '/', '|', '&', '.', '@'])
            && word.chars().next().is_some_and(char::is_uppercase)
    };
    let shouted = |word: &str| word.chars().all(|c| c.is_uppercase()) && word.chars().count() <= 5;
    let known = |word: &str| {
        WORDS.is_role(word) || WORDS.is_degree(word) || WORDS.is_organisation(word) || WORDS.is_agency(word) || shouted(word)
    };
    let ok = single(last) && single(first) && !known(last) && !known(first) && words::strip_lead_ins(text).len() == text.len();
    ok.then(|| format!("{first} {last}"))
}

#[cfg(test)]
mod tests;
