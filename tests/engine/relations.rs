//! Relations and clusters of whole runs: the same in every order of the files, in one run or many.

use std::collections::BTreeSet;

use gleaner::commands::related::{OriginEvidence, related};
use gleaner::store::{CorpusReader, Layout, verify};
use serde_json::Value;

use crate::support::{Corpus, paragraphs};

/// Names and texts: two stories with copies, edited copies and previews, and two of their own.
fn files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for story in [1, 2] {
        let whole = paragraphs(story, 0..18);
        files.push(format!("LONDON (Reuters) - {whole}"));
        files.push(format!("{whole}\n\n{}", paragraphs(story + 10, 0..4)));
        files.push(whole.replace(", ", " – "));
        files.push(whole);
        files.push(paragraphs(story, 0..5));
    }
    files.extend([3, 4].map(|story| paragraphs(story, 0..15)));
    files
        .into_iter()
        .enumerate()
        .map(|(at, text)| (format!("story{at}.txt"), format!("What happened at the harbour, part {at}\n\n{text}\n")))
        .collect()
}

/// Relations and clusters, by id.
fn links(corpus: &Corpus) -> BTreeSet<String> {
    let of = |sidecar: &Value| format!("{} {} {}", sidecar["id"], sidecar["cluster"], sidecar["relations"]);
    corpus.sidecars().iter().map(of).collect()
}

#[test]
fn the_order_of_files_and_runs_changes_no_relation_and_no_cluster() {
    let files = files();
    let in_one = Corpus::new();
    files.iter().for_each(|(name, text)| in_one.write(&format!("raw/{name}"), text));
    in_one.clean();
    let expected = links(&in_one);
    assert_eq!(expected.len(), files.len());
    let kinds = |kind: &str| expected.iter().filter(|line| line.contains(&format!("\"type\":\"{kind}\""))).count();
    assert!(kinds("exact") == 4 && kinds("near") >= 4 && kinds("preview_of") == 2 && kinds("has_preview") >= 2, "{expected:#?}");
    assert!(verify::run(&Layout::at(&in_one.path("")), None).unwrap().is_empty());

    for (step, runs) in [(7, 1), (5, 4), (11, files.len())] {
        let corpus = Corpus::new();
        let order: Vec<usize> = (0..files.len()).map(|at| at * step % files.len()).collect();
        assert_eq!(order.iter().collect::<BTreeSet<_>>().len(), files.len());
        for batch in order.chunks(files.len().div_ceil(runs)) {
            // Files are cleaned in the order of their names.
            batch.iter().for_each(|at| corpus.write(&format!("raw/{:02}.txt", (at * step) % 97), &files[*at].1));
            corpus.clean();
        }
        assert_eq!(links(&corpus), expected, "step {step}, {runs} runs");
        assert!(verify::run(&Layout::at(&corpus.path("")), None).unwrap().is_empty());
    }
}

#[test]
fn related_names_the_cluster_and_the_agency_that_it_came_from() {
    let corpus = Corpus::new();
    files().iter().for_each(|(name, text)| corpus.write(&format!("raw/{name}"), text));
    corpus.clean();
    let layout = Layout::at(&corpus.path(""));
    let reader = CorpusReader::open(&layout).unwrap();
    let report = related(&reader, &reader.find("raw/story3.txt").unwrap().unwrap()).unwrap();
    let cluster = report.cluster.unwrap();
    assert_eq!((cluster.documents, cluster.members.len()), (4, 4));
    let origin = cluster.origin.unwrap();
    assert_eq!((origin.agency, origin.evidence), (Some("Reuters"), OriginEvidence::AgencyMark));
    let alone = related(&reader, &reader.find("raw/story10.txt").unwrap().unwrap()).unwrap();
    assert!(alone.cluster.is_none() && alone.relations.is_empty(), "{alone:?}");
}
