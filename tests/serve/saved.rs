//! Saved searches: their lists, and their feeds under their own names.

use gleaner::config::Config;
use gleaner::search::WatchConfig;
use gleaner::serve::ServeOptions;

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
    let json: serde_json::Value = serde_json::from_str(&server.page("/feeds/saved/%3Cb%3Ec/feed.json")).unwrap();
    assert_eq!((json["title"].as_str(), json["items"].as_array().map(Vec::len)), (Some("<b>c"), Some(1)));
    for path in ["/feeds/saved/nothing/atom.xml", "/feeds/saved/%3Cb%3Ec/nothing.xml"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    let plain = corpus.serve();
    assert!(!plain.page("/").contains("Saved searches") && !plain.page("/documents").contains("Saved searches"));
}
