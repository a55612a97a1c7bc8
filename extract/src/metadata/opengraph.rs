//! Meta elements: OpenGraph, `article:*`, Dublin Core, Parsely, Sailthru, `citation_*`, Twitter cards and plain names. Which name witnesses
//! which field is data (`data/meta.toml`).

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::candidate::{Candidate, Candidates, RawAuthor, Source};
use super::date;
use super::page_context::PageContext;
use super::plain::plain;
use super::resolve;

/// Most values of one field that are heard: pages repeat themselves.
const MAX_VALUES: usize = 64;

/// The field that a name witnesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Field {
    Title,
    Authors,
    Published,
    Modified,
    Site,
    Section,
    Tags,
    Language,
    Description,
    Canonical,
    Image,
    Paywalled,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Table {
    entry: Vec<Entry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    field: Field,
    source: Source,
    names: Vec<String>,
    #[serde(default)]
    adjustment: f32,
    /// The name of another meta element, and the folded contents of which it must have one.
    #[serde(default)]
    requires: Vec<String>,
}

const TABLE: &str = include_str!("data/meta.toml");

static NAMES: LazyLock<HashMap<String, Entry>> = LazyLock::new(|| {
    let table: Table = toml::from_str(TABLE).unwrap_or_default();
    let pairs = table.entry.into_iter().flat_map(|entry| {
        let names = entry.names.clone();
        names.into_iter().map(move |name| (name, entry.clone()))
    });
    pairs.collect()
});

/// Hears the page's meta elements.
pub(crate) fn gather(context: &PageContext<'_>, found: &mut Candidates) {
    let mut lists: Vec<(String, Entry, Vec<String>)> = Vec::new();
    for (name, content) in &context.page().head.meta {
        let Some(entry) = NAMES.get(name.as_str()) else {
            unlisted_date(name, content, found);
            continue;
        };
        let value = plain(content);
        if value.is_empty() || !is_met(entry, context) {
            continue;
        }
        if matches!(entry.field, Field::Authors | Field::Tags) {
            match lists.iter_mut().find(|(known, ..)| known == name) {
                Some((_, _, values)) if values.len() < MAX_VALUES => values.push(value),
                Some(_) => {}
                None => lists.push((name.clone(), entry.clone(), vec![value])),
            }
        } else {
            hear(name, entry, value, context, found);
        }
    }
    for (name, entry, values) in lists {
        let witness = format!("meta:{name}");
        if entry.field == Field::Authors {
            let raw: Vec<RawAuthor> = values.into_iter().filter(|value| !is_address(value)).map(RawAuthor::unknown).collect();
            if !raw.is_empty() {
                found.authors.push(Candidate::new(raw, entry.source, witness).adjusted(entry.adjustment));
            }
        } else {
            let tags: Vec<String> = values.iter().flat_map(|value| resolve::split_tags(value)).take(MAX_VALUES).collect();
            if !tags.is_empty() {
                found.tags.push(Candidate::new(tags, entry.source, witness).adjusted(entry.adjustment));
            }
        }
    }
}

/// A machine-readable date under a name that is not listed but says what it dates: `w-published-date`, `site:uploaded`.
fn unlisted_date(name: &str, content: &str, found: &mut Candidates) {
    const PUBLISHED: &[&str] =
        &["published", "publish", "publication", "pubdate", "publishdate", "uploaded", "posted", "released", "issued"];
    const MODIFIED: &[&str] =
        &["modified", "updated", "update", "lastmod", "revised", "last", "edited", "expires", "expiry", "unpublish"];
    /// Below every listed name.
    const UNLISTED: f32 = -0.15;
    let has = |words: &[&str]| name.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word));
    if !has(PUBLISHED) || has(MODIFIED) {
        return;
    }
    let read = |reading| Candidate::new(reading, Source::PlainMeta, format!("meta:{name}")).adjusted(UNLISTED);
    found.published.extend(date::machine(content).map(read));
}

fn is_met(entry: &Entry, context: &PageContext<'_>) -> bool {
    let Some((name, contents)) = entry.requires.split_first() else { return true };
    let content = context.page().head.meta(name).unwrap_or_default().to_lowercase();
    contents.contains(&content)
}

fn is_address(value: &str) -> bool {
    value.starts_with("http://") || value.starts_with("https://") || value.starts_with("//") || value.starts_with("www.")
}

fn hear(name: &str, entry: &Entry, value: String, context: &PageContext<'_>, found: &mut Candidates) {
    let witness = format!("meta:{name}");
    let say = |value: String| Candidate::new(value, entry.source, witness.clone()).adjusted(entry.adjustment);
    match entry.field {
        Field::Title => found.titles.push(say(value)),
        Field::Site => found.sites.extend(Some(say(value)).filter(|site| !is_address(&site.value))),
        Field::Section => found.sections.push(say(value)),
        Field::Language => found.languages.push(say(value)),
        Field::Description => found.descriptions.push(say(value)),
        Field::Canonical => found.canonical.push(say(value)),
        Field::Image => found.images.push(say(value)),
        Field::Published | Field::Modified => {
            let Some(reading) = date::any(&value, &context.locale) else { return };
            let list = if entry.field == Field::Published { &mut found.published } else { &mut found.modified };
            list.push(say(value).with(reading));
        }
        Field::Paywalled => found.paywalled.extend(paid(name, &value).map(|paid| say(String::new()).with(paid))),
        Field::Authors | Field::Tags => {}
    }
}

/// Whether a value says that the page is paid for. `isAccessibleForFree` says the opposite of the others.
fn paid(name: &str, value: &str) -> Option<bool> {
    const PAID: &[&str] = &["locked", "metered", "paid", "premium", "subscriber", "subscribers", "true", "yes", "1", "plus"];
    const FREE: &[&str] = &["free", "public", "open", "false", "no", "0"];
    let value = value.to_lowercase();
    let holds = |list: &[&str]| list.contains(&value.as_str());
    let said = if holds(PAID) { Some(true) } else { holds(FREE).then_some(false) };
    if name == "isaccessibleforfree" { said.map(|said| !said) } else { said }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_whole() {
        let table: Table = toml::from_str(TABLE).map_err(|error| error.message().to_string()).unwrap();
        let names: Vec<&String> = table.entry.iter().flat_map(|entry| &entry.names).collect();
        for name in &names {
            assert_eq!(**name, name.to_lowercase(), "names are looked up in lower case");
        }
        let unique: std::collections::HashSet<_> = names.iter().collect();
        assert_eq!(unique.len(), names.len(), "a name witnesses one field");
    }

    #[test]
    fn free_and_paid() {
        assert_eq!(paid("isaccessibleforfree", "False"), Some(true));
        assert_eq!(paid("article:content_tier", "locked"), Some(true));
        assert_eq!(paid("article:content_tier", "free"), Some(false));
        assert_eq!(paid("paywall", "maybe"), None);
    }
}
