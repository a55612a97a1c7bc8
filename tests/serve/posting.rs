//! Pages that programs and browsers send with their URL.

use gleaner::commands::clean::{CleanOptions, clean};
use gleaner::engine::Silent;
use gleaner::store::{CorpusReader, Lock};

use crate::support::{Corpus, Reply, Served, TOKEN, page_of, story, usual};

const URL: &str = "https://www.d.example/Nightbusisback";

fn page() -> String {
    page_of("d.example", "Night bus is back", &story(40))
}

fn post(server: &Served, path: &str, content_type: &str, body: &str, more: &[(&str, &str)]) -> Reply {
    let bearer = format!("Bearer {TOKEN}");
    server.send("POST", path, &[&[("Authorization", bearer.as_str()), ("Content-Type", content_type)], more].concat(), body)
}

fn post_json(server: &Served, page: &str) -> Reply {
    let json = serde_json::json!({ "url": URL, "html": page, "fetched_at": "2024-04-30T08:00:00Z" });
    post(server, "/api/v1/pages", "application/json", &json.to_string(), &[])
}

/// The files in a folder of the corpus.
fn names(corpus: &Corpus, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(corpus.path().join(folder)).into_iter().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_page_is_kept_as_the_browser_saw_it_and_cleaned() {
    let corpus = usual();
    let server = corpus.serve_writable();
    let reply = post_json(&server, &page());
    assert_eq!((reply.status, reply.json()["outcome"].as_str()), (201, Some("new")), "{}", reply.body);
    let id = reply.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(reply.field("location"), Some(format!("/api/v1/documents/{id}").as_str()));
    assert_eq!(corpus.id(URL), id);
    let document = CorpusReader::open(&corpus.setup().layout).unwrap().find(&id).unwrap().unwrap();
    assert_eq!(document.sidecar.fetched_at, Some("2024-04-30T08:00:00Z".parse().unwrap()));
    let raw = gleaner::store::raw::read(&corpus.setup().layout.path(&document.sidecar.raw.path)).unwrap();
    assert_eq!(String::from_utf8(raw.bytes).unwrap(), page());
    assert!(raw.http.unwrap().rendered);
    assert!(server.own_page(&format!("/documents/{id}")).contains("Night bus is back"));
    let again = post_json(&server, &page());
    assert_eq!((again.status, again.json()["outcome"].as_str()), (200, Some("unchanged")), "{}", again.body);
    assert_eq!(names(&corpus, "raw/d").len(), 2, "body and facts");
}

#[test]
fn html_is_taken_with_its_url_in_the_query() {
    let corpus = usual();
    let server = corpus.serve_writable();
    let path = "/api/v1/pages?url=https%3A%2F%2Fwww.d.example%2FNightbusisback";
    let reply = post(&server, path, "text/html; charset=utf-8", &page(), &[]);
    assert_eq!((reply.status, corpus.id(URL)), (201, reply.json()["id"].as_str().unwrap().to_owned()));
    assert_eq!(post(&server, "/api/v1/pages", "text/html", &page(), &[]).status, 400);
}

#[test]
fn only_programs_with_the_token_may_send_pages() {
    let corpus = usual();
    let server = corpus.serve_writable();
    let json = serde_json::json!({ "url": URL, "html": page() }).to_string();
    let cookie = server.cookie();
    for headers in [vec![], vec![("Cookie", cookie.as_str())], vec![("Authorization", "Bearer wrong")]] {
        let headers = [&headers[..], &[("Content-Type", "application/json")]].concat();
        let reply = server.send("POST", "/api/v1/pages", &headers, &json);
        assert_eq!((reply.status, reply.field("www-authenticate")), (401, Some("Bearer")), "{headers:?}");
    }
    // No site can make a browser ask with the token: what it would have to ask for first is refused.
    let preflight = [("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST")];
    let reply = server.send("OPTIONS", "/api/v1/pages", &preflight, "");
    assert!(reply.status >= 400 && reply.field("access-control-allow-origin").is_none(), "{reply:?}");
    let rebound = format!("evil.example:{}", server.address.port());
    assert_eq!(post(&server, "/api/v1/pages", "application/json", &json, &[("Host", &rebound)]).status, 421);
    let reading = corpus.serve_with(gleaner::serve::ServeOptions { token: Some(TOKEN.to_owned()), ..Default::default() });
    assert_eq!(post_json(&reading, &page()).status, 403);
    assert!(names(&corpus, "raw/d").is_empty());
}

#[test]
fn what_is_no_page_is_refused_and_explained() {
    let corpus = usual();
    let server = corpus.serve_writable();
    for (content_type, body, status, part) in [
        ("application/json", "{}", 400, "url"),
        ("application/json", r#"{"url":"file:///etc/passwd","html":"<p>x</p>"}"#, 400, "file:"),
        ("application/json", r#"{"url":"https://d.example/","html":""}"#, 400, "empty"),
        ("application/json", r#"{"url":"https://d.example/","html":"<p>x</p>","path":"../x"}"#, 400, "path"),
        ("text/plain", "x", 415, "JSON or HTML"),
        ("application/json", r#"{"url":"https://d.example/","html":"<html><body></body></html>"}"#, 422, "refused"),
    ] {
        let reply = post(&server, "/api/v1/pages", content_type, body, &[]);
        assert!(reply.status == status && reply.body.contains(part), "{body}: {reply:?}");
    }
    let large = format!(r#"{{"url":"https://d.example/","html":"{}"}}"#, "x".repeat(21 << 20));
    assert_eq!(post(&server, "/api/v1/pages", "application/json", &large, &[]).status, 413);
    let length = (100u64 << 20).to_string();
    assert_eq!(post(&server, "/api/v1/pages", "application/json", "{}", &[("Content-Length", &length)]).status, 413);
}

#[test]
fn a_page_that_comes_during_a_run_waits_for_the_next_one() {
    let corpus = usual();
    let server = corpus.serve_writable();
    let run = Lock::take(&corpus.setup().layout).unwrap();
    for _ in 0..2 {
        let reply = post_json(&server, &page());
        assert_eq!((reply.status, reply.json()["outcome"].as_str()), (202, Some("waiting")), "{}", reply.body);
    }
    assert_eq!(names(&corpus, "drop").len(), 1, "it waits once");
    drop(run);
    let report = clean(&corpus.setup(), &CleanOptions::default(), &Silent).unwrap();
    assert_eq!((report.new, report.failed), (1, 0));
    assert!(names(&corpus, "drop").is_empty());
    let document = CorpusReader::open(&corpus.setup().layout).unwrap().find(URL).unwrap().unwrap();
    assert_eq!(document.sidecar.fetched_at, Some("2024-04-30T08:00:00Z".parse().unwrap()));
    assert_eq!(post_json(&server, &page()).json()["outcome"], "unchanged");
}

#[test]
fn pages_that_come_at_once_are_all_kept_and_runs_wait_for_them() {
    let corpus = usual();
    let server = corpus.serve_writable();
    std::thread::scope(|scope| {
        let posts: Vec<_> = (50..54)
            .map(|number| {
                let server = &server;
                scope.spawn(move || {
                    let html = page_of("e.example", &format!("Report number {number}"), &story(number));
                    let json = serde_json::json!({ "url": format!("https://e.example/{number}"), "html": html }).to_string();
                    post(server, "/api/v1/pages", "application/json", &json, &[]).status
                })
            })
            .collect();
        let run = scope.spawn(|| clean(&corpus.setup(), &CleanOptions::default(), &Silent).unwrap());
        assert_eq!(run.join().unwrap().failed, 0);
        for post in posts {
            assert!(matches!(post.join().unwrap(), 201 | 202));
        }
    });
    clean(&corpus.setup(), &CleanOptions::default(), &Silent).unwrap();
    assert_eq!(CorpusReader::open(&corpus.setup().layout).unwrap().overview().unwrap().documents, 7);
}

#[test]
fn a_page_that_sends_itself_is_kept_only_by_a_click() {
    let corpus = usual();
    let server = corpus.serve_writable();
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs([("url", URL), ("html", &page())]).finish();
    let sent = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Origin", "https://www.d.example"),
        ("Sec-Fetch-Site", "cross-site"),
    ];
    let shown = server.send("POST", "/capture", &sent, &body);
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert!(
        shown.body.contains("action=\"/pages\"") && !shown.body.contains("<main><article>"),
        "all of it is escaped: {}",
        shown.body
    );
    assert!(names(&corpus, "raw/d").is_empty(), "nothing is kept yet");
    let token = shown.body.split_once("name=\"form_token\" value=\"").unwrap().1.split('"').next().unwrap();
    let html = page().replace('\n', "\r\n");
    let fields = [("url", URL), ("html", html.as_str()), ("form_token", token)];
    assert_eq!(server.post_form("/pages", &fields, &sent[1..]).status, 403, "not by the page itself");
    assert_eq!(server.post_form("/pages", &fields[..2], &[]).status, 403);
    let kept = server.post_form("/pages", &fields, &[]);
    assert_eq!(
        (kept.status, kept.field("location")),
        (303, Some(format!("/documents/{}", corpus.id(URL)).as_str())),
        "{}",
        kept.body
    );
    let reading = corpus.serve();
    assert_eq!(reading.send("POST", "/capture", &sent, &body).status, 403);
}
