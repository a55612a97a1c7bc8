//! The queue in real files: turns, states, and what is left after an end without warning.

use super::*;

const NOW: i64 = 1_700_000_000;

fn now() -> Timestamp {
    Timestamp::from_unix(NOW)
}

fn later(seconds: i64) -> Timestamp {
    Timestamp::from_unix(NOW + seconds)
}

fn lead(url: &str) -> Lead {
    Lead { url: url.parse().unwrap(), source: "s".into(), feed: None, known: IfKnown::Leave }
}

fn filled(path: &Path, hosts: &[(&str, usize)]) -> Frontier {
    let mut frontier = Frontier::open(path, now()).unwrap();
    for (host, count) in hosts {
        for n in 0..*count {
            frontier.add(&lead(&format!("https://{host}/{n}")), now()).unwrap();
        }
    }
    frontier
}

fn order(next: &[Next]) -> Vec<String> {
    next.iter().map(|next| format!("{}{}", next.url.host_str().unwrap(), next.url.path())).collect()
}

#[test]
fn turns_go_round_through_all_hosts() {
    let dir = tempfile::tempdir().unwrap();
    let mut frontier = filled(&dir.path().join("queue.db"), &[("a", 4), ("b", 1), ("c", 2)]);
    assert_eq!(order(&frontier.next(4).unwrap()), ["a/0", "b/0", "c/0", "a/1"]);
    // Who comes late begins with the round that is going on, and does not overtake.
    frontier.add(&lead("https://d/0"), now()).unwrap();
    frontier.add(&lead("https://b/1"), now()).unwrap();
    assert_eq!(order(&frontier.next(100).unwrap()), ["c/1", "a/2", "d/0", "b/1", "a/3"]);
    assert!(frontier.next(100).unwrap().is_empty(), "each is given once");
}

#[test]
fn an_address_is_known_in_all_its_forms() {
    let dir = tempfile::tempdir().unwrap();
    let mut frontier = Frontier::open(&dir.path().join("queue.db"), now()).unwrap();
    let url = "https://www.paper.example/mill";
    assert_eq!(frontier.add(&lead(url), now()).unwrap().new, 1);
    for other in ["https://m.paper.example/mill?utm_source=x", "http://paper.example/mill/amp/"] {
        assert_eq!(frontier.add(&lead(other), now()).unwrap().known, 1);
        assert!(frontier.has(&other.parse().unwrap()).unwrap());
    }
    let page = frontier.next(9).unwrap()[0].page;
    frontier.done(page, now()).unwrap();
    assert_eq!(frontier.add(&lead(url), now()).unwrap().known, 1);
    let again = Lead { known: IfKnown::AskAgain, ..lead(url) };
    assert_eq!(frontier.add(&again, now()).unwrap().again, 1);
    assert_eq!(frontier.next(9).unwrap().len(), 1);
}

#[test]
fn failures_are_tried_again_later_and_given_up_in_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let (path, config) = (dir.path().join("queue.db"), Config { attempts: 3, retry_s: 100, ..Config::default() });
    let mut frontier = filled(&path, &[("a", 1)]);
    let page = frontier.next(9).unwrap()[0].page;
    frontier.failed(page, "no answer", &config, now()).unwrap();
    drop(frontier);
    let mut frontier = Frontier::open(&path, later(50)).unwrap();
    assert!(frontier.next(9).unwrap().is_empty(), "not due");
    drop(frontier);
    for wait in [100, 300] {
        let mut frontier = Frontier::open(&path, later(wait)).unwrap();
        assert_eq!(frontier.next(9).unwrap()[0].page, page);
        frontier.failed(page, "no answer again", &config, later(wait)).unwrap();
    }
    let mut frontier = Frontier::open(&path, later(1_000_000)).unwrap();
    assert_eq!(frontier.counts().unwrap(), [(State::Dead, 1)]);
    let mut letters = Vec::new();
    let mut collect = |letter: Letter| {
        letters.push(letter);
        true
    };
    let filter = Filter { names: vec!["https://a/0".into()], ..Filter::default() };
    frontier.each(&filter, &mut collect).unwrap();
    assert_eq!((letters[0].attempts, letters[0].reason.as_deref()), (3, Some("no answer again")));
    assert_eq!(frontier.retry(&filter, now()).unwrap(), 1);
    assert_eq!(frontier.counts().unwrap(), [(State::Waiting, 1)]);
    assert_eq!(frontier.forget(&Filter { host: Some("b".into()), ..Filter::default() }).unwrap(), 0);
    assert_eq!(frontier.forget(&Filter { names: vec![page.to_string()], ..Filter::default() }).unwrap(), 1);
    assert!(frontier.counts().unwrap().is_empty());
}

