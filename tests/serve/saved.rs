//! Saved searches: their lists, and their feeds under their own names.

use gleaner::config::Config;
use gleaner::search::WatchConfig;
use gleaner::serve::ServeOptions;
use serde_json::{Value, json};

use crate::support::usual;

#[test]
fn saved_searches_are_listed_and_can_be_followed() {
    let config: Config = toml::from_str(
        "[[watch]]\nname = \"Ports & walls\"\nquery = \"harbour -Friday\"\n[[watch]]\nname = \"<b>c\"\nsites = [\"c.example\"]\n",
    )
    .unwrap();
    let names: Vec<&str> = config.watch.iter().map(|watch: &WatchConfig| watch.name.as_str()).collect();
    assert_eq!(names, ["Ports & walls", "<b>c"]);
    let corpus = usual();
    let server = corpus.serve_setup(corpus.setup_with(config), ServeOptions::default());
    let start = server.page("/");
    for part in ["Saved searches", "Ports &amp; walls", "&lt;b&gt;c", "/feeds/saved/Ports%20%26%20walls/feed.json"] {
        assert!(start.contains(part), "{part}: {start}");
    }
    assert!(server.page("/documents").contains("href=\"/documents?q=harbour+-Friday&amp;order=newest\""));
    assert!(server.page("/documents?q=harbour+-Friday&order=newest").contains("1 document"));

    let atom = server.page("/feeds/saved/Ports%20%26%20walls/atom.xml");
    assert!(atom.contains("<title>Ports &amp; walls</title>") && atom.contains("Harbour wall to be rebuilt"), "{atom}");
    assert!(atom.contains("/feeds/saved/Ports%20%26%20walls/atom.xml") && !atom.contains("The wall comes back"), "{atom}");
    let feed: Value = serde_json::from_str(&server.page("/feeds/saved/%3Cb%3Ec/feed.json")).unwrap();
    assert_eq!((feed["title"].as_str(), feed["items"].as_array().map(Vec::len)), (Some("<b>c"), Some(1)));
    let answer = server.get("/api/v1/searches").json();
    let [ports, c] = answer["searches"].as_array().unwrap().as_slice() else { panic!("{answer}") };
    assert_eq!(
        (&ports["name"], &ports["query"], &ports["matches"]),
        (&json!("Ports & walls"), &json!("harbour -Friday"), &json!(1))
    );
    assert_eq!((&c["query"], &c["filters"]["sites"], &c["matches"]), (&Value::Null, &json!(["c.example"]), &json!(1)));
    assert_eq!((&c["filters"]["tags"], &c["filters"]["canonical_only"]), (&json!([]), &json!(false)));
    for search in [ports, c] {
        let documents = server.get(search["documents"].as_str().unwrap()).json();
        assert_eq!(documents["total"], search["matches"], "{search}");
        assert_eq!(server.get(search["page"].as_str().unwrap()).status, 200, "{search}");
        let feeds = search["feeds"].as_array().unwrap();
        assert_eq!(feeds.len(), 4, "{search}");
        // The last is a book, which is no text.
        for feed in &feeds[..3] {
            let reply = server.get(feed["path"].as_str().unwrap());
            assert_eq!((reply.status, reply.field("content-type")), (200, feed["type"].as_str()), "{feed}");
        }
    }
    for path in ["/feeds/saved/nothing/atom.xml", "/feeds/saved/%3Cb%3Ec/nothing.xml"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    let plain = corpus.serve();
    assert_eq!(plain.get("/api/v1/searches").json(), json!({ "searches": [] }));
    assert!(!plain.page("/").contains("Saved searches") && !plain.page("/documents").contains("Saved searches"));
}
