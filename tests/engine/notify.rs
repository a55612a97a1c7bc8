//! Hooks, pings and metrics: what is told, to whom, how often, and that nothing of it fails a run.

use std::fs;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use gleaner::commands::clean::{CleanOptions, clean};
use gleaner::commands::run::{RunOptions, run};
use gleaner::engine::{RunReport, Silent};
use serde_json::Value;

use crate::server::{Page, Server};
use crate::support::{Corpus, SETTINGS, counts, page};

/// A server that takes down what is sent to it.
struct Receiver {
    state: Received,
    port: u16,
    _runtime: tokio::runtime::Runtime,
}

#[derive(Clone, Default)]
struct Received {
    sent: Arc<Mutex<Vec<(String, String)>>>,
    /// The status of every answer; 0 for 200.
    status: Arc<Mutex<u16>>,
}

impl Receiver {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let state = Received::default();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let app = axum::Router::new().fallback(receive).with_state(state.clone());
        runtime.spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { state, port, _runtime: runtime }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn answer_with(&self, status: u16) {
        *self.state.status.lock().unwrap() = status;
    }

    fn sent(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.state.sent.lock().unwrap())
    }

    fn paths(&self) -> Vec<String> {
        self.sent().into_iter().map(|(path, _)| path).collect()
    }
}

async fn receive(State(state): State<Received>, uri: Uri, body: String) -> StatusCode {
    state.sent.lock().unwrap().push((uri.path().to_owned(), body));
    let status = *state.status.lock().unwrap();
    StatusCode::from_u16(status).unwrap_or(StatusCode::OK)
}

/// A hook that appends each event as a line to a file, unless a file named `broken` is there.
fn command_hook(corpus: &Corpus, events: &str) -> String {
    let script = "test ! -e \"$1/broken\" || { echo out of order >&2; exit 7; }; cat >> \"$1/events\"; echo >> \"$1/events\"";
    corpus.write("hook.sh", script);
    let folder = corpus.path("");
    format!("[[hook]]\non = [{events}]\ncommand = [\"sh\", \"{0}hook.sh\", \"{0}\"]\n", folder.display())
}

/// The events that [`command_hook`] took down since the last time.
fn events(corpus: &Corpus) -> Vec<Value> {
    let text = fs::read_to_string(corpus.path("events")).unwrap_or_default();
    let _ = fs::remove_file(corpus.path("events"));
    text.lines().filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["event"].as_str().unwrap()).collect()
}

fn clean_with(corpus: &Corpus, settings: &str) -> RunReport {
    clean(&corpus.setup_with(settings), &CleanOptions::default(), &Silent).unwrap()
}

#[test]
fn a_command_is_told_of_articles_updates_and_the_end_of_the_run() {
    let corpus = Corpus::new();
    let settings = SETTINGS.to_owned() + &command_hook(&corpus, "\"article\", \"updated\", \"run_finished\"");
    corpus.write("raw/a.html", page(1, "Plan one"));
    corpus.write("raw/copy.html", page(1, "Plan one"));
    assert_eq!(counts(&clean_with(&corpus, &settings))[0], 1);
    let told = events(&corpus);
    assert_eq!(kinds(&told), ["article", "run_finished"], "a copy is no article");
    let document = &told[0]["document"];
    assert_eq!((&document["title"], &document["published"]), (&"Plan one".into(), &"2024-03-02".into()));
    assert!(fs::read_to_string(document["text"].as_str().unwrap()).unwrap().starts_with("The council"), "{document}");
    assert_eq!((&told[1]["report"]["command"], &told[1]["report"]["new"]), (&"clean".into(), &1.into()));
    assert_eq!(told[0]["at"], "2024-05-01T12:00:00Z");

    corpus.write("raw/a.html", page(1, "Plan one").replace("Tuesday", "Wednesday"));
    clean_with(&corpus, &settings);
    let told = events(&corpus);
    assert!(kinds(&told).contains(&"updated"), "{told:?}");
    clean_with(&corpus, &settings);
    assert_eq!(kinds(&events(&corpus)), ["run_finished"], "nothing has changed");
    assert!(!corpus.path(".gleaner/outbox").read_dir().unwrap().any(|entry| entry.unwrap().path().extension().is_some()));
}

