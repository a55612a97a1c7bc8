//! A whole run over many hosts: 2,000 articles on 200 loopback hosts that answer after 50 ms, fetched, extracted and stored by the program itself.
//!
//! `cargo build --release && cargo run --release -p gleaner-bench --bin harvest`. `--stall` adds a host that takes connections and never
//! answers. The server checks what the run owes its hosts: never two requests at once, never one before the pause is over.

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

const HOSTS: usize = 200;
const STORIES: usize = 10;
const LATENCY: Duration = Duration::from_millis(50);
/// The pause that the run is told to keep.
const DELAY: Duration = Duration::from_millis(200);

/// What the server saw of one host.
#[derive(Default)]
struct Seen {
    pages: usize,
    open: usize,
    most_open: usize,
    last_end: Option<Instant>,
    least_gap: Option<Duration>,
}

#[derive(Default)]
struct Log {
    hosts: HashMap<String, Seen>,
    first: Option<Instant>,
    last: Option<Instant>,
}

type Shared = Arc<Mutex<Log>>;

fn main() -> Result<(), Box<dyn Error>> {
    let stall = std::env::args().any(|arg| arg == "--stall");
    let program = PathBuf::from(std::env::var_os("GLEANER").unwrap_or_else(|| "target/release/gleaner".into())).canonicalize()?;
    let log = Shared::default();
    let port = serve(&log)?;
    let corpus = std::env::temp_dir().join(format!("gleaner-harvest-{}", std::process::id()));
    std::fs::create_dir_all(&corpus)?;
    prepare(&corpus, port, stall)?;
    let start = Instant::now();
    let output = Command::new(program).args(["run", "--json"]).current_dir(&corpus).output()?;
    let seconds = start.elapsed().as_secs_f64();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    tell(&log, seconds, &report);
    std::fs::remove_dir_all(corpus)?;
    Ok(())
}

fn tell(log: &Shared, seconds: f64, report: &serde_json::Value) {
    let log = log.lock().unwrap_or_else(PoisonError::into_inner);
    let pages: usize = log.hosts.values().map(|seen| seen.pages).sum();
    let most_open = log.hosts.values().map(|seen| seen.most_open).max().unwrap_or_default();
    let least_gap = log.hosts.values().filter_map(|seen| seen.least_gap).min().unwrap_or_default();
    let fetching = log.last.zip(log.first).map_or(0.0, |(last, first)| (last - first).as_secs_f64());
    let new = report["new"].as_f64().unwrap_or_default();
    println!("{new} of {pages} pages stored in {seconds:.2} s: {:.0} pages/s", new / seconds);
    println!("pages went out within {fetching:.2} s: {:.0} pages/s", pages as f64 / fetching.max(0.001));
    println!("at one host: at most {most_open} at once, at least {:.0} ms between", least_gap.as_secs_f64() * 1000.0);
    println!("processor time of the run: {:.2} s, {:.2} ms a page", children(), children() * 1000.0 / new.max(1.0));
}

/// Seconds of processor time that ended children took (proc(5), fields 16 and 17, in ticks of 10 ms).
fn children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
    (ticks(13) + ticks(14)) / 100.0
}

fn host(number: usize) -> String {
    format!("127.1.{}.{}", number / 100, number % 100 + 1)
}

fn prepare(corpus: &Path, port: u16, stall: bool) -> Result<(), Box<dyn Error>> {
    let mut list = String::new();
    let stalled = (0..if stall { STORIES } else { 0 }).map(|story| format!("http://127.9.9.9:{port}/{story}\n"));
    list.extend(stalled);
    // One host after the other: the turns are the run's business.
    for number in 0..HOSTS {
        for story in 0..STORIES {
            writeln!(list, "http://{}:{port}/{story}", host(number))?;
        }
    }
    std::fs::write(corpus.join("urls.txt"), list)?;
    let delay = DELAY.as_secs_f64();
    let config = format!(
        "[fetch]\nallow_private = true\ndelay_s = {delay}\nconcurrency = 64\nread_timeout_s = 20\nattempts = 1\n\
         [[source]]\nkind = \"list\"\nname = \"all\"\nfile = \"urls.txt\"\n"
    );
    std::fs::write(corpus.join("config.toml"), config)?;
    Ok(())
}

