//! The queue in real files: turns, states, and recovery after a kill.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use url::Url;

use super::*;
use gleaner_extract::base::time::Timestamp;

const NOW: i64 = 1_700_000_000;

fn now() -> Timestamp {
    Timestamp::from_unix(NOW)
}

fn later(seconds: i64) -> Timestamp {
    Timestamp::from_unix(NOW + seconds)
}

fn new_url(url: &str) -> NewUrl {
    NewUrl { url: url.parse().unwrap(), source: "s".into(), feed: None, kind: UrlKind::Page, if_known: IfKnown::Leave }
}

fn filled(path: &Path, hosts: &[(&str, usize)]) -> Queue {
    let mut queue = Queue::open(path, now()).unwrap();
    for (host, count) in hosts {
        for n in 0..*count {
            queue.add(&new_url(&format!("https://{host}/{n}")), now()).unwrap();
        }
    }
    queue
}

fn order(next: &[QueuedUrl]) -> Vec<String> {
    next.iter().map(|next| format!("{}{}", next.url.host_str().unwrap(), next.url.path())).collect()
}

#[test]
fn hosts_take_turns() {
    let dir = tempfile::tempdir().unwrap();
    let mut queue = filled(&dir.path().join("queue.db"), &[("a", 4), ("b", 1), ("c", 2)]);
    assert_eq!(order(&queue.next(4).unwrap()), ["a/0", "b/0", "c/0", "a/1"]);
    // A host that is added later joins the current round and does not overtake.
    queue.add(&new_url("https://d/0"), now()).unwrap();
    queue.add(&new_url("https://b/1"), now()).unwrap();
    assert_eq!(order(&queue.next(100).unwrap()), ["c/1", "a/2", "d/0", "b/1", "a/3"]);
    assert!(queue.next(100).unwrap().is_empty(), "each is returned once");
}

#[test]
fn a_url_is_known_in_all_its_forms() {
    let dir = tempfile::tempdir().unwrap();
    let mut queue = Queue::open(&dir.path().join("queue.db"), now()).unwrap();
    let url = "https://www.paper.example/mill";
    assert_eq!(queue.add(&new_url(url), now()).unwrap().new, 1);
    for other in ["https://m.paper.example/mill?utm_source=x", "http://paper.example/mill/amp/"] {
        assert_eq!(queue.add(&new_url(other), now()).unwrap().known, 1);
        assert!(queue.has(&other.parse().unwrap()).unwrap());
    }
    let page = queue.next(9).unwrap()[0].page;
    queue.done(page, None, now()).unwrap();
    assert_eq!(queue.add(&new_url(url), now()).unwrap().known, 1);
    let again = NewUrl { if_known: IfKnown::Requeue, ..new_url(url) };
    assert_eq!(queue.add(&again, now()).unwrap().again, 1);
    assert_eq!(queue.next(9).unwrap().len(), 1);
}

#[test]
fn failures_are_retried_and_given_up_after_the_last_attempt() {
    let dir = tempfile::tempdir().unwrap();
    let (path, config) = (dir.path().join("queue.db"), Config { attempts: 3, retry_s: 100, ..Config::default() });
    let mut queue = filled(&path, &[("a", 1)]);
    let page = queue.next(9).unwrap()[0].page;
    queue.failed(page, "no answer", &config, now()).unwrap();
    drop(queue);
    let mut queue = Queue::open(&path, later(50)).unwrap();
    assert!(queue.next(9).unwrap().is_empty(), "not due");
    drop(queue);
    for wait in [100, 300] {
        let mut queue = Queue::open(&path, later(wait)).unwrap();
        assert_eq!(queue.next(9).unwrap()[0].page, page);
        queue.failed(page, "no answer again", &config, later(wait)).unwrap();
    }
    let mut queue = Queue::open(&path, later(1_000_000)).unwrap();
    assert_eq!(queue.counts().unwrap(), [(UrlState::Dead, 1)]);
    let mut entries = Vec::new();
    let mut collect = |entry: QueueEntry| {
        entries.push(entry);
        true
    };
    let filter = QueueFilter { names: vec!["https://a/0".into()], ..QueueFilter::default() };
    queue.for_each(&filter, &mut collect).unwrap();
    assert_eq!((entries[0].attempts, entries[0].reason.as_deref()), (3, Some("no answer again")));
    assert_eq!(queue.retry(&filter, now()).unwrap(), 1);
    assert_eq!(queue.counts().unwrap(), [(UrlState::Waiting, 1)]);
    assert_eq!(queue.forget(&QueueFilter { host: Some("b".into()), ..QueueFilter::default() }).unwrap(), 0);
    assert_eq!(queue.forget(&QueueFilter { names: vec![page.to_string()], ..QueueFilter::default() }).unwrap(), 1);
    assert!(queue.counts().unwrap().is_empty());
}

