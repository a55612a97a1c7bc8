//! Documents by filter.

use gleaner::search::{FacetKind, Filter, Order};
use gleaner::store::listed::ListedDocument;
use gleaner::store::{CorpusReader, Layout, RawRef, SourceKey, Store, reindex, verify};
use gleaner_extract::document::metadata::PageDate;
use gleaner_extract::document::{Completeness, DocumentId, Found};

use crate::support::*;

/// An article of a site.
struct Story {
    site: &'static str,
    name: &'static str,
    date: Option<(&'static str, Option<&'static str>)>,
    authors: &'static [&'static str],
    tags: &'static [&'static str],
    language: &'static str,
    completeness: Completeness,
    text: &'static str,
}

const STORY: Story = Story {
    site: "news.example.com",
    name: "one",
    date: Some(("2024-03-05", None)),
    authors: &[],
    tags: &[],
    language: "en",
    completeness: Completeness::Complete,
    text: "The ferry left on time.",
};

fn put(store: &mut Store, layout: &Layout, story: &Story) -> DocumentId {
    let key = format!("https://{}/{}", story.site, story.name);
    let input = source(&key, story.name, story.text);
    let raw = body(layout, &input);
    let id = store.identify(&SourceKey(key), &raw).unwrap();
    let reference = store.keep_raw(&raw).unwrap();
    let mut new = document(id, &input, &raw, RawRef { ..reference });
    let metadata = &mut new.article.metadata;
    let names = |names: &[&str]| Some(Found::new(names.iter().map(|name| (*name).to_owned()).collect(), "markup:byline"));
    metadata.authors = names(story.authors);
    metadata.tags = names(story.tags);
    metadata.language = Some(Found::new(story.language.to_owned(), "text"));
    metadata.site = Some(Found::new("The Harbour Gazette".to_owned(), "markup:site"));
    metadata.published = story.date.map(|(day, time)| {
        Found::new(PageDate { day: day.parse().unwrap(), instant: time.map(|time| time.parse().unwrap()) }, "markup:time")
    });
    new.article.completeness = story.completeness;
    store.put(&new).unwrap();
    id
}

fn stories() -> Vec<Story> {
    vec![
        Story { authors: &["José Núñez", "Ann Lee"], tags: &["Ferries"], ..STORY },
        Story { name: "two", date: Some(("2024-03-05", Some("2024-03-05T09:00:00Z"))), text: "A second ferry sank.", ..STORY },
        Story { name: "three", date: Some(("2024-03-05", Some("2024-03-05T18:30:00Z"))), text: "A third was sold.", ..STORY },
        Story { name: "four", date: None, completeness: Completeness::Truncated, text: "No date at all is known.", ..STORY },
        Story {
            site: "zeitung.example.org",
            name: "fünf",
            date: Some(("2024-02-28", None)),
            language: "de-AT",
            tags: &["ferries", "Fähren"],
            text: "Eine Fähre sank im Hafen.",
            ..STORY
        },
        Story {
            site: "zeitung.example.org",
            name: "six",
            date: Some(("2025-01-01", None)),
            text: "The ferry left on time!",
            ..STORY
        },
    ]
}

fn corpus() -> Corpus {
    let corpus = Corpus::new();
    let mut store = corpus.open();
    for story in &stories() {
        put(&mut store, &corpus.layout, story);
    }
    store.close().unwrap();
    corpus
}

fn names(layout: &Layout, filter: &Filter, order: Order) -> Vec<String> {
    let reader = CorpusReader::open(layout).unwrap();
    let found: Vec<ListedDocument> = reader.select(filter, order).map(Result::unwrap).collect();
    assert_eq!(reader.count(filter).unwrap(), found.len() as u64);
    found.into_iter().map(|document| document.title.unwrap()).collect()
}