/// Serves every loopback address on one port.
fn serve(log: &Shared) -> std::io::Result<u16> {
    let listener = TcpListener::bind("0.0.0.0:0")?;
    let port = listener.local_addr()?.port();
    let log = Arc::clone(log);
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let log = Arc::clone(&log);
            let builder = std::thread::Builder::new().stack_size(128 << 10);
            // A client that hangs up is no error of the server.
            let _ = builder.spawn(move || answer(connection, &log).ok());
        }
    });
    Ok(port)
}

fn answer(mut connection: TcpStream, log: &Shared) -> std::io::Result<()> {
    let host = connection.local_addr()?.ip().to_string();
    connection.set_nodelay(true)?;
    let mut reader = BufReader::new(connection.try_clone()?);
    loop {
        let mut request = String::new();
        if reader.read_line(&mut request)? == 0 {
            return Ok(());
        }
        let mut field = String::from("x");
        while !field.trim().is_empty() {
            field.clear();
            reader.read_line(&mut field)?;
        }
        if host == "127.9.9.9" {
            std::thread::sleep(Duration::from_secs(3600));
        }
        let path = request.split(' ').nth(1).unwrap_or("/").to_owned();
        begin(log, &host, &path);
        std::thread::sleep(LATENCY);
        let (status, body) = match path.trim_start_matches('/').parse::<usize>() {
            Ok(story) => ("200 OK", page(&host, story)),
            Err(_) => ("404 Not Found", String::new()),
        };
        end(log, &host);
        let length = body.len();
        write!(
            connection,
            "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n\r\n{body}"
        )?;
    }
}

fn begin(log: &Shared, host: &str, path: &str) {
    let now = Instant::now();
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    log.first.get_or_insert(now);
    log.last = Some(now);
    let seen = log.hosts.entry(host.to_owned()).or_default();
    seen.pages += usize::from(path != "/robots.txt");
    seen.open += 1;
    seen.most_open = seen.most_open.max(seen.open);
    let gap = seen.last_end.map(|end| now - end);
    seen.least_gap = [seen.least_gap, gap].into_iter().flatten().min();
}

fn end(log: &Shared, host: &str) {
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    let seen = log.hosts.entry(host.to_owned()).or_default();
    seen.open -= 1;
    seen.last_end = Some(Instant::now());
}

/// An article of some thirty kilobytes with the usual things around it; no two share a paragraph.
fn page(host: &str, story: usize) -> String {
    let mut body = String::new();
    for n in 0..12 {
        let _ = writeln!(
            body,
            "<p>On day {n} of the hearing about harbour {story} the surveyor of {host} said that pier {n} of quay {story} had moved by {} \
             millimetres since spring, and nobody in the hall could tell where the {} thousand crowns for it might come from.</p>",
            story * 7 + n,
            story * 13 + n
        );
    }
    let mut around = String::new();
    for n in 0..120 {
        let _ = writeln!(
            around,
            "<li class=\"teaser teaser--small\"><a class=\"teaser__link\" href=\"/news/{n}/another-story-that-is-told-elsewhere\">\
             <img src=\"/img/{n}.jpg\" alt=\"\"><span class=\"teaser__title\">Another story number {n} that is told elsewhere</span></a></li>"
        );
    }
    format!(
        "<!doctype html><html lang=\"en\"><head><title>Harbour {story} at {host}</title>\
         <meta property=\"article:published_time\" content=\"2024-05-0{}T08:00:00Z\"></head><body><nav><ul><li><a href=\"/\">Home</a></li></ul></nav>\
         <main><article><h1>Harbour {story} at {host}</h1>{body}</article></main><aside><ul>{around}</ul></aside>\
         <footer>All rights reserved.</footer></body></html>",
        story % 9 + 1
    )
}
