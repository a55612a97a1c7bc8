//! A small site on a loopback address: stories at `/1`, `/2`, …, each in two editions.

use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::request::request_path;

/// The site, which serves until the process ends.
pub struct Site {
    /// `http://127.0.0.1:port`.
    pub url: String,
    edition: Arc<AtomicUsize>,
}

impl Site {
    /// Starts serving the first edition.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let edition = Arc::new(AtomicUsize::new(1));
        let shown = Arc::clone(&edition);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let shown = Arc::clone(&shown);
                // A client that was killed is not an error of the site.
                std::thread::spawn(move || serve(connection, &shown).ok());
            }
        });
        Self { url, edition }
    }

    /// Serves another edition from now on.
    pub fn publish(&self, edition: usize) {
        self.edition.store(edition, Ordering::SeqCst);
    }
}

fn serve(connection: TcpStream, edition: &AtomicUsize) -> std::io::Result<()> {
    let mut reader = BufReader::new(connection.try_clone()?);
    let mut connection = connection;
    while let Some(path) = request_path(&mut reader)? {
        let (status, body) = match path.trim_start_matches('/').parse::<usize>().ok() {
            // Only every third story changes.
            Some(n) => ("200 OK", page(1000 + n, if n % 3 == 0 { edition.load(Ordering::SeqCst) } else { 1 })),
            None => ("404 Not Found", String::new()),
        };
        let head =
            format!("HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n", body.len());
        connection.write_all(head.as_bytes())?;
        connection.write_all(body.as_bytes())?;
    }
    Ok(())
}

/// A story as a page.
pub fn page(n: usize, edition: usize) -> String {
    let paragraphs: String = story(n, edition).iter().map(|text| format!("<p>{text}</p>\n")).collect();
    format!(
        "<!doctype html><html lang=\"en\"><head><title>Council meeting number {n}</title></head><body>\
         <nav><a href=\"/\">Home</a> <a href=\"/news\">News</a></nav>\
         <article><h1>Council meeting number {n}</h1>\n{paragraphs}</article>\
         <footer>All rights reserved.</footer></body></html>\n"
    )
}

/// The paragraphs of a story. No two stories share one.
pub fn story(n: usize, edition: usize) -> [String; 3] {
    [
        format!(
            "The council of district {n} met on Tuesday evening and talked for {} hours about the bridge that has been closed since spring.",
            n % 5 + 2
        ),
        format!(
            "Its repair would cost {} thousand crowns, the engineer said, and nobody in the hall could tell where the money of ward {n} might come from.",
            n * 7 + edition
        ),
        format!(
            "The {n} residents who had signed a petition left before midnight, and the mayor promised to write to every one of them in reading {edition}."
        ),
    ]
}
