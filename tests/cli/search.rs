//! `search`, `list`, `is-article`, several documents at once, and saved searches.

use std::fs;

use crate::support::{Corpus, PAGE};

/// A page about a bridge, of another site and day.
fn bridge() -> String {
    PAGE.replace("Ferry to Holm runs again after storm", "Bridge to Holm opens for cyclists")
        .replace("The ferry between the mainland and Holm sailed", "The bridge between the mainland and Holm was opened")
        .replace(
            "About sixty cars were waiting at the quay when the first boat left",
            "About forty cyclists stood at the barrier when it went up",
        )
        .replace(
            "had run out of flour on Thursday, and its owner came across with the first boat",
            "sold rolls to everybody, and its owner drove across to the mill",
        )
        .replace("Repairs will cost the county more than a million crowns", "Tolls will pay for it within thirty years")
        .replace("2024-02-03", "2024-03-09")
        .replace("Holm Courier", "Strand Post")
}

fn corpus() -> Corpus {
    let corpus = Corpus::with_page();
    corpus.write("raw/bridge.html", bridge());
    assert!(corpus.run(&["clean", "--quiet"]).status.success());
    corpus
}

fn out(corpus: &Corpus, args: &[&str]) -> String {
    let output = corpus.run(args);
    assert!(output.status.success(), "{}", corpus.transcript_of(args, &output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_search_shows_documents_with_the_hits_marked() {
    let corpus = corpus();
    let found = out(&corpus, &["search", "sixty", "FERRY"]);
    assert!(
        found.contains("  2024-02-03  Holm Courier") && found.contains("  *Ferry* to Holm runs again after storm\n"),
        "{found}"
    );
    assert!(found.contains("About *sixty* cars"), "{found}");
    assert_eq!(out(&corpus, &["search", "holm", "--ids"]).lines().count(), 2);
    assert_eq!(out(&corpus, &["search", "holm", "NOT", "ferry", "--ids"]).lines().count(), 1);
    let by_date = out(&corpus, &["search", "holm", "--sort", "date", "--limit", "1"]);
    assert!(by_date.contains("2024-03-09") && !by_date.contains("2024-02-03"), "{by_date}");
    let filtered =
        out(&corpus, &["search", "holm", "--until", "2024-02-29", "--site", "holm courier", "--completeness", "complete"]);
    assert!(filtered.contains("2024-02-03") && !filtered.contains("2024-03-09"), "{filtered}");
    let json: serde_json::Value = serde_json::from_str(&out(&corpus, &["search", "title:bridge", "--json"])).unwrap();
    assert_eq!((&json["total"], &json["hits"][0]["document"]["outlet"]), (&1.into(), &"Strand Post".into()));
    let coloured = out(&corpus, &["search", "sixty", "--color", "always"]);
    assert!(coloured.contains("\u{1b}[1m*sixty*\u{1b}[0m"), "{coloured}");
}

#[test]
fn a_wrong_query_is_explained_below_the_mistake() {
    let corpus = corpus();
    let output = corpus.run(&["search", "holm \"ferry"]);
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    let expected = "gleaner: failed to read the query: the quotation mark is never closed\n    holm \"ferry\n         ^\nhint: ";
    assert!(message.starts_with(expected), "{message}");
    let none = corpus.run(&["search", "zebra"]);
    assert_eq!((none.status.code(), String::from_utf8(none.stderr).unwrap().as_str()), (Some(0), "no document matches\n"));
}

#[test]
fn lists_have_the_same_filters_and_feed_other_commands() {
    let corpus = corpus();
    let list = out(&corpus, &["list"]);
    let lines: Vec<&str> = list.lines().collect();
    assert!(lines[0].contains("2024-03-09") && lines[1].ends_with("Ferry to Holm runs again after storm"), "{list}");
    assert_eq!(out(&corpus, &["list", "--offset", "1"]).lines().count(), 1);
    assert_eq!(out(&corpus, &["list", "--language", "fr"]), "");
    let objects = out(&corpus, &["list", "--sort", "name", "--json"]);
    let first: serde_json::Value = serde_json::from_str(objects.lines().next().unwrap()).unwrap();
    assert_eq!(first["published"], "2024-02-03");
    let ids = out(&corpus, &["list", "--ids0"]);
    let ids: Vec<&str> = ids.split_terminator('\0').collect();
    assert_eq!(ids.len(), 2);
    let shown = out(&corpus, &["show", ids[0], &ids[1][..8]]);
    assert!(shown.starts_with("==> ") && shown.matches(" <==\n").count() == 2 && shown.contains("cyclists stood"), "{shown}");
    let one = out(&corpus, &["show", ids[0]]);
    assert!(!one.contains("==>"));
    for command in ["history", "related", "explain"] {
        assert_eq!(out(&corpus, &[command, ids[0], ids[1]]).matches("==> ").count(), 2, "{command}");
    }
    let sidecars = out(&corpus, &["show", "--json", ids[0], ids[1]]);
    assert_eq!(serde_json::Deserializer::from_str(&sidecars).into_iter::<serde_json::Value>().count(), 2);
    let unknown = corpus.run(&["show", ids[0], "00000000"]);
    assert!(unknown.status.code() == Some(2) && unknown.stdout.is_empty(), "all are found before anything is printed");
}

#[test]
fn pages_are_told_apart() {
    let corpus = corpus();
    let story = out(&corpus, &["is-article", "raw/ferry.html"]);
    assert!(story.starts_with("story       raw/ferry.html (complete)\n    "), "{story}");
    let check = "<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1>
        <p>Please verify you are human by completing the action below. Enable JavaScript and cookies to continue.</p></body></html>";
    corpus.write("check.html", check);
    let items: String =
        (0..40).map(|n| format!("<li><a href=\"/{n}\">Story number {n} about the town of Holm</a></li>")).collect();
    corpus.write("front.html", format!("<html><head><title>Holm Courier</title></head><body><ul>{items}</ul></body></html>"));
    let output = corpus.run(&["is-article", "--json", "raw/ferry.html", "check.html", "front.html", "nowhere.html"]);
    assert_eq!(output.status.code(), Some(3));
    let lines = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let verdicts: Vec<&str> = lines.iter().map(|line| line["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts[..2], ["story", "block-page"]);
    assert!(matches!(verdicts[2], "front-page" | "list" | "no-text"), "{verdicts:?}");
    assert!(lines.iter().all(|line| !line["evidence"].as_array().unwrap().is_empty()));
    assert!(String::from_utf8_lossy(&output.stderr).contains("failed to judge nowhere.html"));
}

#[test]
fn a_watch_tells_of_each_new_match_once() {
    let corpus = Corpus::with_page();
    let script = corpus.path("hook.sh");
    fs::write(&script, "cat >> \"$1\"; echo >> \"$1\"\n").unwrap();
    let events = corpus.path("events");
    let hook = format!("[[hook]]\non = [\"watch\"]\ncommand = [\"sh\", \"{}\", \"{}\"]\n", script.display(), events.display());
    let watches =
        "[[watch]]\nname = \"Holm\"\nquery = \"holm -absent\"\n\n[[watch]]\nname = \"Strand\"\nsites = [\"Strand Post\"]\n";
    corpus.write("config.toml", format!("{watches}\n{hook}"));
    let told = |args: &[&str]| String::from_utf8(corpus.run(args).stderr).unwrap();
    let first = told(&["clean"]);
    assert!(first.contains("watch Holm: 1 new document\n") && !first.contains("Strand"), "{first}");
    assert!(!told(&["clean"]).contains("watch "), "nothing is new");
    corpus.write("raw/bridge.html", bridge());
    corpus.write("raw/ferry.html", PAGE.replace("sixty", "seventy"));
    let report: serde_json::Value = serde_json::from_slice(&corpus.run(&["clean", "--json"]).stdout).unwrap();
    let watched = report["watched"].as_array().unwrap();
    assert_eq!(watched.len(), 2);
    assert_eq!((&watched[0]["documents"], &watched[1]["watch"]), (&1.into(), &"Strand".into()));
    assert_eq!(watched[1]["first"][0]["title"], "Bridge to Holm opens for cyclists");
    let events = fs::read_to_string(&events).unwrap();
    let events: Vec<serde_json::Value> = events.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let named: Vec<(&str, &str)> =
        events.iter().map(|event| (event["watch"].as_str().unwrap(), event["document"]["title"].as_str().unwrap())).collect();
    let (ferry, bridge) = ("Ferry to Holm runs again after storm", "Bridge to Holm opens for cyclists");
    assert_eq!(named, [("Holm", ferry), ("Holm", bridge), ("Strand", bridge)]);
    assert!(events.iter().all(|event| event["event"] == "watch"));
}

#[test]
fn a_watch_that_cannot_be_used_is_an_error_at_its_line() {
    let corpus = Corpus::with_page();
    for (watch, expected) in [
        ("name = \"x\"\nquery = 'a \"b'", "line 2: [[watch]]: failed to read the query: the quotation mark is never closed"),
        ("name = \"x\"", "line 2: [[watch]]: it has neither a `query` nor a filter"),
        (
            "name = \"x\"\nquery = \"a\"\n[[watch]]\nname = \"x\"\nquery = \"b\"",
            "line 5: [[watch]]: another one has the name `x`",
        ),
    ] {
        corpus.write("config.toml", format!("jobs = 1\n[[watch]]\n{watch}\n"));
        let output = corpus.run(&["clean"]);
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && message.contains(expected), "{message}");
    }
}
