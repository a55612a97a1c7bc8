//! What recurs on generated sites is removed in every script, from pages and from dumps, and nothing of their stories is lost by it.
//!
//! On the project's own texts, and on invented ones where a script has too few. `--bin sites` measures the same on other texts.

use gleaner_bench::copies::{Random, Script, written_texts};
use gleaner_bench::sites::Site;
use gleaner_bench::sites::measure::Score;
use gleaner_extract::rules::RuleSet;

#[test]
fn boilerplate_is_removed_and_stories_stay_whole() {
    let (rules, mut random) = (RuleSet::embedded().unwrap(), Random::new(3));
    let mut texts = written_texts().unwrap();
    let (mut without, mut with) = (Score::default(), Score::default());
    // Three scripts as pages, and three as dumps.
    for number in [0, 3, 7, 11, 15, 19] {
        let script = Script::ALL[number % Script::ALL.len()];
        let (fitting, others): (Vec<_>, Vec<_>) = texts.into_iter().partition(|text| Script::of(text) == Some(script));
        texts = others;
        let site = Site::make(number, script, &mut fitting.into_iter(), &mut random);
        Score::add(&mut without, &mut with, &site, &rules);
    }
    assert!(without.boilerplate.share() > 0.7, "no rule knows it: {without}");
    assert!(with.boilerplate.share() < 0.05, "{with}");
    assert!(with.body.kept * 1000 >= without.body.kept * 999, "{without}\n{with}");
    assert!(with.own.kept * 100 >= without.own.kept * 97, "{without}\n{with}");
}
