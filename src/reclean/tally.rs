//! Adds up changes by site. Memory is bounded: beyond [`MAX_SITES`] sites, the others are added up as one.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use gleaner_extract::document::DocumentId;

use super::change::WordChange;
use super::judge::{Judged, judge};
use super::largest::Largest;
use super::report::{RecleanReport, SiteChange};

/// Most sites that are told apart: with the largest changes of each, they take less than 20 MB.
const MAX_SITES: usize = 10_000;

/// What the sites beyond that are added up as.
const OTHER_SITES: &str = "(other sites)";

/// Most sites in a report.
const MAX_LISTED: usize = 1_000;

/// A document that was cleaned again from the page that it was cleaned from before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recleaned {
    /// The document.
    pub id: DocumentId,
    /// What it is known by.
    pub source: String,
    /// Its site.
    pub site: String,
    /// Words of the text that it has.
    pub words: u64,
    /// What becomes of them.
    pub change: WordChange,
    /// Whether the text is another one, if only in its spelling.
    pub is_changed: bool,
    /// Whether another cleaner made the text that it has: only then can the change be the cleaner's doing.
    pub by_other_cleaner: bool,
}

/// Changes by site.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    sites: BTreeMap<String, SiteTally>,
}

#[derive(Clone, Debug, Default)]
struct SiteTally {
    documents: u64,
    changed: u64,
    words: u64,
    change: WordChange,
    judged: Judged,
    largest: Largest,
}

impl Tally {
    /// Counts a document.
    pub fn add(&mut self, document: &Recleaned) {
        let is_known = self.sites.contains_key(&document.site) || self.sites.len() < MAX_SITES;
        let name = if is_known { &document.site } else { OTHER_SITES };
        match self.sites.get_mut(name) {
            Some(site) => site.add(document),
            None => self.sites.entry(name.to_owned()).or_default().add(document),
        }
    }

    /// The sums, and what is more than `max_loss_percent` allows.
    pub fn report(self, max_loss_percent: u32) -> RecleanReport {
        let judged = self.sites.iter().map(|(name, site)| (name.as_str(), site.judged));
        let excess = judge(judged, max_loss_percent);
        let mut report = RecleanReport { max_loss_percent, excess, ..RecleanReport::default() };
        for site in self.sites.values() {
            report.documents += site.documents;
            report.changed += site.changed;
            report.words += site.words;
            report.lost += site.change.lost;
            report.gained += site.change.gained;
            report.recurring += site.change.recurring;
        }
        let mut changed: Vec<(String, SiteTally)> = self.sites.into_iter().filter(|(_, site)| site.changed > 0).collect();
        changed.sort_by(|(a, one), (b, two)| {
            let key = |site: &SiteTally| Reverse((site.change.lost, site.change.size()));
            key(one).cmp(&key(two)).then_with(|| a.cmp(b))
        });
        report.more_sites = changed.len().saturating_sub(MAX_LISTED) as u64;
        report.sites = changed.into_iter().take(MAX_LISTED).map(|(site, tally)| tally.listed(site)).collect();
        report
    }
}

impl SiteTally {
    fn add(&mut self, document: &Recleaned) {
        let change = document.change;
        self.documents += 1;
        self.words += document.words;
        self.change.lost += change.lost;
        self.change.gained += change.gained;
        self.change.recurring += change.recurring;
        if document.by_other_cleaner {
            self.judged.documents += 1;
            self.judged.words += document.words;
            self.judged.lost += change.lost;
        }
        if document.is_changed {
            self.changed += 1;
            self.largest.add(document.id, &document.source, change);
        }
    }

    fn listed(self, site: String) -> SiteChange {
        let Self { documents, changed, words, change, largest, .. } = self;
        let WordChange { lost, gained, recurring } = change;
        SiteChange { site, documents, changed, words, lost, gained, recurring, largest: largest.into_sorted() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gleaner_extract::base::hash::ContentHash;

    fn document(site: &str, number: u64, lost: u64, by_other_cleaner: bool) -> Recleaned {
        let source = format!("{site}/{number}");
        Recleaned {
            id: DocumentId(ContentHash::of(&source)),
            source,
            site: site.to_owned(),
            words: 300,
            change: WordChange { lost, gained: 1, recurring: 2 },
            is_changed: lost > 0,
            by_other_cleaner,
        }
    }

    #[test]
    fn sites_are_listed_by_loss_with_their_largest_changes() {
        let mut tally = Tally::default();
        for number in 0..20 {
            tally.add(&document("b.example", number, number, true));
            tally.add(&document("a.example", number, 40, true));
        }
        tally.add(&document("c.example", 0, 0, true));
        let report = tally.report(3);
        let sites: Vec<(&str, u64, u64)> =
            report.sites.iter().map(|site| (site.site.as_str(), site.changed, site.lost)).collect();
        assert_eq!(sites, [("a.example", 20, 800), ("b.example", 19, 190)]);
        assert_eq!((report.documents, report.changed, report.lost, report.recurring), (41, 39, 990, 82));
        assert_eq!(
            report.sites[1].largest.iter().map(|change| change.lost).collect::<Vec<_>>(),
            (10..20).rev().collect::<Vec<_>>()
        );
        assert_eq!(report.excess.iter().map(|excess| excess.lost).collect::<Vec<_>>(), [800, 190]);
    }

    #[test]
    fn what_the_same_cleaner_makes_of_a_page_is_shown_and_not_judged() {
        let mut tally = Tally::default();
        (0..20).for_each(|number| tally.add(&document("a.example", number, 200, false)));
        let report = tally.report(3);
        assert_eq!((report.lost, report.excess.len()), (4_000, 0));
    }

    #[test]
    fn beyond_the_limit_sites_are_added_up_as_one() {
        let mut tally = Tally::default();
        for number in 0..MAX_SITES as u64 + 50 {
            tally.add(&document(&format!("site{number}.example"), 0, 100, true));
        }
        assert_eq!(tally.sites.len(), MAX_SITES + 1);
        let report = tally.report(3);
        assert_eq!((report.documents, report.sites.len()), (MAX_SITES as u64 + 50, MAX_LISTED));
        assert_eq!(report.sites[0].site, OTHER_SITES);
        assert_eq!(report.more_sites, MAX_SITES as u64 + 1 - MAX_LISTED as u64);
    }
}
