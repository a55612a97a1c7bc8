//! Runs over feeds that are killed: no URL is lost, and per host at most the page that was being fetched is requested again.

use std::collections::HashMap;
use std::fs;
use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::fixture::OF_RUNS;
use crate::request::request_path;
use crate::site::page;
use crate::tree::{Tree, tree};

const HOSTS: usize = 4;
const STORIES: usize = 5;

/// One of the stories has several pages.
const LONG: &str = "/2024/05/long-night-of-the-council";
const PAGES: usize = 3;

/// Number of all pages of stories.
const ALL_PAGES: usize = HOSTS * (STORIES + PAGES);

/// URLs requested since they were last taken.
type Requests = Arc<Mutex<Vec<String>>>;

/// A site on a loopback address of its own, with a feed of stories that it serves slowly.
struct FeedSite {
    url: String,
}

impl FeedSite {
    fn open(number: usize, requests: &Requests) -> Self {
        let listener = TcpListener::bind((format!("127.0.0.{}", number + 2).as_str(), 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (name, requests) = (url.clone(), Arc::clone(requests));
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (name, requests) = (name.clone(), Arc::clone(&requests));
                // A client that was killed is not an error of the site.
                std::thread::spawn(move || serve(connection, number, &name, &requests).ok());
            }
        });
        Self { url }
    }
}

fn serve(mut connection: TcpStream, number: usize, name: &str, requests: &Requests) -> std::io::Result<()> {
    let mut reader = BufReader::new(connection.try_clone()?);
    while let Some(path) = request_path(&mut reader)? {
        requests.lock().unwrap().push(format!("{name}{path}"));
        let body = match path.trim_start_matches('/').parse::<usize>() {
            Ok(n) => page(number * 100 + n, 1),
            Err(_) if path.starts_with(LONG) => {
                long_story_page(number, path.rsplit('=').next().and_then(|n| n.parse().ok()).unwrap_or(1))
            }
            Err(_) => {
                let item = |n: usize| format!("<item><title>S</title><link>{name}/{n}</link></item>");
                format!(
                    "<rss version=\"2.0\"><channel><item><link>{name}{LONG}</link></item>{}</channel></rss>",
                    (0..STORIES).map(item).collect::<String>()
                )
            }
        };
        std::thread::sleep(Duration::from_millis(5));
        let length = body.len();
        write!(
            connection,
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: \"1\"\r\nContent-Length: {length}\r\n\r\n{body}"
        )?;
    }
    Ok(())
}

/// A page of the long story, with links to all its pages.
fn long_story_page(number: usize, n: usize) -> String {
    let links: String = (1..=PAGES).map(|n| format!("<a href=\"{LONG}?page={n}\">{n}</a> ")).collect();
    page(number * 100 + 50 + n, 1).replace("</article>", &format!("</article><p>{links}</p>"))
}

struct Corpus {
    dir: tempfile::TempDir,
}

impl Corpus {
    fn new(sites: &[FeedSite]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut config =
            "[fetch]\nallow_private = true\ndelay_s = 0\nrobots = \"ignore\"\n[queue]\nmin_interval_s = 0\n".to_owned();
        for (number, site) in sites.iter().enumerate() {
            config += &format!("[[source]]\nkind = \"feed\"\nname = \"{number}\"\nurl = \"{}/feed\"\n", site.url);
        }
        fs::write(dir.path().join("config.toml"), config).unwrap();
        Self { dir }
    }

    fn run(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gleaner"));
        command.args(["--quiet", "run", "--jobs", "2"]).current_dir(self.dir.path()).env("SOURCE_DATE_EPOCH", "1700000000");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).env_remove("GLEANER_FAILPOINT");
        command
    }

    fn tree(&self) -> Tree {
        tree(self.dir.path(), OF_RUNS)
    }
}

/// How often each story was requested.
fn stories(requests: &Requests) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for path in std::mem::take(&mut *requests.lock().unwrap()) {
        if !path.ends_with("/feed") {
            *counts.entry(path).or_default() += 1;
        }
    }
    counts
}

fn check(corpus: &Corpus, requests: &Requests, reference: &Tree, what: &str) {
    assert!(corpus.run().status().unwrap().success(), "{what}: the next run fails");
    assert_eq!(corpus.tree().keys().collect::<Vec<_>>(), reference.keys().collect::<Vec<_>>(), "{what}: files");
    assert_eq!(corpus.tree(), *reference, "{what}");
    let stories = stories(requests);
    assert_eq!(stories.len(), ALL_PAGES, "{what}: some were lost");
    let mut again: HashMap<&str, usize> = HashMap::new();
    for (url, count) in &stories {
        *again.entry(url.split('/').nth(2).unwrap()).or_default() += count - 1;
    }
    assert!(again.values().all(|again| *again <= 1), "{what}: requested again {again:?}");
}

#[test]
fn a_killed_run_over_feeds_loses_no_url_and_repeats_at_most_one_page_per_host() {
    let requests = Requests::default();
    let sites: Vec<FeedSite> = (0..HOSTS).map(|number| FeedSite::open(number, &requests)).collect();
    let uninterrupted = Corpus::new(&sites);
    let start = std::time::Instant::now();
    assert!(uninterrupted.run().status().unwrap().success());
    let (whole, reference) = (start.elapsed(), uninterrupted.tree());
    assert_eq!(stories(&requests).len(), ALL_PAGES);
    for (index, fraction) in crate::fractions(7).take(5).enumerate() {
        let corpus = Corpus::new(&sites);
        let mut child = corpus.run().spawn().unwrap();
        std::thread::sleep(whole.mul_f64(fraction));
        // It may have ended on its own.
        let _ = child.kill();
        let _ = child.wait();
        check(&corpus, &requests, &reference, &format!("kill {index} after {fraction:.2} of {whole:?}"));
    }
    for point in ["raw.after-rename:5", "raw-facts.after-rename:9", "sidecar.after-rename:4"] {
        let corpus = Corpus::new(&sites);
        assert!(!corpus.run().env("GLEANER_FAILPOINT", point).status().unwrap().success(), "{point} is not reached");
        check(&corpus, &requests, &reference, point);
    }
}
