//! Serves one listing on the loopback: `/list` is it, nothing else exists. Judges nothing.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A server. Its thread ends with the test.
pub struct Server {
    address: SocketAddr,
    body: Arc<Mutex<Vec<u8>>>,
}

impl Server {
    /// Starts it.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, body) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let served = Arc::clone(&body);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that goes away is no failure.
                let _ = answer(stream, &served.lock().unwrap());
            }
        });
        Self { address, body }
    }

    /// The URL of a listing with these bytes.
    pub fn serve(&self, body: Vec<u8>) -> String {
        *self.body.lock().unwrap() = body;
        format!("http://{}/list", self.address)
    }
}

/// Answers the only request of a connection.
fn answer(mut stream: TcpStream, body: &[u8]) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let (status, body) = if request.starts_with("GET /list ") { ("200 OK", body) } else { ("404 Not Found", &b""[..]) };
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len())?;
    stream.write_all(body)
}
