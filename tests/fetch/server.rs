//! A loopback HTTP/1.1 server that sends exactly the given bytes, as slowly or as wrongly as a test needs.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One request as received.
#[derive(Clone, Debug)]
pub struct Seen {
    pub path: String,
    pub head: String,
    pub at: Instant,
    /// When the last bytes of the response were about to be sent; `None` if they never were.
    pub answered: Option<Instant>,
}

impl Seen {
    /// A header field's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}

enum Piece {
    Bytes(Vec<u8>),
    Pause(Duration),
    /// These bytes repeated forever, with a pause in between.
    Forever(Vec<u8>, Duration),
}

/// A response.
pub struct Reply {
    head: String,
    body: Vec<Piece>,
}

impl Reply {
    pub fn ok(body: impl AsRef<[u8]>) -> Self {
        Self::status(200).body(body)
    }

    pub fn html(body: &str) -> Self {
        Self::ok(body).header("Content-Type", "text/html; charset=utf-8")
    }

    pub fn status(status: u16) -> Self {
        Self { head: format!("HTTP/1.1 {status} Some Phrase\r\n"), body: Vec::new() }
    }

    pub fn redirect(to: impl AsRef<str>) -> Self {
        Self::status(302).header("Location", to.as_ref()).body("")
    }

    /// Exactly these bytes.
    pub fn raw(bytes: impl AsRef<[u8]>) -> Self {
        Self { head: String::new(), body: vec![Piece::Bytes(bytes.as_ref().to_vec())] }
    }

    pub fn header(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.head.push_str(&format!("{name}: {}\r\n", value.as_ref()));
        self
    }

    /// A body with its length.
    pub fn body(self, body: impl AsRef<[u8]>) -> Self {
        let length = body.as_ref().len().to_string();
        let mut reply = self.header("Content-Length", length);
        if !body.as_ref().is_empty() {
            reply.body.push(Piece::Bytes(body.as_ref().to_vec()));
        }
        reply
    }

    pub fn then(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.body.push(Piece::Bytes(bytes.as_ref().to_vec()));
        self
    }

    pub fn pause(mut self, duration: Duration) -> Self {
        self.body.push(Piece::Pause(duration));
        self
    }

    pub fn forever(mut self, bytes: impl AsRef<[u8]>, pause: Duration) -> Self {
        self.body.push(Piece::Forever(bytes.as_ref().to_vec(), pause));
        self
    }

    /// Sends all of it; calls `nearly_done` just before the last bytes, since the client may react to them at once.
    async fn send(mut self, socket: &mut TcpStream, nearly_done: impl FnOnce()) -> std::io::Result<()> {
        if !self.head.is_empty() {
            let head = format!("{}Connection: close\r\n\r\n", self.head);
            self.body.insert(0, Piece::Bytes(head.into_bytes()));
        }
        let last = match self.body.pop() {
            Some(Piece::Bytes(bytes)) => bytes,
            other => {
                self.body.extend(other);
                Vec::new()
            }
        };
        for piece in self.body {
            match piece {
                Piece::Bytes(bytes) => socket.write_all(&bytes).await?,
                Piece::Pause(duration) => tokio::time::sleep(duration).await,
                Piece::Forever(bytes, pause) => loop {
                    socket.write_all(&bytes).await?;
                    if !pause.is_zero() {
                        tokio::time::sleep(pause).await;
                    }
                },
            }
        }
        nearly_done();
        socket.write_all(&last).await?;
        socket.shutdown().await
    }
}

/// A running server; it stops with its test's runtime.
#[derive(Clone)]
pub struct Server {
    addr: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    most_at_once: Arc<AtomicUsize>,
}

impl Server {
    /// A server that responds with `answer`, which is given the request and the number of earlier ones for the same path.
    pub async fn start(answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { addr: listener.local_addr().unwrap(), seen: Arc::default(), most_at_once: Arc::default() };
        let (running, answer) = (server.clone(), Arc::new(answer));
        tokio::spawn(async move {
            let open = Arc::new(AtomicUsize::new(0));
            while let Ok((socket, _)) = listener.accept().await {
                let (running, answer, open) = (running.clone(), Arc::clone(&answer), Arc::clone(&open));
                tokio::spawn(async move { running.serve(socket, &*answer, &open).await });
            }
        });
        server
    }

    /// A server without robots.txt.
    pub async fn pages(answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(move |seen, nth| match seen.path.as_str() {
            "/robots.txt" => Reply::status(404).body("no rules"),
            _ => answer(seen, nth),
        })
        .await
    }

    async fn serve(&self, mut socket: TcpStream, answer: &(impl Fn(&Seen, usize) -> Reply + ?Sized), open: &AtomicUsize) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match socket.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(_) => return,
            }
        }
        let head = String::from_utf8(head).unwrap();
        let path = head.split(' ').nth(1).unwrap().to_owned();
        let request = Seen { path, head, at: Instant::now(), answered: None };
        self.most_at_once.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let (index, nth) = {
            let mut seen = self.seen.lock().unwrap();
            let nth = seen.iter().filter(|earlier| earlier.path == request.path).count();
            seen.push(request.clone());
            (seen.len() - 1, nth)
        };
        let answered = || {
            open.fetch_sub(1, Ordering::SeqCst);
            self.seen.lock().unwrap()[index].answered = Some(Instant::now());
        };
        // The client may close the connection early.
        let _ = answer(&request, nth).send(&mut socket, answered).await;
    }

    /// The URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// The URL of a path under the name `localhost`.
    pub fn named_url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.addr.port())
    }

    pub fn port(&self) -> u16 {
        self.addr.port()
    }

    /// All requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The paths requested so far.
    pub fn paths(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.path).collect()
    }

    /// The most requests that were open at the same time.
    pub fn most_at_once(&self) -> usize {
        self.most_at_once.load(Ordering::SeqCst)
    }
}
