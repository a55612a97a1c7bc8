//! Hand-written pages of every kind get the right verdict. Tuned on one half of them, asserted on the other.

use std::collections::BTreeMap;

use gleaner_extract::document::Completeness;
use gleaner_extract::rules::RuleSet;

use crate::clean;
use crate::cut::Dice;
use crate::layouts::{Case, all};

/// For each half, how often pages of the first kind got the verdict of the second.
fn confusion() -> [BTreeMap<(&'static str, &'static str), usize>; 2] {
    let rules = RuleSet::embedded().unwrap();
    let mut halves = [BTreeMap::new(), BTreeMap::new()];
    for Case { name, kind, page } in all() {
        let held_out = Dice::of(&name).held_out();
        let cleaned = clean(page.into_bytes(), None, &rules).unwrap();
        let found = cleaned.article.completeness;
        assert_eq!(
            cleaned.article.evidence.is_empty(),
            found == Completeness::Complete,
            "{name}: every verdict but `complete` has evidence"
        );
        if found != kind && !held_out {
            eprintln!("{name}: {} {:?} {:?}", found.name(), cleaned.article.evidence, cleaned.article.text);
        }
        *halves[usize::from(held_out)].entry((kind.name(), found.name())).or_default() += 1;
    }
    halves
}

#[test]
fn pages_of_every_kind_get_the_right_verdict() {
    let halves = confusion();
    for kind in Completeness::ALL.iter().map(|kind| kind.name()) {
        let pages: usize = halves.iter().flatten().filter(|((is, _), _)| *is == kind).map(|(_, count)| count).sum();
        assert!(pages >= 25, "{kind}: {pages} pages");
        let [tuned, held_out] = [0, 1].map(|half: usize| {
            let count = |passes: &dyn Fn(&str, &str) -> bool| {
                halves[half].iter().filter(|((is, found), _)| passes(is, found)).map(|(_, count)| count).sum::<usize>() as f64
            };
            let right = count(&|is, found| is == kind && found == kind);
            (right / count(&|_, found| found == kind), right / count(&|is, _| is == kind))
        });
        eprintln!("{kind}: precision and recall {tuned:.3?} tuned, {held_out:.3?} held out");
        let precision = if matches!(kind, "truncated" | "blocked") { 0.97 } else { 0.90 };
        assert!(held_out.0 >= precision && held_out.1 >= 0.90, "{kind}: {held_out:?} on the held-out half");
    }
}

#[test]
fn entries_of_live_blogs_have_times_and_positions() {
    let rules = RuleSet::embedded().unwrap();
    let (mut entries, mut dropped) = (0, Vec::new());
    for Case { name, page, .. } in all().into_iter().filter(|case| case.kind == Completeness::Live) {
        let article = clean(page.into_bytes(), None, &rules).unwrap().article;
        // In a dump without markup, the last entry may be dropped with the lines below it.
        let dump = name.ends_with("dump");
        assert!((if dump { 4..=5 } else { 5..=5 }).contains(&article.entries.len()), "{name}: {:?}", article.entries);
        for entry in &article.entries {
            assert!(entry.at.is_some() != dump && entry.time.contains(':'), "{name}: {entry:?}");
            let paragraph = entry.paragraph.and_then(|at| article.text.split("\n\n").nth(at as usize));
            entries += 1;
            dropped.extend((paragraph.is_none() && !dump).then(|| format!("{name}: {entry:?}\n{}", article.text)));
        }
        let positions: Vec<_> = article.entries.iter().filter_map(|entry| entry.paragraph).collect();
        assert!(positions.is_sorted(), "{name}: {positions:?}");
    }
    assert!(dropped.len() * 50 <= entries, "{} of {entries} entries were dropped from the text: {dropped:?}", dropped.len());
}
