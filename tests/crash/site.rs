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
            Some(n) => ("200 OK", page(FIRST + n, if n % 3 == 0 { edition.load(Ordering::SeqCst) } else { 1 })),
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
    let mut paragraphs = story(n, edition).to_vec();
    if n > FIRST {
        paragraphs.insert(2, NOTICE.to_owned());
    }
    let paragraphs: String = paragraphs.iter().map(|text| format!("<p>{text}</p>\n")).collect();
    format!(
        "<!doctype html><html lang=\"en\"><head><title>Council meeting number {n}</title></head><body>\
         <nav><a href=\"/\">Home</a> <a href=\"/news\">News</a></nav>\
         <article><h1>Council meeting number {n}</h1>\n{paragraphs}</article>\
         <footer>All rights reserved.</footer></body></html>\n"
    )
}

/// The numbers of the site's stories are higher.
const FIRST: usize = 1000;

/// A sentence that every page of the site has.
const NOTICE: &str = "Velaru mosken drifta ombalo krenit wesolta harunda pelik osmotra vintu kalmer dosu.";

/// The paragraphs of a story, in invented words. No two stories share one.
pub fn story(n: usize, edition: usize) -> [String; 3] {
    [sentence(n, 1), sentence(n, 2), sentence(n, 2 + edition)]
}

fn sentence(n: usize, number: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "den", "for", "gil", "hu", "kal", "lem", "mi", "nor", "ped", "ras", "sto", "tu", "vel", "wim", "zor"];
    let mut state = n * 97 + number * 31 + 7;
    let mut syllable = || {
        state = (state * 1_103_515_245 + 12_345) % (1 << 31);
        SYLLABLES[state >> 16 & 15]
    };
    let words: Vec<String> = (0..24).map(|_| [syllable(), syllable(), syllable()].concat()).collect();
    format!("The {}.", words.join(" "))
}
