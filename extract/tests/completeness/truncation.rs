//! Truncated copies of pages with known text are distinguished from the pages themselves. Tuned on one half of the pages, asserted on the other.

use gleaner_extract::document::Completeness;
use gleaner_extract::rules::RuleSet;

use crate::clean;
use crate::cut::{Dice, cut};
use crate::sets::{KnownPage, read};

/// Counts of one half of the pages.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    cuts: usize,
    cuts_found: usize,
    complete: usize,
    complete_called_cut: usize,
}

impl Tally {
    fn precision(&self) -> f64 {
        self.cuts_found as f64 / (self.cuts_found + self.complete_called_cut).max(1) as f64
    }

    fn recall(&self) -> f64 {
        self.cuts_found as f64 / self.cuts.max(1) as f64
    }

    fn false_positive_rate(&self) -> f64 {
        self.complete_called_cut as f64 / self.complete.max(1) as f64
    }
}

fn is_article(page: &KnownPage) -> bool {
    page.page_type.as_deref().is_none_or(|page_type| page_type == "article")
}

/// The counts of the tuned half, then of the held-out half.
fn tally(set: &str, step: usize) -> [Tally; 2] {
    let rules = RuleSet::embedded().unwrap();
    let show = std::env::var_os("GLEANER_SHOW").is_some();
    let mut tallies = [Tally::default(); 2];
    for page in read(set).iter().filter(|page| is_article(page)).step_by(step) {
        let held_out = Dice::of(&page.id).held_out();
        let tally = &mut tallies[usize::from(held_out)];
        if let Some(cleaned) = clean(page.bytes.clone(), page.url.as_ref(), &rules) {
            tally.complete += 1;
            let called = cleaned.article.completeness;
            tally.complete_called_cut += usize::from(called == Completeness::Truncated);
            if show && !held_out && called != Completeness::Complete {
                eprintln!("COMPLETE {} {} {:?} {:#?}", set, page.id, called, cleaned.article.evidence);
            }
        }
        let Some(cleaned) = cut(page).and_then(|bytes| clean(bytes, page.url.as_ref(), &rules)) else { continue };
        tally.cuts += 1;
        let called = cleaned.article.completeness;
        tally.cuts_found += usize::from(called == Completeness::Truncated);
        if show && !held_out && called != Completeness::Truncated {
            let tail: String = cleaned.article.text.chars().rev().take(120).collect::<Vec<_>>().into_iter().rev().collect();
            let (words, evidence) = (cleaned.article.words, &cleaned.article.evidence);
            eprintln!("CUT {set} {} {called:?} {words} words {evidence:#?} …{tail:?}", page.id);
        }
    }
    tallies
}

fn assert_accuracy(set: &str, step: usize) {
    let [tuned, held_out] = tally(set, step);
    eprintln!("{set}: tuned on {tuned:?}, held out {held_out:?}");
    eprintln!("{set}: held out precision {:.3}, recall {:.3}", held_out.precision(), held_out.recall());
    assert!(held_out.cuts > 0, "no page of {set} could be cut");
    assert!(held_out.precision() >= 0.97 && held_out.recall() >= 0.90, "{held_out:?}");
    assert!(held_out.false_positive_rate() <= 0.01, "{held_out:?}");
}

/// One page in this many of the large sets is tested; all of them with `GLEANER_ALL=1`.
fn step() -> usize {
    if std::env::var_os("GLEANER_ALL").is_some() { 1 } else { 5 }
}

#[test]
#[ignore = "needs the shared data"]
fn shared_cuts_of_web_pages() {
    assert_accuracy("wcxb-dev", step());
}

#[test]
#[ignore = "needs the shared data"]
fn shared_cuts_of_news() {
    assert_accuracy("fundus-pub-a", 1);
}

#[test]
#[ignore = "needs the shared data"]
fn shared_cuts_of_dumps() {
    assert_accuracy("dump-wcxb-dev", step());
}

#[test]
#[ignore = "needs the shared data"]
fn shared_cuts_of_dumps_of_news() {
    assert_accuracy("dump-fundus-a", 1);
}
