//! A user name and password in a URL go to their host and nowhere else: into no file, no output, no other request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::corpus::{Corpus, SETTINGS};
use crate::server::Server;

const CANARY: &str = "c4n4ry-p4ss";
const LOGIN: &str = "ann:c4n4ry-p4ss";

/// All forms in which the password could show up.
fn forms() -> Vec<Vec<u8>> {
    // Base64 of a text depends on its position in the whole by bytes mod 3.
    let shifted = (0..3).map(|shift| STANDARD.encode(format!("{}{CANARY}", "x".repeat(shift))));
    let core = shifted.map(|text| text.as_bytes()[4..12].to_vec());
    core.chain([CANARY.as_bytes().to_vec(), b"c4n4ry".to_vec()]).collect()
}

fn assert_clean(what: &str, bytes: &[u8]) {
    for form in forms() {
        let found = bytes.windows(form.len()).position(|window| window == form);
        let around =
            found.map(|at| String::from_utf8_lossy(&bytes[at.saturating_sub(100)..(at + 60).min(bytes.len())]).into_owned());
        assert_eq!(around, None, "{what} has the password");
    }
}

fn run(corpus: &Corpus, args: &[&str]) -> String {
    let output = corpus.run(args);
    assert_clean(&format!("{args:?} (stdout)"), &output.stdout);
    assert_clean(&format!("{args:?} (stderr)"), &output.stderr);
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn story(name: &str, links: &str) -> String {
    let text = "The ferry sailed again on Saturday morning, four days after a storm had torn the ramp from its hinges, and sixty cars waited.";
    let paragraphs: String = (0..5).map(|n| format!("<p>{n} {name}: {text}</p>")).collect();
    format!(
        "<html><head><title>{name} ferry</title>{links}</head><body><article><h1>{name} ferry</h1>{paragraphs}</article></body></html>"
    )
}

/// A site that asks for the password, and another one to which it redirects.
fn site() -> (Server, Server) {
    let other = Server::start();
    other.put_html("/other", &story("Other", ""));
    other.put_html("/given", &story("Given", ""));
    let server = Server::asking_for(Some(format!("Basic {}", STANDARD.encode(LOGIN))));
    let own = |path: &str| server.url_with(LOGIN, path);
    let links = format!(
        "<link rel=\"canonical\" href=\"{0}\"><link rel=\"amphtml\" href=\"{0}?amp\"><link rel=\"license\" href=\"{1}\">\
         <meta property=\"og:image\" content=\"{1}\"><meta property=\"og:url\" content=\"{0}\"><link rel=\"next\" href=\"{2}\">",
        own("/one"),
        own("/image"),
        own("/one?page=2"),
    );
    let echoes = format!(
        "Content-Type: text/html\r\nX-Echo: {CANARY}\r\nX-Basic: {}\r\nLink: <{}>; rel=\"x\"\r\nContent-Location: {}\r\n",
        STANDARD.encode(LOGIN),
        own("/one"),
        own("/one")
    );
    server.put("/one", "200 OK", echoes.as_bytes(), story("One", &links).as_bytes());
    for (path, name) in
        [("/two", "Two"), ("/three", "Three"), ("/listed", "Listed"), ("/cell", "Cell"), ("/explained", "Explained")]
    {
        server.put_html(path, &story(name, ""));
    }
    let to = |place: &str| format!("Location: {place}\r\n").into_bytes();
    server.put("/away", "302 Found", &to(&other.url("/other")), b"");
    server.put("/given", "302 Found", &to(&other.url_with(LOGIN, "/given")), b"");
    server.put("/same", "302 Found", &to(&own("/two")), b"");
    server.put("/lost", "302 Found", &to(&format!("http://{LOGIN}@[bad/")), b"");
    let item = |path: &str| format!("<item><title>{path}</title><link>{}</link></item>", own(path));
    let feed = format!("<rss version=\"2.0\"><channel>{}{}</channel></rss>", item("/three"), item("/missing"));
    server.put("/feed", "200 OK", b"Content-Type: application/rss+xml\r\n", feed.as_bytes());
    server.put("/broken", "500 Internal Server Error", b"", b"");
    (server, other)
}

fn sources(server: &Server) -> String {
    let url = |path: &str| server.url_with(LOGIN, path);
    format!(
        "{SETTINGS}[queue]\nattempts = 2\n\
         [[source]]\nkind = \"feed\"\nname = \"feed\"\nurl = \"{}\"\n\
         [[source]]\nkind = \"sitemap\"\nname = \"map\"\nurl = \"{}\"\n\
         [[source]]\nkind = \"page\"\nname = \"front\"\nurl = \"{}\"\n\
         [[source]]\nkind = \"urls\"\nname = \"urls\"\nurls = [\"{}\", \"{}\", \"http://{LOGIN}@a b/\"]\n\
         [[source]]\nkind = \"list\"\nname = \"list\"\nfile = \"../list.txt\"\n\
         [[source]]\nkind = \"csv\"\nname = \"csv\"\nfile = \"../list.csv\"\n\
         [[source]]\nkind = \"opml\"\nname = \"opml\"\nfile = \"../list.opml\"\n",
        url("/feed"),
        url("/sitemap.xml"),
        url("/broken"),
        url("/two"),
        url("/missing"),
    )
}

/// A corpus, and the user's own files outside of it: those hold the password, of course.
struct Places {
    corpus: Corpus,
    outside: Corpus,
}

impl Places {
    fn of(server: &Server) -> Self {
        let (corpus, outside) = (Corpus::new(), Corpus::new());
        let url = |path: &str| server.url_with(LOGIN, path);
        outside.write("list.txt", format!("{}\n{}\nhttp://{LOGIN}@[x/\n", url("/listed"), url("/broken")));
        outside.write("list.csv", format!("url\n{}\nhttp://{LOGIN}@[x/\n", url("/cell")));
        outside.write("list.opml", format!("<opml><body><outline text=\"o\" xmlUrl=\"{}\"/></body></opml>", url("/feed")));
        let folders = format!("raw = \"{0}/raw\"\nclean = \"{0}/clean\"\n[fetch]", corpus.root().display());
        let sources = sources(server).replace("../", &format!("{}/", outside.root().display()));
        outside.write("gleaner/config.toml", sources.replacen("[fetch]", &folders, 1));
        Self { corpus, outside }
    }

    fn outside(&self, name: &str) -> String {
        self.outside.path(name).display().to_string()
    }

    fn run(&self, args: &[&str]) -> String {
        let (config, root) = (self.outside("gleaner/config.toml"), self.corpus.root().display().to_string());
        let all: Vec<&str> = ["--config", &config, "--root", &root, "-v", "-v"].iter().chain(args).copied().collect();
        run(&self.corpus, &all)
    }
}

/// Runs every command that shows or writes what the corpus has.
fn run_all_readers(places: &Places, url: &dyn Fn(&str) -> String) {
    let opml = places.outside("list.opml");
    for args in [
        &["status"][..],
        &["status", "--json"],
        &["sources", "list"],
        &["sources", "export"],
        &["sources", "import", "--dry-run", &opml],
        &["queue", "list", "--state", "done", "--state", "dead", "--state", "retry", "--state", "waiting"],
        &["queue", "list", "--json"],
        &["queue", "show", "1"],
        &["queue", "show", &url("/none")],
        &["queue", "retry", &url("/missing")],
        &["explain", &url("/one")],
        &["explain", &url("/one"), "--metadata"],
        &["explain", &url("/one"), "--json"],
        &["explain", &url("/nothing")],
        &["explain", &format!("http://{LOGIN}@[x/")],
        &["show", &url("/one")],
        &["show", &url("/one"), "--json"],
        &["rules", "check", "--on", "config.toml", "--url", &url("/x")],
        &["extract", "--url", &format!("http://{LOGIN}@[x/"), "config.toml"],
        &["clean"],
        &["reindex"],
        &["verify"],
        &["export", "--warc", "out.warc"],
        &["export", "--jsonl", "out.jsonl"],
    ] {
        places.run(args);
    }
}

/// The records of a WARC without the bodies of its responses, which are kept as they were sent.
fn without_bodies(warc: &[u8]) -> Vec<u8> {
    let end_of_head = |bytes: &[u8]| bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    let (mut rest, mut kept, mut records) = (warc, Vec::new(), [0; 4]);
    while !rest.is_empty() {
        let (header, after) = rest.split_at(end_of_head(rest));
        let text = std::str::from_utf8(header).unwrap();
        let length = text.lines().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap();
        let (block, after) = after.split_at(length.parse().unwrap());
        let types = ["warcinfo", "request", "response", "metadata"];
        let record_type = types.iter().position(|name| text.contains(&format!("WARC-Type: {name}\r\n"))).unwrap();
        records[record_type] += 1;
        let is_response = types[record_type] == "response";
        kept.extend([header, if is_response { &block[..end_of_head(block)] } else { block }].concat());
        rest = after.strip_prefix(b"\r\n\r\n").unwrap();
    }
    assert!(records.iter().all(|count| *count >= 1), "{records:?}");
    kept
}

/// Fails if a file of the corpus has the password, but for the bodies of pages, which are kept as they were sent.
fn assert_files_are_clean(corpus: &Corpus) {
    for (path, content) in corpus.files() {
        let is_packed = path.extension().is_some_and(|end| end == "zst");
        let content = if is_packed { zstd::decode_all(content.as_slice()).unwrap() } else { content };
        let content = if path.ends_with("out.warc") { without_bodies(&content) } else { content };
        if !path.to_string_lossy().ends_with(".html.zst") {
            assert_clean(&path.display().to_string(), &content);
        }
    }
}

#[test]
fn a_login_goes_to_its_host_only_and_is_written_nowhere() {
    let (server, other) = site();
    let places = Places::of(&server);
    let url = |path: &str| server.url_with(LOGIN, path);
    let named = ["/one", "/away", "/given", "/same", "/lost", "/missing", "/broken"].map(url);
    let ingest: Vec<&str> = ["ingest"].into_iter().chain(named.iter().map(String::as_str)).collect();
    places.run(&ingest);
    let (list, bad) = (places.outside("list.txt"), [format!("http://{LOGIN}@[x/"), format!("http:/{LOGIN}@x/")]);
    places.run(&["ingest", "--json", &url("/two"), &bad[0], &bad[1], "--list", &list]);
    places.run(&["ingest", "--follow", &url("/feed")]);
    places.run(&["run"]);
    places.run(&["run", "--now", "--json"]);
    run_all_readers(&places, &url);
    let explained = places.run(&["explain", &url("/explained")]);
    assert!(explained.contains("Explained: The ferry"), "the login is sent for `explain` too");
    assert_files_are_clean(&places.corpus);
    let files = places.corpus.files().into_iter();
    let texts = files.filter(|(path, _)| path.extension().is_some_and(|end| end == "txt"));
    let texts: Vec<String> = texts.map(|(_, content)| String::from_utf8(content).unwrap()).collect();
    for name in ["One", "Two", "Three", "Listed", "Cell", "Other", "Given"] {
        assert!(texts.iter().any(|text| text.contains(&format!("{name}: The ferry"))), "{name} was fetched");
    }
    assert!(other.seen().iter().all(|(_, authorization)| authorization.is_none()), "{:?}", other.seen());
    assert!(other.seen().iter().any(|(path, _)| path == "/given"));
    assert!(server.seen().iter().all(|(path, _)| !path.contains(CANARY)));
}

#[test]
fn a_wrong_configuration_is_quoted_without_logins() {
    let corpus = Corpus::new();
    for settings in [
        format!("raw = [\"http://{LOGIN}@a.example/\"]\n"),
        format!("jobs = \"http://{LOGIN}@a.example/\"\n"),
        format!("[[source]]\nkind = \"feed\"\nname = \"a\"\nurl = \"http://{LOGIN}@[x/\"\n"),
        format!("[[source]]\nkind = \"feed\"\nname = \"a\"\nurl = \"ftp://{LOGIN}@a.example/\"\n"),
        format!("[[source]]\nkind = \"http://{LOGIN}@a.example/\"\nname = \"a\"\n"),
        format!("[[session]]\nsite = \"http://{LOGIN}@a.example/\"\n"),
        format!("[fetch]\ncontact = \"http://{LOGIN}@a.example/\u{e4}\"\n"),
    ] {
        corpus.write("config.toml", &settings);
        for args in [&["run"][..], &["ingest", "http://127.0.0.1:1/"], &["sources", "list"], &["status"]] {
            run(&corpus, args);
        }
    }
}

#[test]
fn imported_feeds_are_written_without_logins() {
    let (corpus, outside) = (Corpus::new(), Corpus::new());
    outside
        .write("list.opml", format!("<opml><body><outline text=\"o\" xmlUrl=\"https://{LOGIN}@a.example/feed\"/></body></opml>"));
    let told = run(&corpus, &["sources", "import", &outside.path("list.opml").display().to_string()]);
    assert!(told.contains("left out user name and password of the feed o") && told.contains("1 feed added"), "{told}");
    assert!(run(&corpus, &["sources", "list"]).contains("https://a.example/feed"));
    for (path, content) in corpus.files() {
        assert_clean(&path.display().to_string(), &content);
    }
}
