//! What recurs on a site: counted by one run, removed by the next, and all at once by `clean --all`.

use gleaner::commands::clean::CleanOptions;
use gleaner::commands::explain::{BlockVerdict, ExplainTarget, explain};
use gleaner::commands::forget::{self, ForgetSelection};
use gleaner::engine::Silent;
use gleaner::engine::options::{Again, Diff, Mode};
use gleaner::store::{reindex, verify};

use crate::support::{Corpus, counts, paragraphs};

/// A notice in words that no rule knows, in the middle of each story.
const NOTICE: &str =
    "Velaru mosken drifta ombalo krenit wesolta. Harunda pelik osmotra vintu kalmer dosu, brenta folim askar tovelu.";

/// The refrain of a series, in every fourth story.
const REFRAIN: &str = "So ended another day in the valley, and the lamps along the river went out one after the other.";

/// A page of a site: its story with the notice, with a line that has another number on each page, and perhaps with the refrain.
fn page(number: usize) -> String {
    let story: Vec<String> = paragraphs(number, 0..12).split("\n\n").map(|text| format!("<p>{text}</p>\n")).collect();
    let (first, last) = story.split_at(2);
    let refrain = if number.is_multiple_of(4) { format!("<p>{REFRAIN}</p>\n") } else { String::new() };
    format!(
        "<!doctype html><html lang=\"en\"><head><title>Report {number} from the valley</title>\
         <link rel=\"canonical\" href=\"https://valley.example/{number}\">\
         <meta property=\"article:published_time\" content=\"2024-03-{:02}T08:00:00Z\"></head><body><main><article>\
         <h1>Report {number} from the valley</h1>\n{}<p>{NOTICE}</p>\n{refrain}{}<p>Torvela masku {} brindo olme setaru venik.</p>\n\
         </article></main></body></html>",
        number % 28 + 1,
        first.concat(),
        last.concat(),
        number * 731,
    )
}

fn write(corpus: &Corpus, numbers: impl IntoIterator<Item = usize>) {
    for number in numbers {
        corpus.write(&format!("raw/{number:02}.html"), page(number));
    }
}

fn all() -> CleanOptions {
    CleanOptions { again: Again::All, ..CleanOptions::default() }
}

fn with(corpus: &Corpus, words: &str) -> usize {
    corpus.texts().iter().filter(|text| text.contains(words)).count()
}

#[test]
fn what_recurs_is_removed_from_the_next_run_on_and_from_everything_by_cleaning_all() {
    let corpus = Corpus::new();
    write(&corpus, 0..12);
    let report = corpus.clean();
    assert_eq!((with(&corpus, NOTICE), with(&corpus, "Torvela"), with(&corpus, REFRAIN)), (12, 12, 3), "nothing was known");
    assert_eq!(report.outdated, 12);

    write(&corpus, 12..13);
    let report = corpus.clean();
    assert_eq!((report.new, report.unchanged, report.outdated), (1, 12, 12));
    assert_eq!((with(&corpus, NOTICE), with(&corpus, "Torvela"), with(&corpus, REFRAIN)), (12, 12, 4));

    let (report, _) = corpus.clean_with(&all());
    assert_eq!((report.updated, report.unchanged, report.outdated), (12, 1, 0), "{report:?}");
    assert_eq!((with(&corpus, NOTICE), with(&corpus, "Torvela"), with(&corpus, REFRAIN)), (0, 0, 4));
    assert_eq!(verify::run(&corpus.setup().layout, None).unwrap(), []);

    let tree = corpus.tree();
    assert_eq!(counts(&corpus.clean_with(&all()).0), [0, 0, 13, 0, 0, 0]);
    assert_eq!(corpus.tree(), tree, "cleaning all again changes nothing");
    let reindexed = reindex::run(&corpus.setup().layout).unwrap();
    assert_eq!((reindexed.documents, verify::run(&corpus.setup().layout, None).unwrap()), (13, vec![]));
}

