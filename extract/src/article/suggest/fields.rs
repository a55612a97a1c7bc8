//! Elements of a site's pages that have the title, the authors or the date on nearly every page, by an expression for each.

use std::collections::{BTreeMap, BTreeSet};

use super::lines::key_of;
use super::profile::{Field, FieldUse, MIN_PAGES, PageProfile};
use super::proposal::ProposedRule;
use crate::base::text::{count_words, fold, squeeze};
use crate::document::Metadata;
use crate::document::elements::ElementTree;
use crate::metadata::read_day;
use crate::page::Page;

const FIELDS: [(Field, &str); 3] = [(Field::Title, "title"), (Field::Author, "author"), (Field::Date, "date")];

/// Most elements of a page that are looked at, most nodes of one, and its longest text in bytes.
const MAX_ELEMENTS: u32 = 20_000;
const MAX_NODES: u32 = 40;
const MAX_BYTES: usize = 600;

/// Most texts of a page that are read as a date.
const MAX_DATES: usize = 300;

/// Least confidence of a field that elements are compared with.
const MIN_CONFIDENCE: u8 = 60;

/// The share of the pages with a field on which an element must have it, in hundredths.
const MIN_SHARE: usize = 90;

/// Words beside the names of authors that an element may have.
const MAX_OTHER_WORDS: usize = 6;

/// The fields that are known for certain.
pub fn known(metadata: &Metadata) -> Vec<Field> {
    let title = metadata.title.as_ref().is_some_and(|found| found.confidence >= MIN_CONFIDENCE);
    let author = metadata.authors.as_ref().is_some_and(|found| found.confidence >= MIN_CONFIDENCE);
    let date = metadata.published.as_ref().is_some_and(|found| found.confidence >= MIN_CONFIDENCE);
    let all = [(title, Field::Title), (author, Field::Author), (date, Field::Date)];
    all.into_iter().filter(|(is_known, _)| *is_known).map(|(_, field)| field).collect()
}

/// The elements of a page that agree with a field, or that an expression selects before those that do.
pub fn of_page(page: &Page, tree: &ElementTree, metadata: &Metadata) -> Vec<FieldUse> {
    let mut comparison = Comparison::of(page, metadata);
    let mut found: BTreeMap<String, FieldUse> = BTreeMap::new();
    for index in 1..tree.len().min(MAX_ELEMENTS) {
        let expressions = expressions(tree, index);
        if expressions.iter().all(|(_, xpath)| found.contains_key(xpath)) {
            continue;
        }
        let Some(text) = value(tree, index) else { continue };
        let agrees = comparison.agreeing(&text);
        for (rank, xpath) in expressions {
            // The first element that an expression selects counts.
            let unused = || FieldUse {
                xpath: xpath.clone(),
                rank,
                words: count_words(&text),
                value: key_of(&text),
                agrees: agrees.clone(),
            };
            found.entry(xpath.clone()).or_insert_with(unused);
        }
    }
    found.into_values().filter(|entry| !entry.agrees.is_empty()).collect()
}

/// The expressions that select an element, each with its rank.
fn expressions(tree: &ElementTree, index: u32) -> Vec<(u8, String)> {
    let tag = tree.name(index);
    if tag.is_empty() || !tag.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Vec::new();
    }
    let is_plain = |value: &str| {
        let is_sign = |c: char| matches!(c, '-' | '_' | ':' | '.');
        !value.is_empty() && value.len() <= 60 && value.chars().all(|c| c.is_ascii_alphabetic() || is_sign(c))
    };
    let mut found = Vec::new();
    for (name, value) in tree.attributes(index) {
        let value = value.trim();
        match name.as_str() {
            "property" | "name" if tag == "meta" && is_plain(value) => {
                found.push((4, format!("//meta[@{name}='{value}']/@content")))
            }
            "itemprop" if is_plain(value) => found.push((0, format!("//{tag}[@itemprop='{value}']"))),
            "class" => found.extend(
                value
                    .split_ascii_whitespace()
                    .take(6)
                    .filter(|class| is_plain(class))
                    .map(|class| (1, format!("//{tag}[contains(concat(' ', normalize-space(@class), ' '), ' {class} ')]"))),
            ),
            "id" if is_plain(value) => found.push((2, format!("//{tag}[@id='{value}']"))),
            "rel" if value == "author" => found.push((2, format!("//{tag}[@rel='author']"))),
            _ => {}
        }
    }
    if matches!(tag, "h1" | "time" | "address") {
        found.push((3, format!("//{tag}")));
    }
    found
}

