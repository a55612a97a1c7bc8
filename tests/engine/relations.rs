//! Relations and clusters of whole runs: the same in every order of the files, in one run or many.

use std::collections::BTreeSet;

use gleaner::commands::related::{OriginEvidence, related};
use gleaner::store::{CorpusReader, Layout, verify};
use serde_json::Value;

use crate::support::{Corpus, page, paragraphs};
use crate::web_archive::{Form, page_record, warc};

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

/// The origin of a story on three sites, of which the first declares this in its head. Pages are of the same day.
fn origin_where_the_first_declares(head: &str) -> Option<gleaner::commands::related::OriginReport> {
    let corpus = Corpus::new();
    let html = page(4, "Story");
    let first = html.replace("</head>", &format!("{head}</head>"));
    let pages = [("https://a.example/1", first), ("https://b.example/2", html.clone()), ("https://c.example/3", html)];
    let records: Vec<Vec<u8>> = pages.iter().map(|(url, html)| page_record(url, html)).collect();
    corpus.write("raw/pages.warc", warc(&records, Form::Plain).0);
    corpus.clean();
    let reader = CorpusReader::open(&Layout::at(&corpus.path(""))).unwrap();
    let report = related(&reader, &reader.find("https://a.example/1").unwrap().unwrap()).unwrap();
    let cluster = report.cluster.unwrap();
    assert_eq!(cluster.documents, 3);
    cluster.origin
}

#[test]
fn a_page_names_the_origin_that_it_is_based_on() {
    let based_on = |url: &str| {
        let json = format!(r#"{{"@context":"https://schema.org","@type":"NewsArticle","headline":"Story","isBasedOn":"{url}"}}"#);
        origin_where_the_first_declares(&format!(r#"<script type="application/ld+json">{json}</script>"#))
    };
    let id_of = |url: &str| gleaner_extract::document::DocumentId::of_url(&url.parse().unwrap());

    let origin = based_on("https://b.example/2").unwrap();
    assert_eq!((origin.evidence, origin.document, origin.url), (OriginEvidence::BasedOn, id_of("https://b.example/2"), None));
    // One that the corpus does not have is named by its URL, and the document that declares it.
    let origin = based_on("https://agency.example/9").unwrap();
    assert_eq!((origin.evidence, origin.document), (OriginEvidence::BasedOn, id_of("https://a.example/1")));
    assert_eq!(origin.url.as_deref(), Some("https://agency.example/9"));
    // The page itself and an earlier story of its own site are no origins.
    assert_eq!((based_on("https://a.example/1"), based_on("https://a.example/0")), (None, None));

    let canonical = |url: &str| origin_where_the_first_declares(&format!(r#"<link rel="canonical" href="{url}">"#));
    let origin = canonical("https://c.example/3").unwrap();
    assert_eq!(
        (origin.evidence, origin.document, origin.url),
        (OriginEvidence::CanonicalUrl, id_of("https://c.example/3"), None)
    );
    let origin = canonical("https://agency.example/9").unwrap();
    assert_eq!((origin.evidence, origin.url.as_deref()), (OriginEvidence::CanonicalUrl, Some("https://agency.example/9")));
    assert_eq!(canonical("https://www.a.example/1?from=feed"), None);
}
