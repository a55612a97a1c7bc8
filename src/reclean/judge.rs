//! Whether cleaning again loses more words than it may.
//!
//! A share means little for a site of a few documents: one line of boilerplate is a tenth of one short page. Sites of fewer than five documents are
//! therefore judged together, as if they were one. One of them that loses more than half of its words is named all the same. A loss below a hundred
//! words passes.

use serde::Serialize;

/// Sites with fewer documents that are cleaned again are judged together.
const FEW_DOCUMENTS: u64 = 5;

/// A smaller loss passes.
const MIN_LOST_WORDS: u64 = 100;

/// A small site that loses more than this share of its words, in percent, is named by itself.
const GUTTED_PERCENT: u32 = 50;

/// From this share on, in percent, nothing is too much.
const NO_LIMIT: u32 = 100;

/// A site that would lose more words than it may.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Excess {
    /// The site; `None` for the sites of a few documents together.
    pub site: Option<String>,
    /// How many sites it stands for.
    pub sites: u64,
    /// Words of the documents that another cleaner cleans again.
    pub words: u64,
    /// Words of them that go.
    pub lost: u64,
    /// Their share, in percent, to one decimal place.
    pub lost_percent: f64,
}

/// What counts of a site: documents whose page is the same and whose cleaner is another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Judged {
    pub documents: u64,
    pub words: u64,
    pub lost: u64,
}

impl Judged {
    fn exceeds(&self, percent: u32) -> bool {
        self.lost >= MIN_LOST_WORDS && self.lost.saturating_mul(100) > self.words.saturating_mul(u64::from(percent))
    }

    fn excess(&self, site: Option<&str>, sites: u64) -> Excess {
        let percent = self.lost as f64 * 100.0 / self.words.max(1) as f64;
        let lost_percent = (percent * 10.0).round() / 10.0;
        Excess { site: site.map(str::to_owned), sites, words: self.words, lost: self.lost, lost_percent }
    }
}

/// What loses more than `max_percent`, in the order of the sites; the small sites come last.
pub(super) fn judge<'a>(sites: impl Iterator<Item = (&'a str, Judged)>, max_percent: u32) -> Vec<Excess> {
    let mut found = Vec::new();
    if max_percent >= NO_LIMIT {
        return found;
    }
    let (mut small, mut few, mut name) = (Judged::default(), 0, None);
    for (site, judged) in sites.filter(|(_, judged)| judged.documents > 0) {
        let is_small = judged.documents < FEW_DOCUMENTS;
        if judged.exceeds(if is_small { max_percent.max(GUTTED_PERCENT) } else { max_percent }) {
            found.push(judged.excess(Some(site), 1));
        } else if is_small {
            small.documents += judged.documents;
            small.words += judged.words;
            small.lost += judged.lost;
            few += 1;
            name = Some(site);
        }
    }
    if small.exceeds(max_percent) {
        found.push(small.excess(name.filter(|_| few == 1), few));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(sites: &[(&'static str, u64, u64, u64)], max_percent: u32) -> Vec<(Option<String>, u64)> {
        let judged = |&(site, documents, words, lost)| (site, Judged { documents, words, lost });
        let found = judge(sites.iter().map(judged), max_percent).into_iter();
        found.map(|excess| (excess.site, excess.lost)).collect()
    }

    fn one(site: &str, lost: u64) -> Vec<(Option<String>, u64)> {
        vec![(Some(site.to_owned()), lost)]
    }

    #[test]
    fn a_site_that_loses_more_than_its_share_is_named() {
        assert_eq!(named(&[("a", 50, 20_000, 600), ("b", 50, 20_000, 601)], 3), one("b", 601));
        assert_eq!(named(&[("a", 50, 20_000, 600)], 2), one("a", 600));
        assert_eq!(named(&[("a", 50, 20_000, 20_000)], 100), []);
    }

    #[test]
    fn little_is_no_loss() {
        assert_eq!(named(&[("a", 5, 1_000, 99), ("b", 1, 40, 30)], 3), []);
        assert_eq!(named(&[("a", 5, 1_000, 100)], 3), one("a", 100));
        assert_eq!(named(&[("a", 5, 1_000, 99)], 0), []);
    }

    #[test]
    fn sites_of_a_few_documents_are_judged_together() {
        // A line of thirty words, newly removed from one page of four hundred words at each of a hundred sites: 7.5 % of each.
        let names: Vec<String> = (0..100).map(|n| format!("site{n}")).collect();
        let sites: Vec<(&str, Judged)> =
            names.iter().map(|name| (name.as_str(), Judged { documents: 1, words: 400, lost: 30 })).collect();
        let found = judge(sites.iter().copied(), 3);
        assert_eq!((found.len(), found[0].sites, &found[0].site, found[0].lost_percent), (1, 100, &None, 7.5));
        assert_eq!(judge(sites.iter().copied(), 8), []);
        // The same at three of them.
        let few = sites.iter().map(|(site, judged)| match site.len() {
            5 if *site < "site3" => (*site, *judged),
            _ => (*site, Judged { lost: 0, ..*judged }),
        });
        assert_eq!(judge(few, 3), []);
    }

    #[test]
    fn a_small_site_that_is_gutted_is_named_by_itself() {
        let rest = ("rest", 1_000, 400_000, 0);
        assert_eq!(named(&[rest, ("a", 1, 400, 380)], 3), one("a", 380));
        assert_eq!(named(&[rest, ("a", 1, 400, 180)], 3), one("a", 180), "the only small site");
        assert_eq!(named(&[rest, ("a", 1, 400, 180), ("b", 4, 9_000, 20)], 3), []);
    }
}
