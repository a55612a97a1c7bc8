//! A server on the loopback that sends bytes as they are given, in header fields too, and may ask for a password.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The requests that the server saw: the path, and the value of `Authorization`.
pub type Seen = Vec<(String, Option<String>)>;

pub struct Server {
    port: u16,
    pages: Arc<Mutex<HashMap<String, Vec<u8>>>>,
    seen: Arc<Mutex<Seen>>,
}

impl Server {
    pub fn start() -> Self {
        Self::asking_for(None)
    }

    /// A server that answers 401 to all requests without this value of `Authorization`.
    pub fn asking_for(authorization: Option<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self { port: listener.local_addr().unwrap().port(), pages: Arc::default(), seen: Arc::default() };
        let (pages, seen) = (Arc::clone(&server.pages), Arc::clone(&server.seen));
        // Ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that goes away is no failure of the test.
                let _ = answer(stream, &pages, &seen, authorization.as_deref());
            }
        });
        server
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The same with a user name and password.
    pub fn url_with(&self, login: &str, path: &str) -> String {
        format!("http://{login}@127.0.0.1:{}{path}", self.port)
    }

    /// Puts a response at a path: header fields, each with its line end, and the body.
    pub fn put(&self, path: &str, status: &str, fields: &[u8], body: &[u8]) {
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
        let response = [head.as_bytes(), fields, b"\r\n", body].concat();
        self.pages.lock().unwrap().insert(path.to_owned(), response);
    }

    pub fn put_html(&self, path: &str, body: &str) {
        self.put(path, "200 OK", b"Content-Type: text/html; charset=utf-8\r\n", body.as_bytes());
    }

    pub fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }
}

fn answer(
    mut stream: TcpStream,
    pages: &Mutex<HashMap<String, Vec<u8>>>,
    seen: &Mutex<Seen>,
    asked: Option<&str>,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    let path = request.split(' ').nth(1).unwrap_or("/").to_owned();
    let mut authorization = None;
    for line in lines.map_while(Result::ok).take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').unwrap_or_default();
        if name.eq_ignore_ascii_case("authorization") {
            authorization = Some(value.trim().to_owned());
        }
    }
    seen.lock().unwrap().push((path.clone(), authorization.clone()));
    let missing = || b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec();
    let denied =
        b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let response = match asked {
        Some(asked) if authorization.as_deref() != Some(asked) && path != "/robots.txt" => denied.to_vec(),
        _ => pages.lock().unwrap().get(&path).cloned().unwrap_or_else(missing),
    };
    stream.write_all(&response)
}
