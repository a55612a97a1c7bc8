//! What `--writable` allows, and to whom: forms of the server's own pages, and programs with the token.

use gleaner::commands::rule_test;
use gleaner::config::rules_dir;
use gleaner::queue::{FILE_NAME, Queue, QueueFilter, UrlState};
use gleaner::serve::ServeOptions;
use gleaner::store::Lock;
use gleaner_extract::rules::RuleSet;

use crate::support::{Corpus, ONE, Served, TOKEN, usual};

const ADD: &[(&str, &str)] = &[("urls", "https://a.example/new-story")];

/// The queue: URLs with their states.
fn queue_of(corpus: &Corpus) -> Vec<(String, UrlState)> {
    let mut urls = Vec::new();
    if let Some(queue) = Queue::open_to_read(&corpus.setup().layout.state.join(FILE_NAME)).unwrap() {
        let filter = QueueFilter { states: UrlState::ALL.to_vec(), ..QueueFilter::default() };
        let mut note = |entry: gleaner::queue::QueueEntry| {
            urls.push((entry.url, entry.state));
            true
        };
        queue.for_each(&filter, &mut note).unwrap();
    }
    urls
}

#[test]
fn without_the_option_there_are_no_forms() {
    let corpus = usual();
    let server = corpus.serve_with(ServeOptions { token: Some(TOKEN.to_owned()), ..ServeOptions::default() });
    assert_eq!(server.get_with("/add", &[("Cookie", &server.cookie())]).status, 404);
    let reply = server.post_form("/add", ADD, &[]);
    assert!(reply.status == 403 && reply.body.contains("only reads"), "{reply:?}");
    assert!(!server.own_page("/").contains("/add"));
    assert!(queue_of(&corpus).is_empty());
}

#[test]
fn whoever_may_write_has_a_token_on_the_loopback_too() {
    let corpus = usual();
    let server = corpus.serve_with(ServeOptions { writable: true, ..ServeOptions::default() });
    assert!(server.url.contains("/?token="), "{}", server.url);
    assert_eq!(server.get("/").status, 401);
    assert_eq!(server.send("POST", "/add", &[("Content-Type", "application/x-www-form-urlencoded")], "urls=x").status, 401);
}

#[test]
fn a_form_puts_urls_into_the_queue_and_shows_what_it_did_once() {
    let corpus = usual();
    let server = corpus.serve_writable();
    assert!(server.own_page("/").contains("href=\"/add\""));
    let own = format!("http://{}", server.address);
    let headers = [("Origin", own.as_str()), ("Sec-Fetch-Site", "same-origin")];
    let reply =
        server.submit_with("/add", "/add", &[("urls", "https://a.example/new\r\n\r\n# x\r\nhttps://b.example/other")], &headers);
    assert_eq!((reply.status, reply.field("location")), (303, Some("/add?new=2&again=0&known=0")), "{}", reply.body);
    assert!(server.own_page("/add?new=2&again=0&known=0").contains("2 URLs added."));
    let waiting = |url: &str| (url.to_owned(), UrlState::Waiting);
    assert_eq!(queue_of(&corpus), [waiting("https://a.example/new"), waiting("https://b.example/other")]);
    let again = server.submit("/add", "/add", &[("urls", "https://a.example/new")]);
    assert_eq!(again.field("location"), Some("/add?new=0&again=0&known=1"));
}

#[test]
fn lines_that_cannot_be_added_stay_in_the_form_with_what_is_wrong() {
    let corpus = usual();
    let server = corpus.serve_writable();
    let reply = server.submit(
        "/add",
        "/add",
        &[("urls", "https://a.example/new\nwww.b.example\n<script>alert(1)</script>\nhttps://x:pw@c.example/")],
    );
    assert_eq!(reply.status, 422);
    assert!(reply.body.contains("1 URL added") && reply.body.contains("3 lines could not be added"), "{}", reply.body);
    assert!(reply.body.contains("Line 2: <bdi>www.b.example</bdi>") && reply.body.contains("Line 4"), "{}", reply.body);
    assert!(
        !reply.body.contains("<script>alert") && !reply.body.contains("pw@") && !reply.body.contains("a.example/new"),
        "{}",
        reply.body
    );
    assert_eq!(queue_of(&corpus).len(), 1);
    assert_eq!(server.submit("/add", "/add", &[("urls", "\n# nothing\n")]).status, 400);
}

#[test]
fn the_form_is_filled_in_by_its_address_but_not_sent() {
    let corpus = usual();
    let server = corpus.serve_writable();
    let page = server.own_page("/add?url=https%3A%2F%2Fa.example%2F%3C%2Ftextarea%3E%3Cscript%3E");
    assert!(page.contains("https://a.example/&lt;/textarea&gt;&lt;script&gt;</textarea>"), "{page}");
    assert!(queue_of(&corpus).is_empty());
}