#[test]
fn what_was_at_work_at_an_end_without_warning_waits_again_but_not_for_ever() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("queue.db");
    let mut frontier = filled(&path, &[("a", 3)]);
    let pages: Vec<i64> = frontier.next(9).unwrap().iter().map(|next| next.page).collect();
    frontier.started(pages[0], now()).unwrap();
    frontier.started(pages[1], now()).unwrap();
    frontier.kept(pages[1], "raw/a/x.html.zst", now()).unwrap();
    frontier.done(pages[2], now()).unwrap();
    for end in 0..3 {
        // Not closed: the process is gone.
        std::mem::forget(frontier);
        frontier = Frontier::open(&path, now()).unwrap();
        let next = frontier.next(9).unwrap();
        let kept = next.iter().find(|next| next.page == pages[1]).unwrap();
        assert_eq!(kept.raw.as_deref(), Some("raw/a/x.html.zst"), "it is not asked for again");
        assert_eq!(next.len(), if end < 2 { 2 } else { 1 });
        frontier.started(pages[0], now()).unwrap();
        if end == 2 {
            frontier.dead(pages[0], "given up", now()).unwrap();
        }
    }
    assert_eq!(frontier.counts().unwrap(), [(State::Waiting, 1), (State::Done, 1), (State::Dead, 1)]);
}

#[test]
fn what_belongs_together_is_written_together() {
    let dir = tempfile::tempdir().unwrap();
    let mut frontier = Frontier::open(&dir.path().join("queue.db"), now()).unwrap();
    let door: Url = "https://a/feed".parse().unwrap();
    let bounds = Bounds { min_s: 600, max_s: 6000 };
    let read = Answer::Read { etag: Some("\"1\""), last_modified: None, published: &[], new: 1 };
    let done: Result<(), Error> = frontier.atomically(|frontier| {
        frontier.add(&lead("https://a/1"), now())?;
        frontier.looked(&door, "s", read, bounds, now())?;
        Err(Error::Version { path: PathBuf::new(), version: 0, known: 0 })
    });
    assert!(done.is_err() && frontier.counts().unwrap().is_empty());
    assert_eq!(frontier.door(&door).unwrap(), Door::default());
    frontier.looked(&door, "s", read, bounds, now()).unwrap();
    let known = frontier.door(&door).unwrap();
    assert_eq!((known.etag.as_deref(), known.failures), (Some("\"1\""), 0));
    assert!(known.next_at > Some(now()));
    frontier.looked(&door, "s", Answer::Failed("gone"), bounds, now()).unwrap();
    let failed = frontier.door(&door).unwrap();
    assert_eq!((failed.etag, failed.failures, failed.checked_at), (known.etag, 1, Some(now())));
}

#[test]
fn a_queue_of_the_future_and_a_damaged_one_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("queue.db");
    drop(Frontier::open(&path, now()).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(Frontier::open(&path, now()).unwrap_err().to_string().contains("version 99"));
    std::fs::write(&path, b"no database at all, but long enough to be read as a header of one").unwrap();
    let error = Frontier::open(&path, now()).unwrap_err();
    assert!(error.to_string().contains("queue.db") && error.hint().contains("move it away"), "{error}");
}
