//! `rules test`: what the rules of a site change on its stored pages, by cleaning them without the rules and with them. Writes nothing.

use std::collections::BTreeMap;

use serde::Serialize;

use super::extract::extract_with;
use super::site_pages::{self, StoredPage};
use crate::engine::{Error, Setup};
use gleaner_extract::article::clean::CleanedPage;
use gleaner_extract::base::text::count_words;
use gleaner_extract::document::{DocumentId, Metadata, RuleId};
use gleaner_extract::label::Verdict;
use gleaner_extract::rules::RuleSet;

/// Most pages that rules are tried on.
pub const MAX_PAGES: usize = 200;

/// Most pages of which the changes are listed, and most lines of each.
const MAX_CHANGES: usize = 10;
const MAX_LINES: usize = 10;

/// What the rules of a site change.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleTestReport {
    /// The site, a host.
    pub site: String,
    /// Documents of the site.
    pub documents: u64,
    /// Pages that the rules were tried on, at most 200.
    pub pages: usize,
    /// Pages that could not be read.
    pub unreadable: usize,
    /// Pages whose text or metadata differ.
    pub changed: usize,
    /// Words of all texts without the rules.
    pub words_without: u64,
    /// Words of lines that only the texts without the rules have.
    pub words_lost: u64,
    /// Words of lines that only the texts with the rules have.
    pub words_gained: u64,
    /// What each rule did, in order of the rules.
    pub rules: Vec<RuleTotal>,
    /// The pages that change most.
    pub changes: Vec<PageChange>,
}

/// What one rule did on all pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleTotal {
    /// The rule.
    pub rule: RuleId,
    /// Pages on which it selects or drops something.
    pub pages: usize,
    /// Blocks that it drops.
    pub dropped: usize,
    /// Pages on which a guard kept blocks that it matches.
    pub guarded: usize,
    /// Why, on one of them.
    pub why_guarded: Option<String>,
}

impl RuleTotal {
    fn of(rule: &RuleId) -> Self {
        Self { rule: rule.clone(), pages: 0, dropped: 0, guarded: 0, why_guarded: None }
    }
}

/// What the rules change on one page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PageChange {
    /// The document.
    pub id: DocumentId,
    /// Its title.
    pub title: Option<String>,
    /// Words without the rules and with them.
    pub words: (usize, usize),
    /// Words of the lines that are lost and gained.
    pub moved: (usize, usize),
    /// Lines that are lost, at most ten.
    pub lost: Vec<String>,
    /// Lines that are gained, at most ten.
    pub gained: Vec<String>,
    /// Fields of the metadata that differ.
    pub metadata: Vec<FieldChange>,
}

/// A field of the metadata that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// The field.
    pub field: &'static str,
    /// Its value without the rules.
    pub without: Option<String>,
    /// Its value with them.
    pub with: Option<String>,
}

/// Tries rules of a site on its pages: those in `own`, else the configured ones.
pub fn test(setup: &Setup, site: &str, own: Option<&RuleSet>) -> Result<RuleTestReport, Error> {
    let pages = site_pages::of_site(setup, site, MAX_PAGES)?;
    let own = own.map(|own| setup.rules.with_sites_of(own));
    let with = own.as_ref().unwrap_or(&setup.rules);
    let without = setup.rules.without_site(site);
    if !with.sites().any(|rules| rules.host == site) {
        return Err(Error::NoSiteRules(site.to_owned()));
    }
    if pages.chosen.is_empty() {
        return Err(Error::TooFewPages { site: site.to_owned(), found: 0, needed: 1 });
    }
    let of_site = with.sites().filter(|rules| rules.host == site).flat_map(|rules| rules.rules());
    let mut totals: BTreeMap<RuleId, RuleTotal> = of_site.map(|rule| (rule.id.clone(), RuleTotal::of(rule.id))).collect();
    let mut report = RuleTestReport {
        site: site.to_owned(),
        documents: pages.documents,
        pages: 0,
        unreadable: 0,
        changed: 0,
        words_without: 0,
        words_lost: 0,
        words_gained: 0,
        rules: Vec::new(),
        changes: Vec::new(),
    };
    for page in &pages.chosen {
        let cleaned = page.read(setup).and_then(|raw| {
            let clean = |rules| extract_with(setup, rules, &raw, page.url.as_ref());
            Ok((clean(&without)?, clean(with)?))
        });
        match cleaned {
            Ok((before, after)) => report.add(page, &before, &after, &mut totals),
            Err(_) => report.unreadable += 1,
        }
    }
    report.rules = totals.into_values().collect();
    Ok(report)
}

