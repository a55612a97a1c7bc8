//! Relations and clusters in sidecars and index follow from the set of documents, whatever the order and number of runs.

use std::collections::BTreeMap;

use gleaner::relate::RelationKind::{self, Exact, HasPreview, Near, PreviewOf};
use gleaner::store::{CorpusReader, Sidecar, Store, reindex, verify};

use crate::copy::copy;
use crate::support::*;

/// So many words that no other story has.
fn words(story: &str, from: usize, to: usize) -> String {
    (from..to).map(|n| format!("{story}{n} ")).collect()
}

/// Three versions of one story, a preview of it, a copy with other punctuation, and another story.
fn stories() -> Vec<Source> {
    let whole = words("mill", 0, 200);
    vec![
        source("raw/whole", "Whole", &whole),
        source("raw/edited", "Edited", &(words("mill", 0, 170) + &words("edit", 0, 20))),
        source("raw/grown", "Grown", &(whole.clone() + &words("grown", 0, 40))),
        source("raw/preview", "Preview", &words("mill", 0, 60)),
        source("raw/copy", "Copy", &words("mill", 0, 200).replace(' ', ", ")),
        source("raw/other", "Other", &words("other", 0, 150)),
    ]
}

fn sidecars(corpus: &Corpus) -> BTreeMap<String, Sidecar> {
    let reader = CorpusReader::open(&corpus.layout).unwrap();
    let documents = reader.documents().unwrap().map(|document| document.unwrap().sidecar);
    documents.map(|sidecar| (sidecar.source.0.clone(), sidecar)).collect()
}

/// Relations by the names of both documents.
fn relations(corpus: &Corpus) -> BTreeMap<(String, String), (RelationKind, f64, f64)> {
    let sidecars = sidecars(corpus);
    let names: BTreeMap<_, _> = sidecars.iter().map(|(name, sidecar)| (sidecar.id, name.clone())).collect();
    let all = sidecars.iter().flat_map(|(name, sidecar)| sidecar.relations.iter().map(move |relation| (name, relation)));
    all.map(|(name, relation)| ((name.clone(), names[&relation.id].clone()), (relation.kind, relation.here, relation.there)))
        .collect()
}

/// The canonical document of each, by name.
fn clusters(corpus: &Corpus) -> BTreeMap<String, Option<String>> {
    let sidecars = sidecars(corpus);
    let name = |id| sidecars.values().find(|sidecar| sidecar.id == id).map(|sidecar| sidecar.source.0.clone());
    sidecars.iter().map(|(of, sidecar)| (of.clone(), sidecar.cluster.and_then(name))).collect()
}

#[test]
fn relations_are_in_the_sidecars_of_both_documents() {
    let corpus = Corpus::new();
    corpus.run(&stories());
    let found = relations(&corpus);
    let of = |a: &str, b: &str| found.get(&(format!("raw/{a}"), format!("raw/{b}"))).map(|(kind, ..)| *kind);
    // One of the two documents with the same words has the relations of the text.
    let (text, copy) = if of("whole", "grown").is_some() { ("whole", "copy") } else { ("copy", "whole") };
    assert_eq!((of(text, copy), of(copy, text), of(copy, "grown")), (Some(Exact), Some(Exact), None));
    assert_eq!((of(text, "edited"), of("edited", text), of("edited", "grown")), (Some(Near), Some(Near), Some(Near)));
    assert_eq!((of("preview", text), of(text, "preview")), (Some(PreviewOf), Some(HasPreview)));
    assert_eq!(of("preview", "other"), None);
    let (_, here, there) = found[&("raw/preview".to_owned(), format!("raw/{text}"))];
    assert!(here == 1.0 && (0.28..0.30).contains(&there), "{here} {there}");
    let grown = Some("raw/grown".to_owned());
    let expected = ["copy", "edited", "grown", "whole"].map(|name| (format!("raw/{name}"), grown.clone()));
    let alone = ["other", "preview"].map(|name| (format!("raw/{name}"), None));
    assert_eq!(clusters(&corpus), expected.into_iter().chain(alone).collect());
    let status = CorpusReader::open(&corpus.layout).unwrap().status().unwrap();
    assert_eq!((status.clusters, status.clustered), (1, 4));
    assert_eq!(verify::run(&corpus.layout, None).unwrap(), []);
}

#[test]
fn the_order_and_number_of_runs_do_not_count() {
    let (one, many) = (Corpus::new(), Corpus::new());
    let mut sources = stories();
    one.run(&sources);
    sources.reverse();
    for number in 1..=sources.len() {
        many.run(&sources[..number]);
    }
    assert_eq!(relations(&many), relations(&one));
    assert_eq!(clusters(&many), clusters(&one));
    // Where the text of copies is does depend on the order; everything else in the index does not.
    assert_eq!(verify::run(&many.layout, None).unwrap(), []);
    let before = many.tree();
    many.run(&sources);
    assert_eq!(many.tree(), before);
}

