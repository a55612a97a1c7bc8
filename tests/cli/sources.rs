//! What `run`, `sources list`, `status`, `queue` and `ingest` say about URLs and sources.

use crate::server::{Page, Server};
use crate::snapshot;
use crate::support::{Corpus, PAGE};

/// One attempt and no pause, so that what fails fails at once.
const LOCAL: &str = "[fetch]\nallow_private = true\nrobots = \"ignore\"\nattempts = 1\ndelay_s = 0\n";

fn source(kind: &str, name: &str, url: &str) -> String {
    format!("[[source]]\nkind = \"{kind}\"\nname = \"{name}\"\nurl = \"{url}\"\n")
}

/// A corpus whose clock stands still.
fn transcript(corpus: &Corpus, time: i64, args: &[&str]) -> String {
    let output = corpus.command(args).env("SOURCE_DATE_EPOCH", time.to_string()).output().unwrap();
    corpus.transcript_of(args, &output)
}

#[test]
fn broken_sources_are_named_until_they_can_be_read() {
    const NOON: i64 = 1_714_564_800;
    let (corpus, server) = (Corpus::new(), Server::start());
    server.put("/news", Page::Html("<!doctype html><html><body><p>Nothing here.</body></html>".into()));
    server.put("/1", Page::Html(PAGE.into()));
    let feed = format!("<rss><channel><item><link>{}</link></item></channel></rss>", server.url("/1"));
    server.put("/feed", Page::Bytes("application/rss+xml", feed.into_bytes()));
    server.put("/moved", Page::To("/feed-2".into()));
    let sources = source("feed", "Holm Courier", &server.url("/feed"))
        + &source("feed", "Moved", &server.url("/moved"))
        + &source("feed", "A page", &server.url("/news"));
    corpus.write("config.toml", format!("{LOCAL}{sources}"));
    let text = [
        transcript(&corpus, NOON, &["run"]),
        transcript(&corpus, NOON + 60, &["run"]),
        transcript(&corpus, NOON + 60, &["run", "--quiet"]),
        transcript(&corpus, NOON + 60, &["sources", "list"]),
        transcript(&corpus, NOON + 60, &["status"]),
    ];
    snapshot!("broken_sources", text.join("\n"));
    let json = |args: &[&str]| serde_json::from_slice::<serde_json::Value>(&corpus.run(args).stdout).unwrap();
    let list = json(&["sources", "list", "--json"]);
    assert_eq!((&list[0]["last_success"], &list[1]["failures"]), (&"2024-05-01T12:00:00Z".into(), &1.into()));
    let status = json(&["status", "--json"]);
    assert_eq!(
        (&status["documents"], &status["queue"]["done"], &status["sources"][1]["is_failing"]),
        (&1.into(), &1.into(), &true.into())
    );
}

#[test]
fn urls_of_the_queue_are_retried_by_name() {
    let (corpus, server) = (Corpus::new(), Server::start());
    server.put("/1", Page::Html(PAGE.into()));
    corpus.write(
        "config.toml",
        format!(
            "{LOCAL}[[source]]\nkind = \"urls\"\nname = \"u\"\nurls = [\"{}\", \"{}\"]\n",
            server.url("/1"),
            server.url("/2")
        ),
    );
    let (done, dead) = (server.url("/1"), server.url("/2"));
    std::fs::create_dir(corpus.path("clean")).unwrap();
    let unknown = corpus.transcript(&["queue", "retry", &done]);
    let text = [
        unknown,
        corpus.transcript(&["run"]),
        corpus.transcript(&["run"]),
        corpus.transcript(&["queue", "list"]),
        corpus.transcript(&["queue", "list", &done]),
        corpus.transcript(&["queue", "retry", &done, &dead]),
        corpus.transcript(&["queue", "retry", &done]),
        corpus.transcript(&["queue", "retry", &done, "https://elsewhere.example/"]),
        corpus.transcript(&["queue", "drop", "99"]),
        corpus.transcript(&["run"]),
    ];
    snapshot!("queue_retry", text.join("\n"));
    let asked = server.asked().into_iter().map(|(path, status)| format!("{path} {status}")).collect::<Vec<_>>();
    assert_eq!(asked, ["/1 200", "/1 304", "/1 304", "/2 404", "/2 404"]);
}

#[test]
fn ingest_names_what_it_stored() {
    let (corpus, server) = (Corpus::new(), Server::start());
    corpus.write("config.toml", LOCAL);
    server.put("/1", Page::Html(PAGE.into()));
    for n in 2..=15 {
        server.put(
            &format!("/{n}"),
            Page::Html(PAGE.replace("sixty", &format!("{n} hundred")).replace("Ferry", &format!("Ferry {n}"))),
        );
    }
    let url = server.url("/1");
    let first = corpus.transcript(&["ingest", &url]);
    let again = corpus.transcript(&["ingest", &url]);
    assert!(first.contains("Ferry to Holm runs again after storm\n") && first.contains("./clean/2024/02/2024-02-03_"), "{first}");
    assert!(again.contains("\nunchanged ") && again.contains("./clean/2024/02/2024-02-03_"), "{again}");
    let id = first.split_whitespace().skip_while(|word| *word != "new").nth(1).unwrap();
    let shown: String = corpus.transcript(&["show", id]);
    assert!(shown.contains("About sixty cars"), "{shown}");

    let urls: Vec<String> = (1..=15).map(|n| server.url(&format!("/{n}"))).collect();
    let many: Vec<&str> = std::iter::once("ingest").chain(urls.iter().map(String::as_str)).collect();
    let text = corpus.transcript(&many);
    assert_eq!(text.matches("./clean/").count(), 10, "{text}");
    assert!(text.contains("the journal in log/ lists all") && text.contains("14 new, 1 unchanged"), "{text}");
    assert!(corpus.run(&["ingest", "--quiet", &url]).stdout.is_empty());

    let json: serde_json::Value = serde_json::from_slice(&corpus.run(&["ingest", "--json", &url]).stdout).unwrap();
    let document = &json["documents"][0];
    assert_eq!((&document["source"], &document["title"]), (&url.clone().into(), &"Ferry to Holm runs again after storm".into()));
    assert!(
        document["path"].as_str().unwrap().starts_with("clean/2024/02/") && document["id"].as_str().unwrap().starts_with(id),
        "{json}"
    );
    let journals = corpus.files("log").into_iter().map(|name| std::fs::read_to_string(corpus.path("log").join(name)).unwrap());
    let lines: Vec<String> = journals.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    assert!(
        lines.iter().any(|line| line.contains("\"outcome\":\"new\"")
            && line.contains("\"title\":\"Ferry 9 to Holm")
            && line.contains("\"path\":\"clean/")),
        "{lines:?}"
    );
}

#[test]
fn contradictions_in_the_configuration_are_named_with_their_line() {
    let corpus = Corpus::new();
    let mut text = String::new();
    for config in [
        source("feed", "News", "https://a.example/1") + &source("page", "news", "https://a.example/2"),
        source("feed", "A", "https://a.example/") + &source("page", "B", "https://a.example"),
        "[fetch]\ncontact = \"Jane Doe\"\n".to_owned(),
    ] {
        corpus.write("config.toml", config);
        text += &format!("{}\n", corpus.transcript(&["status"]));
    }
    snapshot!("contradictions", text);
}
