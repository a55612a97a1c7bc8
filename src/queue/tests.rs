//! The queue in real files: turns, states, and what is left after an end without warning.

use super::*;

const NOW: i64 = 1_700_000_000;

fn now() -> Timestamp {
    Timestamp::from_unix(NOW)
}

fn later(seconds: i64) -> Timestamp {
    Timestamp::from_unix(NOW + seconds)
}

fn lead(url: &str) -> NewUrl {
    NewUrl { url: url.parse().unwrap(), source: "s".into(), feed: None, known: IfKnown::Leave }
}

fn filled(path: &Path, hosts: &[(&str, usize)]) -> Queue {
    let mut queue = Queue::open(path, now()).unwrap();
    for (host, count) in hosts {
        for n in 0..*count {
            queue.add(&lead(&format!("https://{host}/{n}")), now()).unwrap();
        }
    }
    queue
}

fn order(next: &[QueuedUrl]) -> Vec<String> {
    next.iter().map(|next| format!("{}{}", next.url.host_str().unwrap(), next.url.path())).collect()
}

#[test]
fn turns_go_round_through_all_hosts() {
    let dir = tempfile::tempdir().unwrap();
    let mut queue = filled(&dir.path().join("queue.db"), &[("a", 4), ("b", 1), ("c", 2)]);
    assert_eq!(order(&queue.next(4).unwrap()), ["a/0", "b/0", "c/0", "a/1"]);
    // Who comes late begins with the round that is going on, and does not overtake.
    queue.add(&lead("https://d/0"), now()).unwrap();
    queue.add(&lead("https://b/1"), now()).unwrap();
    assert_eq!(order(&queue.next(100).unwrap()), ["c/1", "a/2", "d/0", "b/1", "a/3"]);
    assert!(queue.next(100).unwrap().is_empty(), "each is given once");
}

#[test]
fn an_address_is_known_in_all_its_forms() {
    let dir = tempfile::tempdir().unwrap();
    let mut queue = Queue::open(&dir.path().join("queue.db"), now()).unwrap();
    let url = "https://www.paper.example/mill";
    assert_eq!(queue.add(&lead(url), now()).unwrap().new, 1);
    for other in ["https://m.paper.example/mill?utm_source=x", "http://paper.example/mill/amp/"] {
        assert_eq!(queue.add(&lead(other), now()).unwrap().known, 1);
        assert!(queue.has(&other.parse().unwrap()).unwrap());
    }
    let page = queue.next(9).unwrap()[0].page;
    queue.done(page, now()).unwrap();
    assert_eq!(queue.add(&lead(url), now()).unwrap().known, 1);
    let again = NewUrl { known: IfKnown::AskAgain, ..lead(url) };
    assert_eq!(queue.add(&again, now()).unwrap().again, 1);
    assert_eq!(queue.next(9).unwrap().len(), 1);
}

#[test]
fn failures_are_tried_again_later_and_given_up_in_the_end() {
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
    assert_eq!(queue.counts().unwrap(), [(State::Dead, 1)]);
    let mut letters = Vec::new();
    let mut collect = |letter: QueueEntry| {
        letters.push(letter);
        true
    };
    let filter = Filter { names: vec!["https://a/0".into()], ..Filter::default() };
    queue.each(&filter, &mut collect).unwrap();
    assert_eq!((letters[0].attempts, letters[0].reason.as_deref()), (3, Some("no answer again")));
    assert_eq!(queue.retry(&filter, now()).unwrap(), 1);
    assert_eq!(queue.counts().unwrap(), [(State::Waiting, 1)]);
    assert_eq!(queue.forget(&Filter { host: Some("b".into()), ..Filter::default() }).unwrap(), 0);
    assert_eq!(queue.forget(&Filter { names: vec![page.to_string()], ..Filter::default() }).unwrap(), 1);
    assert!(queue.counts().unwrap().is_empty());
}

#[test]
fn what_was_at_work_at_an_end_without_warning_waits_again_but_not_for_ever() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("queue.db");
    let mut queue = filled(&path, &[("a", 3)]);
    let pages: Vec<i64> = queue.next(9).unwrap().iter().map(|next| next.page).collect();
    queue.started(pages[0], now()).unwrap();
    queue.started(pages[1], now()).unwrap();
    queue.kept(pages[1], "raw/a/x.html.zst", now()).unwrap();
    queue.done(pages[2], now()).unwrap();
    for end in 0..3 {
        // Not closed: the process is gone.
        std::mem::forget(queue);
        queue = Queue::open(&path, now()).unwrap();
        let next = queue.next(9).unwrap();
        let kept = next.iter().find(|next| next.page == pages[1]).unwrap();
        assert_eq!(kept.raw.as_deref(), Some("raw/a/x.html.zst"), "it is not asked for again");
        assert_eq!(next.len(), if end < 2 { 2 } else { 1 });
        queue.started(pages[0], now()).unwrap();
        if end == 2 {
            queue.dead(pages[0], "given up", now()).unwrap();
        }
    }
    assert_eq!(queue.counts().unwrap(), [(State::Waiting, 1), (State::Done, 1), (State::Dead, 1)]);
}

#[test]
fn what_belongs_together_is_written_together() {
    let dir = tempfile::tempdir().unwrap();
    let mut queue = Queue::open(&dir.path().join("queue.db"), now()).unwrap();
    let door: Url = "https://a/feed".parse().unwrap();
    let bounds = PollBounds { min_s: 600, max_s: 6000 };
    let read = PollAnswer::Read { etag: Some("\"1\""), last_modified: None, published: &[], new: 1 };
    let done: Result<(), Error> = queue.atomically(|queue| {
        queue.add(&lead("https://a/1"), now())?;
        queue.polled(&door, "s", read, bounds, now())?;
        Err(Error::Version { path: PathBuf::new(), version: 0, known: 0 })
    });
    assert!(done.is_err() && queue.counts().unwrap().is_empty());
    assert_eq!(queue.door(&door).unwrap(), SourceState::default());
    queue.polled(&door, "s", read, bounds, now()).unwrap();
    let known = queue.door(&door).unwrap();
    assert_eq!((known.etag.as_deref(), known.failures), (Some("\"1\""), 0));
    assert!(known.next_at > Some(now()));
    queue.polled(&door, "s", PollAnswer::Failed("gone"), bounds, now()).unwrap();
    let failed = queue.door(&door).unwrap();
    assert_eq!((failed.etag, failed.failures, failed.checked_at), (known.etag, 1, Some(now())));
}

#[test]
fn a_queue_of_the_future_and_a_damaged_one_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("queue.db");
    drop(Queue::open(&path, now()).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(Queue::open(&path, now()).unwrap_err().to_string().contains("version 99"));
    std::fs::write(&path, b"no database at all, but long enough to be read as a header of one").unwrap();
    let error = Queue::open(&path, now()).unwrap_err();
    assert!(error.to_string().contains("queue.db") && error.hint().contains("move it away"), "{error}");
}