#[test]
fn cleaning_all_gives_what_one_run_over_everything_gives() {
    let at_once = Corpus::new();
    write(&at_once, 0..14);
    at_once.clean_with(&all());
    assert_eq!((with(&at_once, NOTICE), with(&at_once, REFRAIN)), (0, 4));
    let bit_by_bit = Corpus::new();
    for numbers in [9..14, 0..4, 4..9] {
        write(&bit_by_bit, numbers);
        bit_by_bit.clean();
    }
    bit_by_bit.clean_with(&all());
    // What was there before is a version of the document, and no part of the comparison.
    let present =
        |corpus: &Corpus| -> Vec<_> { corpus.tree().into_iter().filter(|(path, _)| !path.contains(".versions")).collect() };
    assert_eq!(present(&at_once), present(&bit_by_bit));
}

#[test]
fn a_dry_run_says_what_cleaning_all_would_do_and_writes_nothing() {
    let corpus = Corpus::new();
    write(&corpus, 0..8);
    corpus.clean();
    let tree = corpus.tree();
    let (report, _) = corpus.clean_with(&CleanOptions { mode: Mode::DryRun, ..all() });
    assert_eq!((report.updated, corpus.tree() == tree), (8, true));
}

#[test]
fn the_removal_is_explained() {
    let corpus = Corpus::new();
    write(&corpus, 0..8);
    corpus.clean_with(&all());
    let explanation = explain(&corpus.setup(), &ExplainTarget::File(corpus.path("raw/03.html"))).unwrap();
    let notice = explanation.blocks.iter().find(|block| block.text == NOTICE).unwrap();
    let BlockVerdict::Removed { rule, why, .. } = &notice.verdict else { panic!("{notice:?}") };
    assert_eq!((rule.0.as_str(), why.as_str()), ("site.recurring", "it is in 8 of 8 documents of this site"));
    let sidecar = &corpus.sidecars()[0];
    assert_eq!(sidecar["removals"]["other"]["rules"]["site.recurring"], 2);
    assert_eq!(sidecar["site_page"]["site"], "valley.example");
}

#[test]
fn lines_of_a_few_pages_or_days_and_of_copies_stay() {
    let few = Corpus::new();
    write(&few, 0..4);
    few.clean_with(&all());
    assert_eq!(with(&few, NOTICE), 4, "four pages are too few");

    let one_day = Corpus::new();
    for number in 0..8 {
        one_day.write(&format!("raw/{number}.html"), page(number).replace(&format!("2024-03-{:02}", number + 1), "2024-03-01"));
    }
    one_day.clean_with(&all());
    assert_eq!(with(&one_day, NOTICE), 8, "they may be of one event");

    let copies = Corpus::new();
    for number in 0..8 {
        let copy = page(2).replace("valley.example/2", &format!("valley.example/2?page={number}"));
        copies.write(&format!("raw/{number}.html"), copy.replace("2024-03-03", &format!("2024-03-1{number}")));
    }
    copies.clean_with(&all());
    assert_eq!(with(&copies, NOTICE), 1, "copies of one story, of which one text is kept");
}

#[test]
fn forgotten_documents_are_no_longer_counted() {
    let corpus = Corpus::new();
    write(&corpus, 0..6);
    corpus.clean();
    let outdated = |corpus: &Corpus| corpus.clean().outdated;
    assert_eq!(outdated(&corpus), 6);
    for number in 0..2 {
        std::fs::remove_file(corpus.path(&format!("raw/{number:02}.html"))).unwrap();
    }
    let missing = forget::select(&corpus.setup(), &ForgetSelection::Missing).unwrap();
    let report = forget::forget(&corpus.setup(), &missing.ids, Mode::Write, &Silent).unwrap();
    assert_eq!((report.forgotten, report.outdated), (2, 0));
    assert_eq!(outdated(&corpus), 0, "four pages are too few");
}

#[test]
fn what_recurs_is_reported_apart_and_is_no_loss() {
    let corpus = Corpus::new();
    write(&corpus, 0..8);
    corpus.clean();
    let (report, _) = corpus.clean_with(&CleanOptions { diff: Diff::Unified, ..all() });
    let reclean = report.reclean.unwrap();
    assert_eq!((reclean.changed, reclean.lost, reclean.gained), (8, 0, 0));
    let words = gleaner_extract::base::text::count_words;
    assert_eq!(reclean.recurring, 8 * (words(NOTICE) + words("Torvela masku 1 brindo olme setaru venik.")) as u64);
    assert_eq!(reclean.sites[0].site, "valley.example");
}