/// What an element says: its machine-readable value, else its text if that is short.
fn value(tree: &ElementTree, index: u32) -> Option<String> {
    let wanted = ["datetime", "content"];
    let declared =
        tree.attributes(index).iter().find(|(name, value)| wanted.contains(&name.as_str()) && !value.trim().is_empty());
    let node = tree.node(index)?;
    let text = match declared {
        Some((_, value)) => value.clone(),
        None if node.end - index <= MAX_NODES => tree.text(index),
        None => return None,
    };
    let text = if text.len() <= 4 * MAX_BYTES { squeeze(&text) } else { String::new() };
    (!text.is_empty() && text.len() <= MAX_BYTES).then_some(text)
}

/// What elements are compared with.
struct Comparison<'a> {
    page: &'a Page,
    title: Option<String>,
    authors: Vec<String>,
    day: Option<crate::base::time::Day>,
    dates: usize,
}

impl<'a> Comparison<'a> {
    fn of(page: &'a Page, metadata: &Metadata) -> Self {
        let known = known(metadata);
        let title = metadata.title.as_ref().filter(|_| known.contains(&Field::Title));
        let authors = metadata.authors.as_ref().filter(|_| known.contains(&Field::Author));
        let day = metadata.published.as_ref().filter(|_| known.contains(&Field::Date));
        Self {
            page,
            title: title.map(|title| fold(&title.value)),
            authors: authors.into_iter().flat_map(|authors| authors.value.iter().map(|author| fold(author))).collect(),
            day: day.map(|date| date.value.day),
            dates: 0,
        }
    }

    fn agreeing(&mut self, text: &str) -> Vec<Field> {
        let folded = fold(text);
        let mut found = Vec::new();
        if self.title.as_ref().is_some_and(|title| !title.is_empty() && *title == folded) {
            found.push(Field::Title);
        }
        let names: usize = self.authors.iter().map(|author| count_words(author)).sum();
        let has_all = || self.authors.iter().all(|author| folded.contains(author.as_str()));
        if !self.authors.is_empty() && count_words(text) <= names + MAX_OTHER_WORDS && has_all() {
            found.push(Field::Author);
        }
        if self.day.is_some() && self.dates < MAX_DATES && text.chars().any(char::is_numeric) {
            self.dates += 1;
            if read_day(text, self.page) == self.day {
                found.push(Field::Date);
            }
        }
        found
    }
}

/// What an expression selects on all pages.
#[derive(Default)]
struct FieldTotal {
    rank: u8,
    words: usize,
    agreeing: usize,
    values: BTreeSet<u64>,
}

/// A rule for each field that some element has on nearly every page, and that varies.
pub fn rules(pages: &[PageProfile]) -> Vec<ProposedRule> {
    FIELDS.into_iter().filter_map(|(field, table)| rule(pages, field, table)).collect()
}

fn rule(pages: &[PageProfile], field: Field, table: &'static str) -> Option<ProposedRule> {
    let known = pages.iter().filter(|page| page.known.contains(&field)).count();
    let mut totals: BTreeMap<&str, FieldTotal> = BTreeMap::new();
    for entry in pages.iter().flat_map(|page| &page.fields).filter(|entry| entry.agrees.contains(&field)) {
        let total = totals.entry(&entry.xpath).or_default();
        total.rank = entry.rank;
        total.words += entry.words;
        total.agreeing += 1;
        total.values.insert(entry.value);
    }
    let varies = |total: &FieldTotal| total.values.len() >= if field == Field::Author { 2 } else { 2.max(total.agreeing / 2) };
    let is_found = |total: &FieldTotal| total.agreeing >= MIN_PAGES && total.agreeing * 100 >= known * MIN_SHARE;
    let found = totals.into_iter().filter(|(_, total)| is_found(total) && varies(total));
    let (xpath, total) = found.max_by(|(one, a), (two, b)| {
        // The element of the authors' names alone is better than the line that they are in.
        let words = |total: &FieldTotal| if field == Field::Author { total.words } else { 0 };
        let rank = |total: &FieldTotal| (total.agreeing, std::cmp::Reverse((words(total), total.rank, total.words)));
        rank(a).cmp(&rank(b)).then_with(|| two.cmp(one))
    })?;
    let why = format!("It has the {table} on {} of {known} pages.", total.agreeing);
    Some(ProposedRule { table, name: table.to_owned(), why, xpath: vec![xpath.to_owned()], ..ProposedRule::default() })
}
