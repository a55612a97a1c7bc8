//! Fetched pages under `raw/`: written once, unchanged, and distinguished from the user's files.

use gleaner::store::raw;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{FeedEntry, Origin};

use crate::support::*;

const PAGE: &str = "https://news.example.com/2023/why-it-rains.html?id=7";

#[test]
fn a_body_is_kept_with_its_facts_and_read_back() {
    let corpus = Corpus::new();
    let mut store = corpus.open();
    let mut page = fetched("https://news.example.com/r", PAGE, b"<p>caf\xe9\0</p>");
    let text = Some("It rains.\nIt will rain.".into());
    page.feed = Some(Box::new(FeedEntry { feed: "https://news.example.com/feed".into(), text, ..FeedEntry::default() }));
    let kept = store.keep_raw(&page).unwrap();
    let hash = ContentHash::of(b"<p>caf\xe9\0</p>");
    assert_eq!(kept.path, format!("raw/example/2023-10-27_why-it-rains_{}.html.zst", hash.short()));
    assert_eq!(kept.sha256, hash);
    let path = corpus.layout.path(&kept.path);
    let read = raw::read(&path).unwrap();
    assert_eq!((read.hash(), read.bytes, read.http), (page.hash(), page.bytes.clone(), page.http.clone()));
    assert_eq!((read.origin, read.fetched_at), (page.origin.clone(), page.fetched_at));
    assert_eq!(read.feed, page.feed);
    assert!(raw::is_ours(&path) && raw::is_ours(&path.with_extension("").with_extension("json")));
}

#[test]
fn the_same_body_again_is_the_same_file_even_days_later() {
    let corpus = Corpus::new();
    let mut store = corpus.open();
    let mut page = fetched(PAGE, PAGE, b"<p>Rain");
    let kept = store.keep_raw(&page).unwrap();
    page.fetched_at = Some(Timestamp::from_unix(NOW + 86_400 * 3));
    assert_eq!(store.keep_raw(&page).unwrap(), kept);
    store.close().unwrap();
    assert_eq!(corpus.open().keep_raw(&page).unwrap(), kept);
    assert_eq!(corpus.tree().len(), 2);
}

#[test]
fn the_same_body_from_three_urls_is_three_files() {
    let corpus = Corpus::new();
    let mut store = corpus.open();
    let mut kept: Vec<_> = (1..=3)
        .map(|id| {
            let url = format!("https://news.example.com/story?id={id}");
            store.keep_raw(&fetched(&url, &url, b"<p>Sorry")).unwrap()
        })
        .collect();
    kept.dedup();
    assert_eq!(kept.len(), 3);
}

#[test]
fn a_deleted_body_is_written_again() {
    let corpus = Corpus::new();
    let mut store = corpus.open();
    let page = fetched(PAGE, PAGE, b"<p>Rain");
    let kept = corpus.layout.path(&store.keep_raw(&page).unwrap().path);
    std::fs::remove_file(&kept).unwrap();
    let again = corpus.layout.path(&store.keep_raw(&page).unwrap().path);
    assert_eq!(raw::read(&again).unwrap().bytes, b"<p>Rain");
}

#[test]
fn standard_input_is_kept_too() {
    let corpus = Corpus::new();
    let mut store = corpus.open();
    let piped = gleaner_extract::document::RawDocument::local(Origin::Stdin, b"piped".to_vec());
    let kept = store.keep_raw(&piped).unwrap();
    assert!(kept.path.starts_with("raw/local/undated_stdin_"), "{}", kept.path);
    assert_eq!(raw::read(&corpus.layout.path(&kept.path)).unwrap().origin, Origin::Stdin);
}

#[test]
fn files_of_the_user_are_not_taken_for_fetched_pages() {
    let corpus = Corpus::new();
    std::fs::create_dir_all(corpus.layout.raw.join("mine")).unwrap();
    for name in ["a.html.zst", "2023-10-27_x_abcdef01.html.zst", "a.json", "2023-10-27_x_abcdef01.txt"] {
        let path = corpus.layout.raw.join("mine").join(name);
        std::fs::write(&path, "mine").unwrap();
        assert!(!raw::is_ours(&path), "{name}");
    }
}

#[test]
fn a_damaged_page_is_an_error() {
    let corpus = Corpus::new();
    let mut store = corpus.open();
    let path = corpus.layout.path(&store.keep_raw(&fetched(PAGE, PAGE, b"<p>Rain and rain and rain")).unwrap().path);
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let error = raw::read(&path).unwrap_err();
    assert!(error.to_string().contains("why-it-rains") && error.hint().is_some(), "{error}");
}