#[test]
fn pages_in_progress_at_a_kill_wait_again_up_to_three_times() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("queue.db");
    let mut queue = filled(&path, &[("a", 3)]);
    let pages: Vec<i64> = queue.next(9).unwrap().iter().map(|next| next.page).collect();
    queue.started(pages[0], now()).unwrap();
    queue.started(pages[1], now()).unwrap();
    queue.kept(pages[1], "raw/a/x.html.zst", now()).unwrap();
    queue.done(pages[2], None, now()).unwrap();
    for kill in 0..3 {
        // Not closed, as after a kill.
        std::mem::forget(queue);
        queue = Queue::open(&path, now()).unwrap();
        let next = queue.next(9).unwrap();
        let kept = next.iter().find(|next| next.page == pages[1]).unwrap();
        assert_eq!(kept.raw.as_deref(), Some("raw/a/x.html.zst"), "it is not requested again");
        assert_eq!(next.len(), if kill < 2 { 2 } else { 1 });
        queue.started(pages[0], now()).unwrap();
        if kill == 2 {
            queue.dead(pages[0], "given up", now()).unwrap();
        }
    }
    assert_eq!(queue.counts().unwrap(), [(UrlState::Waiting, 1), (UrlState::Done, 1), (UrlState::Dead, 1)]);
}

#[test]
fn related_changes_are_one_transaction() {
    let dir = tempfile::tempdir().unwrap();
    let mut queue = Queue::open(&dir.path().join("queue.db"), now()).unwrap();
    let source: Url = "https://a/feed".parse().unwrap();
    let bounds = PollBounds { min_s: 600, max_s: 6000 };
    let read = PollResult::Read { etag: Some("\"1\""), last_modified: None, published: &[], new: 1 };
    let done: Result<(), Error> = queue.atomically(|queue| {
        queue.add(&new_url("https://a/1"), now())?;
        queue.polled(&source, "s", read, bounds, now())?;
        Err(Error::Version { path: PathBuf::new(), version: 0, known: 0 })
    });
    assert!(done.is_err() && queue.counts().unwrap().is_empty());
    assert_eq!(queue.source_state(&source).unwrap(), SourceState::default());
    queue.polled(&source, "s", read, bounds, now()).unwrap();
    let known = queue.source_state(&source).unwrap();
    assert_eq!((known.etag.as_deref(), known.failures), (Some("\"1\""), 0));
    assert!(known.next_at > Some(now()));
    queue.polled(&source, "s", PollResult::Failed("gone"), bounds, now()).unwrap();
    let failed = queue.source_state(&source).unwrap();
    assert_eq!((failed.etag, failed.failures, failed.checked_at), (known.etag, 1, Some(now())));
}

#[test]
fn a_url_that_is_listed_again_is_requested_again_only_if_it_is_done() {
    let dir = tempfile::tempdir().unwrap();
    let (path, config) = (dir.path().join("queue.db"), Config { attempts: 2, retry_s: 100, ..Config::default() });
    let mut queue = filled(&path, &[("a", 3)]);
    let pages: Vec<i64> = queue.next(9).unwrap().iter().map(|next| next.page).collect();
    queue.done(pages[0], None, now()).unwrap();
    queue.failed(pages[1], "no answer", &config, now()).unwrap();
    queue.dead(pages[2], "gone", now()).unwrap();
    let listed = |n: usize| NewUrl { if_known: IfKnown::Recheck, ..new_url(&format!("https://a/{n}")) };
    let added: Vec<AddCounts> = (0..3).map(|n| queue.add(&listed(n), now()).unwrap()).collect();
    assert_eq!(
        added.iter().map(|added| (added.again, added.known, added.dead)).collect::<Vec<_>>(),
        [(1, 0, 0), (0, 1, 0), (0, 1, 1)]
    );
    // The number of attempts is kept, so that it is given up in the end.
    let mut queue = Queue::open(&path, later(100)).unwrap();
    queue.failed(pages[1], "no answer", &config, later(100)).unwrap();
    assert_eq!(queue.counts().unwrap(), [(UrlState::Waiting, 1), (UrlState::Dead, 2)]);
    assert_eq!(queue.waiting("s", 9).unwrap(), 1);
    // Fetched without the queue, it is done.
    queue.found_in_corpus(&"http://a/2?utm_source=x".parse().unwrap(), now()).unwrap();
    queue.found_in_corpus(&"https://b/".parse().unwrap(), now()).unwrap();
    assert_eq!(queue.counts().unwrap(), [(UrlState::Waiting, 1), (UrlState::Done, 1), (UrlState::Dead, 1)]);
}

