//! The server behind all hosts: listens on every loopback address on one port, responds after a delay, and logs the requests to each host.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::hosts::STALLED_PREFIX;
use crate::stories::Stories;

/// The time that a host takes to respond.
const LATENCY: Duration = Duration::from_millis(50);

/// The requests to one host.
#[derive(Default)]
pub struct HostLog {
    /// Requests other than for robots.txt.
    pub pages: usize,
    open: usize,
    /// Most concurrent requests.
    pub most_open: usize,
    last_end: Option<Instant>,
    /// Shortest time between the end of a response and the next request.
    pub least_gap: Option<Duration>,
}

/// The requests to all hosts.
#[derive(Default)]
pub struct Log {
    /// By IP address.
    pub hosts: HashMap<String, HostLog>,
    /// The times of the first and the last request.
    pub span: Option<(Instant, Instant)>,
}

/// The log, shared with the threads that respond.
pub type SharedLog = Arc<Mutex<Log>>;

/// Serves every loopback address on one port, and returns the port.
pub fn serve(log: &SharedLog, stories: &Arc<Stories>) -> std::io::Result<u16> {
    let listener = TcpListener::bind("0.0.0.0:0")?;
    let port = listener.local_addr()?.port();
    let (log, stories) = (Arc::clone(log), Arc::clone(stories));
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let (log, stories) = (Arc::clone(&log), Arc::clone(&stories));
            let builder = std::thread::Builder::new().stack_size(128 << 10);
            // It is no error if the client closes the connection.
            let _ = builder.spawn(move || respond(connection, &log, &stories).ok());
        }
    });
    Ok(port)
}

fn respond(mut connection: TcpStream, log: &SharedLog, stories: &Stories) -> std::io::Result<()> {
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
        if host.starts_with(STALLED_PREFIX) {
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

fn begin(log: &SharedLog, host: &str, path: &str) {
    let now = Instant::now();
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    log.span = Some((log.span.map_or(now, |(first, _)| first), now));
    let host = log.hosts.entry(host.to_owned()).or_default();
    host.pages += usize::from(path != "/robots.txt");
    host.open += 1;
    host.most_open = host.most_open.max(host.open);
    let gap = host.last_end.map(|end| now - end);
    host.least_gap = [host.least_gap, gap].into_iter().flatten().min();
}

fn end(log: &SharedLog, host: &str) {
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    let host = log.hosts.entry(host.to_owned()).or_default();
    host.open -= 1;
    host.last_end = Some(Instant::now());
}
