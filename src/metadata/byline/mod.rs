//! Names of people out of bylines in many languages: lead-ins, roles, degrees, addresses and agencies off; lists split. The words are data
//! (`data/bylines.toml`).

mod name;
mod words;

use std::sync::LazyLock;

use regex::Regex;

use super::candidate::{AuthorKind, RawAuthor};
use super::title::SiteNames;
use crate::base::text::{fold, squeeze};
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

/// How freely a text may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// A field made for authors: user names and single words count.
    Field,
    /// Visible text: only what looks like a name counts.
    Text,
}

static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\S+@\S+\.\S+|https?://\S+|\bwww\.\S+|(?:^|\s)@\w+|\[\.\.\.\]|\(https?:[^)]*\)").ok());
static BRACKETS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|【|】").ok());

/// The authors that the texts name: people, or where there are none, the organisations.
pub(crate) fn authors(raw: &[RawAuthor], sites: &SiteNames, trust: Trust) -> Authors {
    let mut people: Vec<String> = Vec::new();
    let mut others: Vec<String> = Vec::new();
    for author in raw.iter().take(MAX_AUTHORS * 2) {
        for part in parts(&author.text) {
            let list = match name::judge(&part, trust) {
                Part::Nothing => continue,
                Part::Person if author.kind != AuthorKind::Organisation && !sites.has(&part) => &mut people,
                Part::Person | Part::Organisation => &mut others,
            };
            let tidy = name::tidy(&part);
            if !list.iter().any(|known| fold(known) == fold(&tidy)) && list.len() < MAX_AUTHORS {
                list.push(tidy);
            }
        }
    }
    drop_shorter_forms(&mut people);
    if people.is_empty() {
        Authors { organisations: !others.is_empty(), names: others }
    } else {
        Authors { names: people, organisations: false }
    }
}

/// `Jane` beside `Jane Doe` is the same person.
fn drop_shorter_forms(people: &mut Vec<String>) {
    let folded: Vec<String> = people.iter().map(|name| format!(" {} ", fold(name))).collect();
    let mut index = 0;
    people.retain(|_| {
        let own = folded.get(index).cloned().unwrap_or_default();
        index += 1;
        !folded.iter().any(|other| other.len() > own.len() && other.contains(&own))
    });
}

/// Whether a visible text begins as bylines do, with a name behind.
pub(crate) fn opens_with_lead_in(text: &str) -> bool {
    let stripped = words::strip_lead_ins(text);
    stripped.len() < text.trim().len() && holds_name(text)
}

/// Whether a visible text names someone.
pub(crate) fn holds_name(text: &str) -> bool {
    parts(text).iter().any(|part| name::judge(part, Trust::Text) != Part::Nothing)
}

/// The parts of a byline that may be names.
fn parts(text: &str) -> Vec<String> {
    let text: String = text.chars().take(MAX_BYLINE).collect();
    let text = replace(&ADDRESS, &text);
    let text = squeeze(&replace(&BRACKETS, &text));
    if let Some(turned) = last_first(&text) {
        return vec![turned];
    }
    let mut out = Vec::new();
    for (index, piece) in words::split_hard(&text).into_iter().enumerate() {
        let piece = words::strip_lead_ins(piece);
        for name in words::split_conjunctions(piece) {
            let name = words::cut_stops(words::strip_lead_ins(name));
            let name = words::strip_roles(name, index > 0);
            let name = name::trim(name);
            if !name.is_empty() {
                out.push(name.to_string());
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
            && !word.contains([' ', ',', ';', '/', '|', '&', '.', '-', '@'])
            && word.chars().next().is_some_and(char::is_uppercase)
    };
    let known = |word: &str| WORDS.is_role(word) || WORDS.is_degree(word) || WORDS.is_organisation(word) || WORDS.is_agency(word);
    let ok = single(last) && single(first) && !known(last) && !known(first) && !words::opens_lead_in(text);
    ok.then(|| format!("{first} {last}"))
}

#[cfg(test)]
mod tests;