#[test]
fn sources_keep_their_last_success_error_and_new_pages() {
    let dir = tempfile::tempdir().unwrap();
    let mut queue = filled(&dir.path().join("queue.db"), &[("a", 2)]);
    let page = queue.next(1).unwrap()[0].page;
    queue.done(page, None, later(9)).unwrap();
    let bounds = PollBounds { min_s: 600, max_s: 6000 };
    let long = "x".repeat(10_000);
    queue.polled("urls.txt", "s", PollResult::Unchanged, bounds, now()).unwrap();
    queue.polled("urls.txt", "s", PollResult::Failed(&long), bounds, later(60)).unwrap();
    queue.polled("https://a/feed", "s", PollResult::Partial, bounds, now()).unwrap();
    let polled = queue.polled_for("s", 9).unwrap();
    let (place, failed) = &polled[0];
    assert_eq!(
        (place.as_str(), failed.failures, failed.checked_at, failed.polled_at),
        ("urls.txt", 1, Some(now()), Some(later(60)))
    );
    assert_eq!(failed.error.as_ref().map(String::len), Some(500));
    assert!(polled[1].1.is_partial() && !failed.is_partial() && polled[1].1.interval_s.is_none());
    assert_eq!(queue.polled_for("other", 9).unwrap(), []);
    let pages = |since| queue.pages_by_source(since).unwrap();
    assert_eq!(pages(now()), [SourcePages { source: "s".into(), waiting: 1, dead: 0, new: 1 }]);
    assert_eq!(pages(later(1))[0].new, 0, "it counts when it was added");
}

#[test]
fn a_queue_of_an_earlier_version_is_migrated_by_readers_too() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("queue.db");
    let old = Connection::open(&path).unwrap();
    for statements in &schema::MIGRATIONS[..2] {
        old.execute_batch(statements).unwrap();
    }
    old.pragma_update(None, "user_version", 2).unwrap();
    let row = "INSERT INTO pages (key, url, host, source, state, turn, changed_at) VALUES ('k', 'https://a/0', 'a', 's', 'done', 1, ?1)";
    old.execute(row, [NOW]).unwrap();
    drop(old);
    let queue = Queue::open_to_read(&path).unwrap().unwrap();
    assert_eq!(queue.pages_by_source(now()).unwrap()[0].new, 1);
    assert_eq!(Queue::open(&path, now()).unwrap().counts().unwrap(), [(UrlState::Done, 1)]);
}

#[test]
fn a_newer_and_a_damaged_queue_are_errors() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("queue.db");
    drop(Queue::open(&path, now()).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(Queue::open(&path, now()).unwrap_err().to_string().contains("version 99"));
    std::fs::write(&path, b"no database at all, but long enough to be read as a header of one").unwrap();
    let error = Queue::open(&path, now()).unwrap_err();
    assert!(error.to_string().contains("queue.db") && error.hint().contains("move it away"), "{error}");
}

#[test]
fn young_stories_are_queued_again_on_their_schedule() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("queue.db");
    let config = RecheckConfig { enabled: true, ..RecheckConfig::default() };
    let hours = |hours: i64| later(hours * 3600);
    let mut queue = filled(&path, &[("a", 3)]);
    let pages: Vec<i64> = queue.next(9).unwrap().iter().map(|next| next.page).collect();
    assert_eq!(config.from(Some(hours(-300).day()), now()), None, "an old story has no schedule");
    assert_eq!(RecheckConfig::default().from(None, now()), None, "off by default");
    queue.done(pages[0], config.from(Some(now().day()), now()), now()).unwrap();
    queue.done(pages[1], None, now()).unwrap();
    queue.failed(pages[2], "no answer", &Config::default(), now()).unwrap();
    assert_eq!(queue.recheck(&config, later(3599)).unwrap(), 0);
    assert_eq!(queue.recheck(&RecheckConfig::default(), hours(1)).unwrap(), 0);
    // Hourly runs, then a day without any: the rechecks after 6 and 24 hours are one.
    let mut done = Vec::new();
    for hour in [1, 2, 30, 31, 200, 400, 2000] {
        if queue.recheck(&config, hours(hour)).unwrap() > 0 {
            assert_eq!(order(&queue.next(9).unwrap()), ["a/0"]);
            done.push(hour);
            queue.done(pages[0], config.from(None, hours(hour)), hours(hour)).unwrap();
        }
    }
    assert_eq!(done, [1, 30, 200]);
}
