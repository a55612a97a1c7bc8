//! The hosts of a harvest: every loopback address on one port, each answering after a while, with a log of what the run owes them.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::stories::Stories;

/// How long a host takes to answer.
const LATENCY: Duration = Duration::from_millis(50);

/// What the server saw of one host.
#[derive(Default)]
pub struct Seen {
    /// Requests but for robots.txt.
    pub pages: usize,
    open: usize,
    /// Requests at the same time, at most.
    pub most_open: usize,
    last_end: Option<Instant>,
    /// Least time between the end of an answer and the next request.
    pub least_gap: Option<Duration>,
}

/// What the server saw.
#[derive(Default)]
pub struct Log {
    /// By address.
    pub hosts: HashMap<String, Seen>,
    /// The first and the last request.
    pub span: Option<(Instant, Instant)>,
}

/// The log, shared with the threads that answer.
pub type Shared = Arc<Mutex<Log>>;

/// A host that answers.
pub fn host(number: usize) -> String {
    format!("127.1.{}.{}", number / 100, number % 100 + 1)
}

/// A host that takes connections and never answers.
pub fn stalled(number: usize) -> String {
    format!("127.9.{}.{}", number / 100, number % 100 + 1)
}

/// Serves every loopback address on one port, which it gives back.
pub fn serve(log: &Shared, stories: &Arc<Stories>) -> std::io::Result<u16> {
    let listener = TcpListener::bind("0.0.0.0:0")?;
    let port = listener.local_addr()?.port();
    let (log, stories) = (Arc::clone(log), Arc::clone(stories));
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let (log, stories) = (Arc::clone(&log), Arc::clone(&stories));
            let builder = std::thread::Builder::new().stack_size(128 << 10);
            // A client that hangs up is no error of the server.
            let _ = builder.spawn(move || answer(connection, &log, &stories).ok());
        }
    });
    Ok(port)
}

fn answer(mut connection: TcpStream, log: &Shared, stories: &Stories) -> std::io::Result<()> {
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
        if host.starts_with("127.9.") {
            std::thread::sleep(Duration::from_secs(3600));
        }
        let path = request.split(' ').nth(1).unwrap_or("/").to_owned();
        begin(log, &host, &path);
        std::thread::sleep(LATENCY);
        let body = path.trim_start_matches('/').parse::<usize>().ok().and_then(|story| stories.get(story));
        end(log, &host);
        let status = if body.is_some() { "200 OK" } else { "404 Not Found" };
        let body = body.unwrap_or_default();
        let length = body.len();
        write!(connection, "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\r\n")?;
        connection.write_all(body)?;
    }
}

fn begin(log: &Shared, host: &str, path: &str) {
    let now = Instant::now();
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    log.span = Some((log.span.map_or(now, |(first, _)| first), now));
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
