//! The relations of edited copies are found in every script and class, nothing else is related, and the order of arrival changes nothing.
//!
//! On the project's own texts, and on invented ones where a script has too few. `--bin relate` measures the same on other texts.

use gleaner_bench::copies::find::{found, relations};
use gleaner_bench::copies::{Class, Copies, Random, Score, Script, written_texts};

/// Texts of each script of which copies are made: enough to notice what breaks, few enough for an unoptimised build.
const ORIGINALS: usize = 6;

#[test]
fn edited_copies_are_related_in_any_order_and_nothing_else_is() {
    let copies = Copies::make(written_texts().unwrap(), 15, ORIGINALS);
    let texts: Vec<&str> = copies.texts.iter().map(|text| text.text.as_str()).collect();
    assert!(texts.len() > 1_500, "{}", texts.len());
    let order: Vec<usize> = (0..texts.len()).collect();
    let all = relations(&texts, &order, 1);
    let score = Score::new(&copies, &found(&all, texts.len()));
    assert!(score.recall_of(|_, _| true) >= 0.995);
    for script in Script::ALL {
        assert!(score.recall_of(|_, s| s == *script) >= 0.95, "{script:?}");
    }
    for class in Class::ALL {
        assert!(score.recall_of(|c, _| c == *class) >= 0.95, "{class:?}");
    }
    assert!(score.precision() >= 0.995, "{:?}", score.wrong);
    assert!(score.cluster_f1() >= 0.99, "{:?}", score.clusters);

    let mut other_order = order;
    Random::new(7).shuffle(&mut other_order);
    assert!(relations(&texts, &other_order, 4) == all, "several runs in another order find other relations");
}

#[test]
fn the_same_seed_gives_the_same_copies() {
    let made = |seed| Copies::make(Vec::new(), seed, 2).texts.into_iter().map(|text| text.text).collect::<Vec<_>>();
    assert!(made(3) == made(3) && made(3) != made(4));
}
