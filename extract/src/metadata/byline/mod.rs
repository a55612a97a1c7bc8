//! Extracts names from bylines in many languages: strips lead-ins, roles, degrees, addresses and agencies, and splits lists. The words are
//! data (`data/bylines.toml`). Does not search the page for bylines.

mod first_names;
mod glued;
mod kinds;
mod line;
mod lists;
mod name;
mod pieces;
mod roles;
mod split;
#[cfg(test)]
#[expect(dead_code, reason = "build.rs uses the rest")]
pub(super) mod table;
mod words;

use super::candidate::{AuthorKind, RawAuthor};
use super::title::SiteNames;
use crate::base::text::{fold, is_unspaced};
pub(crate) use line::BylineLine;
use name::NameKind;
pub(crate) use pieces::Trust;
use pieces::{classify, pieces};
use words::WORDS;

/// The maximum number of authors of one page.
const MAX_AUTHORS: usize = 24;

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

#[cfg(test)]
mod tests;