fn strings(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

#[test]
fn documents_are_in_the_order_of_publication_or_of_their_names() {
    let corpus = corpus();
    let all = Filter::default();
    assert_eq!(names(&corpus.layout, &all, Order::Newest), ["six", "three", "two", "one", "fünf", "four"]);
    let by_name = names(&corpus.layout, &all, Order::Name);
    assert_eq!((by_name[0].as_str(), by_name[5].as_str()), ("fünf", "four"));
}

#[test]
fn every_condition_of_a_filter_holds() {
    let corpus = corpus();
    let day = |day: &str| Some(day.parse().unwrap());
    let cases: Vec<(Filter, &[&str])> = vec![
        (Filter { since: day("2024-03-05"), ..Filter::default() }, &["six", "three", "two", "one"]),
        (Filter { until: day("2024-03-05"), ..Filter::default() }, &["three", "two", "one", "fünf"]),
        (Filter { since: day("2024-03-05"), until: day("2024-03-05"), ..Filter::default() }, &["three", "two", "one"]),
        (Filter { sites: strings(&["www.Zeitung.example.org"]), ..Filter::default() }, &["six", "fünf"]),
        (
            Filter { sites: strings(&["https://example.com/x", "none.example"]), ..Filter::default() },
            &["three", "two", "one", "four"],
        ),
        (
            Filter { sites: strings(&["the harbour gazette"]), ..Filter::default() },
            &["six", "three", "two", "one", "fünf", "four"],
        ),
        (Filter { authors: strings(&["JOSE NUNEZ"]), ..Filter::default() }, &["one"]),
        (Filter { authors: strings(&["nobody"]), ..Filter::default() }, &[]),
        (Filter { tags: strings(&["ferries"]), ..Filter::default() }, &["one", "fünf"]),
        (Filter { tags: strings(&["fahren"]), languages: strings(&["de"]), ..Filter::default() }, &["fünf"]),
        (Filter { languages: strings(&["de-AT", "fr"]), ..Filter::default() }, &["fünf"]),
        (Filter { languages: strings(&["d"]), ..Filter::default() }, &[]),
        (Filter { completeness: vec![Completeness::Truncated], ..Filter::default() }, &["four"]),
        (Filter { canonical_only: true, ..Filter::default() }, &["three", "two", "one", "fünf", "four"]),
        (Filter { ids: Some(Vec::new()), ..Filter::default() }, &[]),
    ];
    for (filter, expected) in cases {
        assert_eq!(names(&corpus.layout, &filter, Order::Newest), expected, "{filter:?}");
    }
}

#[test]
fn a_document_is_listed_with_what_its_sidecar_says() {
    let corpus = corpus();
    let reader = CorpusReader::open(&corpus.layout).unwrap();
    let filter = Filter { authors: strings(&["Ann Lee"]), ..Filter::default() };
    let listed = reader.select(&filter, Order::Name).next().unwrap().unwrap();
    assert_eq!(listed.authors, ["José Núñez", "Ann Lee"]);
    assert_eq!((listed.site.as_deref(), listed.outlet.as_deref()), (Some("example.com"), Some("The Harbour Gazette")));
    assert_eq!(listed.url.as_deref(), Some("https://news.example.com/one"));
    assert!(listed.file_stem().starts_with("2024-03-05_news-example_one_") || listed.file_stem().starts_with("2024-03-05_"));
    let (stored, text) = reader.read_listed(&listed).unwrap();
    assert_eq!((stored.sidecar.id, text.as_deref()), (listed.id, Some(STORY.text)));
    let ids = Filter { ids: Some(vec![listed.id, DocumentId("ab".repeat(32).parse().unwrap())]), ..Filter::default() };
    assert_eq!(reader.select(&ids, Order::Newest).count(), 1);
}

#[test]
fn long_lists_are_read_in_batches() {
    let corpus = Corpus::new();
    let mut store = corpus.open();
    for number in 0..1_203 {
        let story = source(&format!("raw/{number}.txt"), &format!("Story {number}"), &format!("Text number {number}."));
        visit(&mut store, &corpus.layout, &story);
    }
    store.close().unwrap();
    let reader = CorpusReader::open(&corpus.layout).unwrap();
    for order in [Order::Newest, Order::Name] {
        let mut ids: Vec<DocumentId> = reader.select(&Filter::default(), order).map(|document| document.unwrap().id).collect();
        assert_eq!(ids.len(), 1_203);
        ids.sort_by_key(ToString::to_string);
        ids.dedup();
        assert_eq!(ids.len(), 1_203);
    }
}

#[test]
fn a_rebuilt_index_lists_the_same() {
    let corpus = corpus();
    let all = Filter::default();
    let before = [Order::Newest, Order::Name].map(|order| names(&corpus.layout, &all, order));
    assert_eq!(verify::run(&corpus.layout, None).unwrap(), []);
    reindex::run(&corpus.layout).unwrap();
    assert_eq!([Order::Newest, Order::Name].map(|order| names(&corpus.layout, &all, order)), before);
    assert_eq!(names(&corpus.layout, &Filter { canonical_only: true, ..all }, Order::Newest).len(), 5);
}

#[test]
fn an_index_of_the_version_before_is_rebuilt() {
    let corpus = corpus();
    let index = corpus.layout.state.join("index.db");
    let db = rusqlite::Connection::open(&index).unwrap();
    db.execute_batch("DROP TABLE attributes; DROP TABLE labels; DROP TABLE names; PRAGMA user_version = 7").unwrap();
    drop(db);
    assert_eq!(names(&corpus.layout, &Filter::default(), Order::Newest).len(), 6);
    Store::open(&corpus.layout).unwrap().close().unwrap();
    assert_eq!(verify::run(&corpus.layout, None).unwrap(), []);
    assert_eq!(names(&corpus.layout, &Filter::default(), Order::Newest).len(), 6);
}

#[test]
fn facets_merge_names_that_differ_in_case() {
    let corpus = corpus();
    let reader = CorpusReader::open(&corpus.layout).unwrap();
    let kinds = [FacetKind::Tag, FacetKind::Site, FacetKind::Author, FacetKind::Day];
    let columns = reader.facet_columns().unwrap();
    let filter = Filter { until: Some("2024-12-31".parse().unwrap()), ..Filter::default() };
    let facets = reader.facets(&columns, None, &filter, &kinds, 2).unwrap();
    let values = |at: usize| -> Vec<(&str, u64)> {
        facets[at].values.iter().map(|value| (value.value.as_str(), value.documents)).collect()
    };
    assert_eq!(values(0), [("Ferries", 2), ("Fähren", 1)]);
    assert_eq!(values(1), [("example.com", 3), ("example.org", 1)]);
    assert_eq!(values(2), [("Ann Lee", 1), ("José Núñez", 1)]);
    assert_eq!((values(3), facets[3].more), (vec![("2024-03-05", 3), ("2024-02-28", 1)], 0));
}