#[test]
fn what_another_site_sends_is_refused() {
    let corpus = usual();
    let server = corpus.serve_writable();
    let other = corpus.serve_writable();
    let foreign = other.own_page("/add");
    let foreign = foreign.split_once("name=\"form_token\" value=\"").unwrap().1.split('"').next().unwrap();
    for fields in [ADD.to_vec(), [ADD, &[("form_token", "")]].concat(), [ADD, &[("form_token", foreign)]].concat()] {
        let reply = server.post_form("/add", &fields, &[]);
        assert!(reply.status == 403 && reply.body.contains("not from a page of this server"), "{fields:?}: {reply:?}");
    }
    let port = server.address.port();
    for (name, value) in [
        ("Origin", "https://evil.example".to_owned()),
        ("Origin", "null".to_owned()),
        ("Origin", format!("http://127.0.0.1:{}", port ^ 1)),
        ("Sec-Fetch-Site", "cross-site".to_owned()),
        ("Sec-Fetch-Site", "same-site".to_owned()),
    ] {
        let reply = server.submit_with("/add", "/add", ADD, &[(name, &value)]);
        assert!(reply.status == 403 && reply.body.contains("another site"), "{name}: {value}: {reply:?}");
    }
    let rebound = format!("evil.example:{port}");
    assert_eq!(server.submit_with("/add", "/add", ADD, &[("Host", &rebound)]).status, 421);
    let own = format!("127.0.0.1:{port}");
    assert_eq!(server.submit_with("/add", "/add", ADD, &[("Host", &own), ("Origin", &format!("http://{rebound}"))]).status, 403);
    let cookie = [("Cookie", "gleaner_1=wrong"), ("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(server.send("POST", "/add", &cookie, "urls=x").status, 401);
    assert!(queue_of(&corpus).is_empty());
}

#[test]
fn forms_that_are_too_large_or_of_another_kind_are_refused() {
    let corpus = usual();
    let server = corpus.serve_writable();
    let large = "x".repeat(300 << 10);
    assert_eq!(server.submit("/add", "/add", &[("urls", &large)]).status, 413);
    let multipart = [("Cookie", server.cookie()), ("Content-Type", "multipart/form-data; boundary=x".to_owned())];
    let fields: Vec<(&str, &str)> = multipart.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(server.send("POST", "/add", &fields, "--x--").status, 415);
    assert!(server.send("DELETE", "/add", &fields[..1], "").status >= 400);
}

#[test]
fn urls_are_added_while_a_run_is_active_and_its_pages_stay_as_they_are() {
    let corpus = usual();
    let server = corpus.serve_writable();
    let layout = corpus.setup().layout;
    let now = "2024-05-01T12:00:00Z".parse().unwrap();
    let _lock = Lock::take(&layout).unwrap();
    let mut run = Queue::open(&layout.state.join(FILE_NAME), now).unwrap();
    let new = |url: &str| gleaner::queue::NewUrl {
        url: url.parse().unwrap(),
        source: String::new(),
        feed: None,
        kind: gleaner::queue::UrlKind::Page,
        if_known: gleaner::queue::IfKnown::Leave,
    };
    run.add(&new("https://a.example/in-progress"), now).unwrap();
    let page = run.next(1).unwrap().remove(0);
    run.started(page.page, now).unwrap();
    let fields = [("urls", "https://a.example/in-progress\nhttps://a.example/later"), ("again", "1")];
    assert_eq!(server.submit("/add", "/add", &fields).field("location"), Some("/add?new=1&again=0&known=1"));
    let state = |name: &str, state| (format!("https://a.example/{name}"), state);
    assert_eq!(queue_of(&corpus), [state("in-progress", UrlState::InProgress), state("later", UrlState::Waiting)]);
    // The run goes on with what was added.
    assert_eq!(run.next(9).unwrap().iter().map(|page| page.url.path()).collect::<Vec<_>>(), ["/later"]);
}

/// The name of the block with this text, as its button sends it.
fn block_with(server: &Served, path: &str, text: &str) -> String {
    let page = server.own_page(path);
    let (_, row) = page.split_once(text).unwrap();
    row.split_once("form=\"wrong\" name=\"block\" value=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

#[test]
fn a_wrong_verdict_becomes_a_test_case_and_a_rule_that_changes_it() {
    let corpus = usual();
    let server = corpus.serve_writable();
    let id = corpus.id(ONE);
    let (blocks, wrong) = (format!("/documents/{id}/blocks"), format!("/documents/{id}/wrong"));
    let before = corpus.tree();
    for (text, table, expected) in [("Subscribe to our newsletter", "keep", "kept"), ("eleven million", "drop", "removed")] {
        let block = block_with(&server, &blocks, text);
        let reply = server.submit(&blocks, &wrong, &[("block", &block)]);
        let number = block.split('-').next().unwrap();
        assert_eq!(
            (reply.status, reply.field("location")),
            (303, Some(format!("{blocks}?from=0&reported={number}#block-{number}").as_str()))
        );
        assert!(server.own_page(&format!("{blocks}?from=0&reported={number}")).contains("was reported"));
        let path = corpus.path().join(format!("reports/a.example/{}-{number}", &id[..8]));
        let case: serde_json::Value = serde_json::from_slice(&std::fs::read(path.with_extension("json")).unwrap()).unwrap();
        assert_eq!((case["document"].as_str(), case["expected"].as_str()), (Some(id.as_str()), Some(expected)));
        assert!(case["block"]["text"].as_str().unwrap().contains(text) && !case["before"].as_array().unwrap().is_empty());
        let file = rules_dir::read_file(path.with_extension("toml")).unwrap();
        let (rules, mistakes) = RuleSet::of_site_file("www.a.example", &file);
        assert!(mistakes.is_empty(), "{mistakes:?}");
        let tried = rule_test::test(&corpus.setup(), "www.a.example", Some(&rules)).unwrap();
        let moved = &tried.changes[0];
        let lines = if table == "keep" { &moved.gained } else { &moved.lost };
        assert!(lines.iter().any(|line| line.contains(text)), "{tried:?}");
    }
    let mut after = corpus.tree();
    after.retain(|path| !path.starts_with("reports/"));
    assert_eq!(after, before, "nothing else has changed");
    let reply = server.submit(&blocks, &wrong, &[("block", "1-00000000")]);
    assert!(reply.status == 409 && reply.body.contains("load it again"), "{reply:?}");
    assert_eq!(server.post_form(&wrong, &[("block", "1-00000000")], &[]).status, 403);
    let reading = corpus.serve();
    assert!(!reading.page(&blocks).contains("This is wrong"));
}

/// What the button of the block with this text sends.
fn correction_of(server: &Served, path: &str, text: &str) -> String {
    let page = server.own_page(path);
    let (_, row) = page.split_once(text).unwrap();
    row.split_once("form=\"correct\" name=\"block\" value=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

#[test]
fn blocks_are_cut_and_restored_with_a_click_and_the_click_can_be_taken_back() {
    let corpus = usual();
    let server = corpus.serve_writable();
    let id = corpus.id(ONE);
    let (document, blocks, correct) =
        (format!("/documents/{id}"), format!("/documents/{id}/blocks"), format!("/documents/{id}/correct"));
    let before = server.own_page(&document);
    let shows = |text: &str| server.own_page(&document).contains(text);
    assert!(shows("eleven million") && !shows("Subscribe to our newsletter"));
    for (text, action, done) in [("Subscribe to our newsletter", "restore", "was restored"), ("eleven million", "cut", "was cut")]
    {
        let block = correction_of(&server, &blocks, text);
        assert!(block.starts_with(&format!("{action}:")), "{block}");
        let reply = server.submit(&blocks, &correct, &[("block", &block)]);
        let number = block.split([':', '-']).nth(1).unwrap();
        let next = format!("{blocks}?from=0&{action}={number}");
        assert_eq!(
            (reply.status, reply.field("location")),
            (303, Some(format!("{next}#block-{number}").as_str())),
            "{}",
            reply.body
        );
        let page = server.own_page(&next);
        assert!(page.contains(done) && page.contains("Corrected by hand."), "{page}");
        // What the button was has changed: once more is not what was meant.
        assert!(correction_of(&server, &blocks, text).starts_with("undo:"));
    }
    assert!(!shows("eleven million") && shows("Subscribe to our newsletter"));
    let listed = server.own_page("/documents?q=newsletter");
    assert!(listed.contains("Harbour wall to be rebuilt"), "the index has the new text");
    for text in ["Subscribe to our newsletter", "eleven million"] {
        let block = correction_of(&server, &blocks, text);
        assert_eq!(server.submit(&blocks, &correct, &[("block", &block)]).status, 303);
    }
    assert!(shows("eleven million") && !shows("Subscribe to our newsletter"));
    assert!(!corpus.tree().iter().any(|path| path.ends_with(".corrections.json")));
    assert_eq!(server.own_page(&document).len(), before.len());
}

#[test]
fn corrections_that_cannot_be_made_change_nothing() {
    let corpus = usual();
    let server = corpus.serve_writable();
    let id = corpus.id(ONE);
    let (blocks, correct) = (format!("/documents/{id}/blocks"), format!("/documents/{id}/correct"));
    let block = correction_of(&server, &blocks, "eleven million");
    let before = corpus.tree();
    assert_eq!(server.submit(&blocks, &correct, &[("block", "cut:1-00000000")]).status, 409);
    assert_eq!(server.submit(&blocks, &correct, &[("block", "1-00000000")]).status, 400);
    assert_eq!(server.submit(&blocks, &correct, &[("block", &block.replace("cut", "burn"))]).status, 400);
    assert_eq!(server.post_form(&correct, &[("block", &block)], &[]).status, 403);
    let foreign = server.submit_with(&blocks, &correct, &[("block", &block)], &[("Origin", "https://evil.example")]);
    assert_eq!(foreign.status, 403);
    {
        let _lock = Lock::take(&corpus.setup().layout).unwrap();
        let reply = server.submit(&blocks, &correct, &[("block", &block)]);
        assert!(reply.status == 409 && reply.body.contains("A run is active"), "{reply:?}");
    }
    assert_eq!(corpus.tree(), before);
    let reading = corpus.serve();
    assert!(!reading.page(&blocks).contains("form=\"correct\""));
    assert_eq!(server.submit(&blocks, &correct, &[("block", &block)]).status, 303, "the lock is free again");
}