#[test]
fn texts_that_change_or_go_lose_their_relations() {
    let corpus = Corpus::new();
    let mut sources = stories();
    corpus.run(&sources);
    sources[2].text = words("new", 0, 200);
    corpus.run(&sources);
    let without = Corpus::new();
    without.run(&sources);
    assert_eq!(relations(&corpus), relations(&without));
    assert_eq!(verify::run(&corpus.layout, None).unwrap(), []);

    let mut store = corpus.open();
    for name in ["raw/whole", "raw/copy", "raw/edited"] {
        let id = id_of(name, &store);
        assert!(store.forget(&id).unwrap());
    }
    store.close().unwrap();
    assert_eq!(relations(&corpus), BTreeMap::new());
    assert!(clusters(&corpus).values().all(Option::is_none));
    assert_eq!(verify::run(&corpus.layout, None).unwrap(), []);
}

#[test]
fn boilerplate_relates_nothing_once_enough_texts_have_it() {
    let report = |n: usize| {
        let parts = (0..6).map(|part| {
            words("fixed", part * 100, part * 100 + 20) + &words(&format!("report{n}x"), part * 100, part * 100 + 24)
        });
        source(&format!("raw/{n}"), &format!("Report {n}"), &parts.collect::<String>())
    };
    let corpus = Corpus::new();
    let mut sources: Vec<Source> = (0..5).map(report).collect();
    corpus.run(&sources);
    assert!(!relations(&corpus).is_empty(), "a few texts that share so much are related");
    sources.extend((5..14).map(report));
    corpus.run(&sources);
    assert_eq!(relations(&corpus), BTreeMap::new());
    assert_eq!(verify::run(&corpus.layout, None).unwrap(), []);
    let before = dump(&corpus.layout);
    reindex::run(&corpus.layout).unwrap();
    assert_eq!(dump(&corpus.layout), before);
}

#[test]
fn what_a_killed_run_did_not_settle_the_next_one_does() {
    let corpus = Corpus::new();
    let mut store = corpus.open();
    for source in &stories() {
        visit(&mut store, &corpus.layout, source);
    }
    // Never closed, and repaired by a command that only reads.
    drop(store);
    reindex::run(&corpus.layout).unwrap();
    assert_eq!(relations(&corpus), BTreeMap::new());
    corpus.run(&[]);
    let whole = Corpus::new();
    whole.run(&stories());
    assert_eq!(corpus.tree(), whole.tree());
}

/// A corpus that an earlier version of the program made of the same files.
fn made_by(version: &str) -> Corpus {
    let corpus = Corpus::new();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store");
    copy(&folder.join("version1/raw"), &corpus.layout.raw);
    copy(&folder.join(version).join("clean"), &corpus.layout.clean);
    std::fs::create_dir_all(&corpus.layout.state).unwrap();
    std::fs::copy(folder.join(version).join("index.db"), corpus.layout.state.join("index.db")).unwrap();
    corpus
}

#[test]
fn a_corpus_of_the_second_version_is_opened_as_it_is() {
    let corpus = made_by("version2");
    let before = sidecars(&corpus);
    assert!(before.values().all(|sidecar| sidecar.site_page.is_none() && sidecar.cluster.is_some()));
    let tree = corpus.tree();
    assert_eq!(Store::open(&corpus.layout).unwrap().close().unwrap(), 0);
    assert_eq!((corpus.tree(), verify::run(&corpus.layout, None).unwrap()), (tree, vec![]));
}

#[test]
fn a_corpus_of_the_first_version_is_opened_and_settled() {
    let corpus = made_by("version1");
    let before = sidecars(&corpus);
    assert_eq!(before.values().filter(|sidecar| sidecar.copy_of.is_some()).count(), 1);
    Store::open(&corpus.layout).unwrap().close().unwrap();
    let after = sidecars(&corpus);
    let kinds = |name: &str| after[name].relations.iter().map(|relation| relation.kind).collect::<Vec<_>>();
    assert_eq!(kinds("raw/mill-later.txt"), [Near]);
    let mut of_copies = [kinds("raw/mill.txt"), kinds("raw/mill-copy.txt")];
    of_copies.sort();
    assert_eq!(of_copies, [vec![Exact], vec![Exact, Near]]);
    assert!(after.values().all(|sidecar| sidecar.cluster == after.values().next().unwrap().cluster && sidecar.cluster.is_some()));
    assert_eq!(verify::run(&corpus.layout, None).unwrap(), []);
}
