//! A corpus, a server that shows it, and a client that sends what it is given.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use gleaner::clock::FixedClock;
use gleaner::commands::clean::{self, CleanOptions};
use gleaner::config::{self, Config};
use gleaner::engine::{Event, Progress, Setup};
use gleaner::serve::{ServeOptions, Server};
use gleaner::store::CorpusReader;
use tokio::sync::oneshot;

pub const TOKEN: &str = "a-token-of-at-least-16";

/// A corpus in a temporary folder.
pub struct Corpus {
    dir: tempfile::TempDir,
}

struct Silent;

impl Progress for Silent {
    fn total(&self, _: u64) {}

    fn done(&self, _: Event<'_>) {}
}

impl Corpus {
    /// A corpus of these pages, by the names of their files.
    pub fn of(pages: &[(&str, String)]) -> Self {
        let corpus = Self { dir: tempfile::tempdir().unwrap() };
        corpus.add(pages);
        corpus
    }

    /// Writes pages and cleans them.
    pub fn add(&self, pages: &[(&str, String)]) {
        for (name, page) in pages {
            let path = self.dir.path().join("raw").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let line = || serde_json::json!({ "url": url_of(page), "html": page }).to_string() + "\n";
            let text = if name.ends_with(".jsonl") { line() } else { page.clone() };
            fs::write(path, text).unwrap();
        }
        let report = clean::clean(&self.setup(), &CleanOptions::default(), &Silent).unwrap();
        assert_eq!(report.failed, 0);
    }

    /// The files of the corpus, without those that SQLite makes for readers.
    pub fn tree(&self) -> Vec<String> {
        let (mut files, mut folders) = (Vec::new(), vec![self.dir.path().to_path_buf()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => files.push(path.strip_prefix(self.dir.path()).unwrap().to_str().unwrap().to_owned()),
                }
            }
        }
        files.retain(|path| !path.ends_with("-shm") && !path.ends_with("-wal"));
        files.sort();
        files
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn setup(&self) -> Setup {
        self.setup_with(Config::default())
    }

    pub fn setup_with(&self, config: Config) -> Setup {
        let loaded = config::Loaded { config, path: None, root: self.dir.path().to_path_buf() };
        Setup::new(loaded, Arc::new(FixedClock("2024-05-01T12:00:00Z".parse().unwrap()))).unwrap()
    }

    /// The id of the document that was cleaned from a file, or that has a URL.
    pub fn id(&self, name: &str) -> String {
        let reader = CorpusReader::open(&self.setup().layout).unwrap();
        let name = if name.starts_with("https://") { name.to_owned() } else { format!("raw/{name}") };
        reader.find(&name).unwrap().unwrap_or_else(|| panic!("no document {name}")).sidecar.id.to_string()
    }

    pub fn serve(&self) -> Served {
        self.serve_with(ServeOptions::default())
    }

    /// A server that may be written to, with [`TOKEN`].
    pub fn serve_writable(&self) -> Served {
        self.serve_with(ServeOptions { token: Some(TOKEN.to_owned()), writable: true, ..ServeOptions::default() })
    }

    pub fn serve_with(&self, options: ServeOptions) -> Served {
        self.serve_setup(self.setup(), options)
    }

    pub fn serve_setup(&self, setup: Setup, options: ServeOptions) -> Served {
        let server = Server::bind(setup, ServeOptions { address: "127.0.0.1:0".parse().unwrap(), ..options }).unwrap();
        let (address, url) = (server.address(), server.url());
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || server.run(async { drop(stopped.await) }));
        Served { address, url, stop: Some(stop), thread: Some(thread) }
    }
}

/// A server that runs until it is dropped.
pub struct Served {
    pub address: SocketAddr,
    pub url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.end();
    }
}