impl RuleTestReport {
    fn add(&mut self, page: &StoredPage, before: &CleanedPage, after: &CleanedPage, totals: &mut BTreeMap<RuleId, RuleTotal>) {
        self.pages += 1;
        self.words_without += before.article.words as u64;
        count(after, totals);
        let (lost, gained) = differing(&lines(before), &lines(after));
        let words = |lines: &[String]| lines.iter().map(|line| count_words(line)).sum::<usize>();
        let moved = (words(&lost), words(&gained));
        let metadata = field_changes(&before.article.metadata, &after.article.metadata);
        if lost.is_empty() && gained.is_empty() && metadata.is_empty() {
            return;
        }
        self.changed += 1;
        self.words_lost += moved.0 as u64;
        self.words_gained += moved.1 as u64;
        let shown = |lines: Vec<String>| lines.into_iter().take(MAX_LINES).collect();
        self.changes.push(PageChange {
            id: page.id,
            title: page.title.clone(),
            words: (before.article.words, after.article.words),
            moved,
            lost: shown(lost),
            gained: shown(gained),
            metadata,
        });
        self.changes.sort_by_key(|change| (std::cmp::Reverse(change.moved.0 + change.moved.1), change.id));
        self.changes.truncate(MAX_CHANGES);
    }

    /// The share of words that are lost, 0 to 1.
    pub fn share_lost(&self) -> f64 {
        self.words_lost as f64 / self.words_without.max(1) as f64
    }
}

/// Counts what each rule did on a page.
fn count(after: &CleanedPage, totals: &mut BTreeMap<RuleId, RuleTotal>) {
    let mut dropped: BTreeMap<&RuleId, usize> = BTreeMap::new();
    for verdict in &after.labelled.verdicts {
        if let Verdict::Removed(removal) = verdict {
            *dropped.entry(&removal.rule).or_default() += 1;
        }
    }
    let selected = after.page.selected.iter().map(|selected| &selected.rule);
    for rule in selected {
        dropped.entry(rule).or_default();
    }
    for (rule, blocks) in dropped {
        if let Some(total) = totals.get_mut(rule) {
            total.pages += 1;
            total.dropped += blocks;
        }
    }
    let mut guarded: BTreeMap<&RuleId, &str> = BTreeMap::new();
    for spared in &after.labelled.spared {
        guarded.entry(&spared.rule).or_insert(&spared.why);
    }
    for (rule, why) in guarded {
        if let Some(total) = totals.get_mut(rule) {
            total.guarded += 1;
            total.why_guarded.get_or_insert_with(|| why.to_owned());
        }
    }
}

/// The kept lines of a page.
fn lines(cleaned: &CleanedPage) -> Vec<&str> {
    let kept = cleaned.labelled.kept().filter_map(|(index, _)| cleaned.page.blocks.get(index));
    kept.map(|block| block.text.as_str()).collect()
}

/// The lines that only one of two texts has, in their order; a line that one has more often counts as often.
fn differing(before: &[&str], after: &[&str]) -> (Vec<String>, Vec<String>) {
    (only_in(before, after), only_in(after, before))
}

fn only_in(lines: &[&str], others: &[&str]) -> Vec<String> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    others.iter().for_each(|line| *left.entry(line).or_default() += 1);
    let is_new = |line: &&&str| match left.get_mut(**line) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    lines.iter().filter(is_new).map(|line| (*line).to_owned()).collect()
}

/// Title, authors and date of publication where they differ.
fn field_changes(before: &Metadata, after: &Metadata) -> Vec<FieldChange> {
    let title = |metadata: &Metadata| metadata.title.as_ref().map(|found| found.value.clone());
    let authors = |metadata: &Metadata| metadata.authors.as_ref().map(|found| found.value.join(", "));
    let date = |metadata: &Metadata| metadata.published.as_ref().map(|found| found.value.day.to_string());
    let fields = [
        ("title", title(before), title(after)),
        ("authors", authors(before), authors(after)),
        ("published", date(before), date(after)),
    ];
    let differing = fields.into_iter().filter(|(_, without, with)| without != with);
    differing.map(|(field, without, with)| FieldChange { field, without, with }).collect()
}