#[test]
fn what_a_hook_cannot_take_comes_with_a_later_run_and_fails_none() {
    let corpus = Corpus::new();
    let settings = SETTINGS.to_owned() + &command_hook(&corpus, "\"article\"");
    corpus.write("broken", "");
    for number in 1..=5 {
        corpus.write(&format!("raw/{number}.html"), page(number, &format!("Plan {number}")));
    }
    let report = clean_with(&corpus, &settings);
    assert_eq!((counts(&report)[0], report.exit_status()), (5, 0));
    assert!(events(&corpus).is_empty());
    fs::remove_file(corpus.path("broken")).unwrap();
    clean_with(&corpus, &settings);
    let early: Vec<Value> = events(&corpus);
    assert_eq!(early.len(), 2, "too early for another attempt of three; the others have had none");
    let later = corpus.setup_at(&settings, "2024-05-01T12:02:00Z");
    clean(&later, &CleanOptions::default(), &Silent).unwrap();
    let told = [events(&corpus), early].concat();
    let titles: Vec<&str> = told.iter().map(|event| event["document"]["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["Plan 1", "Plan 2", "Plan 3", "Plan 4", "Plan 5"]);
}

#[test]
fn a_command_that_does_not_end_is_ended() {
    let corpus = Corpus::new();
    let hook = "[[hook]]\non = [\"run_finished\"]\ncommand = [\"sleep\", \"600\"]\ntimeout_s = 1\n";
    corpus.write("raw/a.html", page(1, "Plan one"));
    assert_eq!(clean_with(&corpus, &format!("{SETTINGS}{hook}")).exit_status(), 0);
}

#[test]
fn webhooks_are_sent_to_addresses_that_are_allowed() {
    let (corpus, receiver) = (Corpus::new(), Receiver::start());
    corpus.write("raw/a.html", page(1, "Plan one"));
    let hook = format!("[[hook]]\non = [\"article\"]\nurl = \"{}\"\n", receiver.url("/hook"));
    // The guard of [fetch] does not count.
    clean_with(&corpus, &format!("{SETTINGS}{hook}"));
    assert_eq!(receiver.sent(), []);
    receiver.answer_with(503);
    let settings = format!("{SETTINGS}[notify]\nallow_private = [\"127.0.0.1\"]\n{hook}");
    let run_at = |time: &str| clean(&corpus.setup_at(&settings, time), &CleanOptions::default(), &Silent).unwrap();
    run_at("2024-05-01T12:10:00Z");
    assert_eq!(receiver.paths(), ["/hook"]);
    receiver.answer_with(200);
    run_at("2024-05-01T13:00:00Z");
    let sent = receiver.sent();
    let event: Value = serde_json::from_str(&sent[0].1).unwrap();
    assert_eq!((sent.len(), &event["document"]["title"]), (1, &"Plan one".into()));
    run_at("2024-05-02T12:00:00Z");
    assert_eq!(receiver.sent(), [], "once is enough");
}

#[test]
fn a_monitor_hears_of_the_beginning_and_the_end_and_prometheus_of_the_rest() {
    let (corpus, server, receiver) = (Corpus::new(), Server::start(), Receiver::start());
    server.put("/1", Page::Html(page(1, "Plan one")));
    let settings = format!(
        "{SETTINGS}robots = \"ignore\"\n[notify]\nallow_private = true\nping = \"{}\"\nmetrics_file = \"gleaner.prom\"\n\
         [[source]]\nkind = \"urls\"\nname = \"u\"\nurls = [\"{}\"]\n",
        receiver.url("/ping/secret"),
        server.url("/1")
    );
    let run_at = |time: &str| run(&corpus.setup_at(&settings, time), &RunOptions::default(), &Silent).unwrap();
    run_at("2024-05-01T12:00:00Z");
    assert_eq!(receiver.paths(), ["/ping/secret/start", "/ping/secret"]);
    let metrics = fs::read_to_string(corpus.path("gleaner.prom")).unwrap();
    for line in [
        "gleaner_last_success_timestamp_seconds 1714564800",
        "gleaner_last_run_inputs{outcome=\"new\"} 1",
        "gleaner_documents 1",
        "gleaner_last_run_exit_status 0",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line}\n{metrics}");
    }
    server.put("/1", Page::Status(404));
    assert_eq!(run_at("2024-05-01T13:00:00Z").exit_status(), 3);
    let sent = receiver.sent();
    assert_eq!((sent[1].0.as_str(), sent.len()), ("/ping/secret/fail", 2));
    assert!(sent[1].1.contains("404"), "{}", sent[1].1);
    let metrics = fs::read_to_string(corpus.path("gleaner.prom")).unwrap();
    assert!(metrics.contains("gleaner_last_success_timestamp_seconds 1714564800\n"), "the last success stays\n{metrics}");
    assert!(metrics.contains("gleaner_last_run_exit_status 3\n"), "{metrics}");
}

#[test]
fn an_event_whose_document_was_never_written_is_dropped() {
    let corpus = Corpus::new();
    let settings = SETTINGS.to_owned() + &command_hook(&corpus, "\"article\"");
    corpus.write("raw/a.html", page(1, "Plan one"));
    // What a run leaves that is killed after it noted an article, and before it wrote it.
    let mut outbox = gleaner::notify::Outbox::new(
        &corpus.path(".gleaner"),
        &corpus.setup_with(&settings).config.hook,
        "2024-05-01T11:00:00Z".parse().unwrap(),
    );
    let (id, hash) = (gleaner_extract::base::hash::ContentHash::of("x"), gleaner_extract::base::hash::ContentHash::of("y"));
    let kind = gleaner::notify::EventKind::Article;
    assert!(outbox.note_document(kind, gleaner_extract::document::DocumentId(id), hash).unwrap().is_some());
    clean_with(&corpus, &settings);
    let told = events(&corpus);
    assert_eq!((told.len(), &told[0]["document"]["title"]), (1, &"Plan one".into()), "{told:?}");
}