/// What a server answered.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    /// The value of a header field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Served {
    /// Tells the server to stop, and waits until it has.
    pub fn end(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }

    /// Its address without a token.
    pub fn base(&self) -> String {
        format!("http://{}/", self.address)
    }

    pub fn get(&self, path: &str) -> Reply {
        self.get_with(path, &[])
    }

    /// A page that must be there.
    pub fn page(&self, path: &str) -> String {
        let reply = self.get(path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        reply.body
    }

    pub fn get_with(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.send("GET", path, fields, "")
    }

    /// A page for somebody who has logged in.
    pub fn own_page(&self, path: &str) -> String {
        let reply = self.get_with(path, &[("Cookie", &self.cookie())]);
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        reply.body
    }

    /// What a browser remembers after [`TOKEN`] was given.
    pub fn cookie(&self) -> String {
        format!("gleaner_{}={TOKEN}", self.address.port())
    }

    /// Sends the form of a page as a browser does: the hidden fields of the page's form and these.
    pub fn submit(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
        self.submit_with(page, action, fields, &[])
    }

    /// The same with more header fields.
    pub fn submit_with(&self, page: &str, action: &str, fields: &[(&str, &str)], more: &[(&str, &str)]) -> Reply {
        let page = self.own_page(page);
        let (_, form) = page.split_once(&format!("action=\"{action}\" method=\"post\"")).unwrap();
        let (_, token) = form.split_once("name=\"form_token\" value=\"").unwrap();
        let token = token.split('"').next().unwrap();
        self.post_form(action, &[fields, &[("form_token", token)]].concat(), more)
    }

    /// Sends a form with the login's cookie and these header fields.
    pub fn post_form(&self, action: &str, fields: &[(&str, &str)], more: &[(&str, &str)]) -> Reply {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let (cookie, form) = (self.cookie(), "application/x-www-form-urlencoded");
        self.send("POST", action, &[&[("Cookie", cookie.as_str()), ("Content-Type", form)], more].concat(), &body)
    }

    /// Sends a request with these header fields; `Host` is the server's own unless it is among them.
    pub fn send(&self, method: &str, path: &str, fields: &[(&str, &str)], body: &str) -> Reply {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !fields.iter().any(|(name, _)| *name == "Host") {
            request += &format!("Host: {}\r\n", self.address);
        }
        if method == "POST" && !fields.iter().any(|(name, _)| *name == "Content-Length") {
            request += &format!("Content-Length: {}\r\n", body.len());
        }
        fields.iter().for_each(|(name, value)| request += &format!("{name}: {value}\r\n"));
        reply_to(self.address, format!("{request}\r\n{body}").as_bytes())
    }
}

/// Sends bytes and reads what comes until the server closes the connection.
pub fn reply_to(address: SocketAddr, request: &[u8]) -> Reply {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    // A server that refuses may close before it has read everything.
    let _ = stream.write_all(request);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Reply { status, head: head.to_owned(), body: body.to_owned() }
}

const PARAGRAPHS: [&str; 4] = [
    "The council voted on Tuesday to rebuild the old harbour wall, which has stood in ruins since the great storm and was patched by volunteers.",
    "Residents who spoke at the meeting said that the wall had once kept the whole lower town dry, and that no other plan could replace it.",
    "The work is expected to take fourteen months and to cost about nine million, according to the engineer in charge of the project.",
    "A first plan was turned down last year after a long debate about noise, traffic and the number of trees that would have to be felled.",
];

/// A story of its own: each sentence has its number.
pub fn story(number: usize) -> Vec<String> {
    let sentence = |at: usize, text: &&str| {
        format!(
            "{text} In ward {number}{at} the clerk counted {} votes, {} of them by mail.",
            number * 31 + at * 17 + 5,
            number * 3 + at
        )
    };
    PARAGRAPHS.iter().enumerate().map(|(at, text)| sentence(at, text)).collect()
}

/// A page of a site with a headline and paragraphs, and the usual things around them.
pub fn page_of(host: &str, title: &str, paragraphs: &[String]) -> String {
    let body: String = paragraphs.iter().map(|text| format!("<p>{text}</p>\n")).collect();
    let slug: String = title.chars().filter(char::is_ascii_alphanumeric).collect();
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} - The Example</title>\
         <link rel=\"canonical\" href=\"https://www.{host}/{slug}\"><meta name=\"author\" content=\"Ann Lee\">\
         <meta property=\"article:published_time\" content=\"2024-03-05T08:00:00Z\"></head><body>\
         <nav><ul><li><a href=\"/\">Home</a></li><li><a href=\"/news\">News</a></li></ul></nav>\
         <main><article><h1>{title}</h1>\n{body}<p>Subscribe to our newsletter for the latest news in your inbox.</p></article></main>\
         <footer><p>Copyright 2024 The Example. All rights reserved.</p></footer></body></html>"
    )
}

/// The URL that a page declares.
fn url_of(page: &str) -> &str {
    let (_, rest) = page.split_once("<link rel=\"canonical\" href=\"").unwrap();
    rest.split('"').next().unwrap()
}

/// The URLs of the documents of [`usual`].
pub const ONE: &str = "https://www.a.example/Harbourwalltoberebuilt";
pub const TWO: &str = "https://www.b.example/Thewallcomesback";
pub const THREE: &str = "https://www.c.example/Libraryopensatnight";

/// The corpus of most tests: two documents that tell one story, one of which has changed, and one of another site.
pub fn usual() -> Corpus {
    let (first, mut longer) = (story(1), story(1));
    longer.push(
        "On Friday the mayor added that the wall would be finished before the winter, whatever the weather does to the work."
            .to_owned(),
    );
    let corpus = Corpus::of(&[
        ("one.jsonl", page_of("a.example", "Harbour wall to be rebuilt", &first)),
        ("two.jsonl", page_of("b.example", "The wall comes back", &longer)),
        (
            "three.jsonl",
            page_of(
                "c.example",
                "Library opens at night",
                &story(7)[1..].iter().map(|text| text.replace("wall", "library").replace("council", "club")).collect::<Vec<_>>(),
            ),
        ),
    ]);
    let changed: Vec<String> = first.iter().map(|text| text.replace("nine million", "eleven million")).collect();
    corpus.add(&[("one.jsonl", page_of("a.example", "Harbour wall to be rebuilt", &changed))]);
    corpus
}
