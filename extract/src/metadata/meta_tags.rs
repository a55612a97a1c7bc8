//! Collects candidates from meta elements: OpenGraph, `article:*`, Dublin Core, Parsely, Sailthru, `citation_*`, Twitter cards and plain
//! names. Which name gives which field is data (`data/meta.toml`). Licences and opt-outs are left to `rights`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::candidate::{Candidate, Candidates, MetadataSource, RawAuthor};
use super::date;
use super::page_context::PageContext;
use super::plain::plain;
use super::tags::split_tags;

/// The maximum number of values of one field: pages repeat themselves.
const MAX_VALUES: usize = 64;

/// The field whose value a name gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum MetaTagField {
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
struct MetaTagTable {
    entry: Vec<MetaTag>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MetaTag {
    field: MetaTagField,
    source: MetadataSource,
    names: Vec<String>,
    #[serde(default)]
    adjustment: f32,
    /// The name of another meta element, followed by the contents, in lower case, of which it must have one.
    #[serde(default)]
    requires: Vec<String>,
}

const TABLE: &str = include_str!("data/meta.toml");

static NAMES: LazyLock<HashMap<String, MetaTag>> = LazyLock::new(|| {
    let table: MetaTagTable = toml::from_str(TABLE).unwrap_or_default();
    let pairs = table.entry.into_iter().flat_map(|entry| {
        let names = entry.names.clone();
        names.into_iter().map(move |name| (name, entry.clone()))
    });
    pairs.collect()
});

/// Collects candidates from the page's meta elements.
pub(crate) fn collect(context: &PageContext<'_>, candidates: &mut Candidates) {
    let mut lists: Vec<(String, MetaTag, Vec<String>)> = Vec::new();
    for (name, content) in &context.page().head.meta {
        let Some(entry) = NAMES.get(name.as_str()) else {
            collect_unlisted_date(name, content, candidates);
            continue;
        };
        let value = plain(content);
        if value.is_empty() || !is_met(entry, context) {
            continue;
        }
        if matches!(entry.field, MetaTagField::Authors | MetaTagField::Tags) {
            match lists.iter_mut().find(|(known, ..)| known == name) {
                Some((_, _, values)) if values.len() < MAX_VALUES => values.push(value),
                Some(_) => {}
                None => lists.push((name.clone(), entry.clone(), vec![value])),
            }
        } else {
            collect_value(name, entry, value, context, candidates);
        }
    }
    for (name, entry, values) in lists {
        let evidence = format!("meta:{name}");
        if entry.field == MetaTagField::Authors {
            let raw: Vec<RawAuthor> = values.into_iter().filter(|value| !is_url(value)).map(RawAuthor::unknown).collect();
            if !raw.is_empty() {
                candidates.authors.push(Candidate::new(raw, entry.source, evidence).adjusted(entry.adjustment));
            }
        } else {
            let tags: Vec<String> = values.iter().flat_map(|value| split_tags(value)).take(MAX_VALUES).collect();
            if !tags.is_empty() {
                candidates.tags.push(Candidate::new(tags, entry.source, evidence).adjusted(entry.adjustment));
            }
        }
    }
}

/// Collects a machine-readable date under a name that is not listed but contains a word for publication: `w-published-date`.
fn collect_unlisted_date(name: &str, content: &str, candidates: &mut Candidates) {
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
    let candidate = |date| Candidate::new(date, MetadataSource::PlainMeta, format!("meta:{name}")).adjusted(UNLISTED);
    candidates.published.extend(date::machine(content).map(candidate));
}

/// Whether the other meta element that a name requires has one of the required contents.
fn is_met(entry: &MetaTag, context: &PageContext<'_>) -> bool {
    let Some((name, contents)) = entry.requires.split_first() else { return true };
    let content = context.page().head.meta(name).unwrap_or_default().to_lowercase();
    contents.contains(&content)
}

fn is_url(value: &str) -> bool {
    value.starts_with("http://") || value.starts_with("https://") || value.starts_with("//") || value.starts_with("www.")
}

fn collect_value(name: &str, entry: &MetaTag, value: String, context: &PageContext<'_>, candidates: &mut Candidates) {
    let evidence = format!("meta:{name}");
    let candidate = |value: String| Candidate::new(value, entry.source, evidence.clone()).adjusted(entry.adjustment);
    match entry.field {
        MetaTagField::Title => candidates.titles.push(candidate(value)),
        MetaTagField::Site => candidates.sites.extend(Some(candidate(value)).filter(|site| !is_url(&site.value))),
        MetaTagField::Section => candidates.sections.push(candidate(value)),
        MetaTagField::Language => candidates.languages.push(candidate(value)),
        MetaTagField::Description => candidates.descriptions.push(candidate(value)),
        MetaTagField::Canonical => candidates.canonical.push(candidate(value)),
        MetaTagField::Image => candidates.images.push(candidate(value)),
        MetaTagField::Published | MetaTagField::Modified => {
            let Some(date) = date::any(&value, &context.locale) else { return };
            let list = if entry.field == MetaTagField::Published { &mut candidates.published } else { &mut candidates.modified };
            list.push(candidate(value).with(date));
        }
        MetaTagField::Paywalled => {
            candidates.paywalled.extend(paid(name, &value).map(|paid| candidate(String::new()).with(paid)))
        }
        MetaTagField::Authors | MetaTagField::Tags => {}
    }
}

/// Whether a value means that the page is behind a paywall. `isAccessibleForFree` means the opposite of the others.
fn paid(name: &str, value: &str) -> Option<bool> {
    const PAID: &[&str] = &["locked", "metered", "paid", "premium", "subscriber", "subscribers", "true", "yes", "1", "plus"];
    const FREE: &[&str] = &["free", "public", "open", "false", "no", "0"];
    let value = value.to_lowercase();
    let is_in = |list: &[&str]| list.contains(&value.as_str());
    let flag = if is_in(PAID) { Some(true) } else { is_in(FREE).then_some(false) };
    if name == "isaccessibleforfree" { flag.map(|free| !free) } else { flag }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_gives_one_field() {
        let table: MetaTagTable = toml::from_str(TABLE).map_err(|error| error.message().to_string()).unwrap();
        let names: Vec<&String> = table.entry.iter().flat_map(|entry| &entry.names).collect();
        for name in &names {
            assert_eq!(**name, name.to_lowercase(), "names are looked up in lower case");
        }
        let unique: std::collections::HashSet<_> = names.iter().collect();
        assert_eq!(unique.len(), names.len(), "a name gives one field");
    }

    #[test]
    fn every_entry_is_a_source_that_counts() {
        use super::super::reliability::{MetadataField, reliability};
        let table: MetaTagTable = toml::from_str(TABLE).map_err(|error| error.message().to_string()).unwrap();
        for entry in table.entry {
            let field = match entry.field {
                MetaTagField::Title => MetadataField::Title,
                MetaTagField::Authors => MetadataField::Authors,
                MetaTagField::Published => MetadataField::Published,
                MetaTagField::Modified => MetadataField::Modified,
                MetaTagField::Site => MetadataField::Site,
                MetaTagField::Section => MetadataField::Section,
                MetaTagField::Tags => MetadataField::Tags,
                MetaTagField::Language => MetadataField::Language,
                MetaTagField::Description => MetadataField::Description,
                MetaTagField::Canonical => MetadataField::Canonical,
                MetaTagField::Image => MetadataField::Image,
                MetaTagField::Paywalled => MetadataField::Paywalled,
            };
            assert!(reliability(field, entry.source).is_some(), "{:?}", entry.names);
        }
    }

    #[test]
    fn free_and_paid_values_are_recognised() {
        assert_eq!(paid("isaccessibleforfree", "False"), Some(true));
        assert_eq!(paid("article:content_tier", "locked"), Some(true));
        assert_eq!(paid("article:content_tier", "free"), Some(false));
        assert_eq!(paid("paywall", "maybe"), None);
    }
}
