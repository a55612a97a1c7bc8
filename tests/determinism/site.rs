//! A site on a loopback address whose pages lead to one another: redirects, one body at several addresses, stories on several pages. It answers
//! after times that differ from request to request.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::inputs::{Shown, page};

/// The site, which serves until the process ends.
pub struct Site {
    url: String,
}

/// Paths that are requested, in their order.
const PATHS: &[&str] = &[
    "/1",
    "/old/2",
    "/2",
    "/2?from=mail",
    "/a/same",
    "/b/same",
    "/c/same",
    "/long?page=2",
    "/long",
    "/3",
    "/mobile/3",
    "/gone",
    "/4",
];

impl Site {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (name, requests) = (url.clone(), Arc::new(AtomicU64::new(0)));
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (name, requests) = (name.clone(), Arc::clone(&requests));
                // A client that has closed its connection is not an error of the site.
                std::thread::spawn(move || serve(connection, &name, &requests).ok());
            }
        });
        Self { url }
    }

    /// A list of the addresses.
    pub fn list(&self) -> String {
        PATHS.iter().map(|path| format!("{}{path}\n", self.url)).collect()
    }
}

fn serve(mut connection: TcpStream, name: &str, requests: &AtomicU64) -> std::io::Result<()> {
    let mut reader = BufReader::new(connection.try_clone()?);
    loop {
        let mut request = String::new();
        if reader.read_line(&mut request)? == 0 {
            return Ok(());
        }
        let mut header = String::from("x");
        while !header.trim().is_empty() {
            header.clear();
            reader.read_line(&mut header)?;
        }
        let path = request.split(' ').nth(1).unwrap_or("/");
        std::thread::sleep(Duration::from_millis(requests.fetch_add(1, Ordering::SeqCst) * 7 % 23));
        let (status, location, body) = answer(path, name);
        let length = body.len();
        write!(
            connection,
            "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{location}Content-Length: {length}\r\n\r\n{body}"
        )?;
    }
}

fn answer(path: &str, name: &str) -> (&'static str, String, String) {
    let whole = |number, canonical: Option<&str>| ("200 OK", String::new(), page(number, 1, Shown::Whole, canonical));
    match path {
        "/old/2" => ("301 Moved Permanently", format!("Location: {name}/2\r\n"), String::new()),
        "/mobile/3" => whole(3, Some(&format!("{name}/3"))),
        "/a/same" | "/b/same" | "/c/same" => whole(9, None),
        "/gone" => ("404 Not Found", String::new(), String::new()),
        path if path.starts_with("/long") => {
            let number = path.rsplit_once('=').and_then(|(_, n)| n.parse().ok()).unwrap_or(1);
            let links: String = (1..=3).map(|n| format!("<a href=\"/long?page={n}\">{n}</a> ")).collect();
            let (status, location, body) = whole(20 + number, None);
            (status, location, body.replace("</article>", &format!("</article><p>{links}</p>")))
        }
        path => whole(path.trim_start_matches('/').split('?').next().and_then(|n| n.parse().ok()).unwrap_or(0), None),
    }
}
