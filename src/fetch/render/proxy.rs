//! The only way from the browser to the network: a proxy on the loopback that looks every name up itself and dials what the guard lets
//! through, and only for hosts that the page was allowed to ask: what a browser wants for itself goes nowhere. Keeps nothing.

use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;
use url::Url;

use super::Visitor;
use crate::fetch::address::Guard;
use crate::fetch::client::Spending;

/// Bytes of one request's head.
const MAX_HEAD: usize = 64 * 1024;
/// For a request's head to come, and for a connection to stand.
const PATIENCE: Duration = Duration::from_secs(10);

/// Hosts, with their ports, that the page may be connected to.
type Asked = Arc<Mutex<HashSet<String>>>;

fn place(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(0))
}

/// A running proxy; it ends, with all its connections, when it is dropped.
pub(super) struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it is written down what comes through.
    pub spending: Arc<Spending>,
    asked: Asked,
    accepting: AbortHandle,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// What may still come through, both ways, and what came.
struct Budget {
    left: AtomicI64,
    spending: Arc<Spending>,
}

impl Budget {
    /// Takes so many bytes; false where there are none left.
    fn take(&self, count: usize) -> bool {
        let size = i64::try_from(count).unwrap_or(i64::MAX);
        self.spending.bytes(count);
        self.left.fetch_sub(size, Ordering::Relaxed) >= size
    }
}

impl Proxy {
    /// A proxy that lets `max_bytes` through in all.
    pub async fn start(visitor: &Visitor, max_bytes: u64) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (guard, spending) = (Arc::clone(&visitor.guard), Arc::clone(&visitor.spending));
        let left = AtomicI64::new(i64::try_from(max_bytes).unwrap_or(i64::MAX));
        let budget = Arc::new(Budget { left, spending: Arc::clone(&spending) });
        let asked = Asked::default();
        let known = Arc::clone(&asked);
        let accepting = tokio::spawn(async move {
            // Dropped with this task, and then every connection ends.
            let mut open = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                while open.try_join_next().is_some() {}
                open.spawn(serve(socket, Arc::clone(&known), Arc::clone(&guard), Arc::clone(&budget)));
            }
        });
        Ok(Self { address, spending, asked, accepting: accepting.abort_handle() })
    }

    /// Lets the page be connected to the host of this address.
    pub fn open(&self, url: &Url) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(place(url));
    }
}

async fn serve(mut client: TcpStream, known: Asked, guard: Arc<Guard>, budget: Arc<Budget>) {
    let Ok(Some((head, rest))) = timeout(PATIENCE, read_head(&mut client)).await else { return };
    let Some(request) = Wish::of(&head) else {
        refuse(&mut client, "400 Bad Request").await;
        return;
    };
    if !known.lock().unwrap_or_else(PoisonError::into_inner).contains(&place(&request.url)) {
        return refuse(&mut client, "403 Forbidden").await;
    }
    let mut host = match timeout(PATIENCE, dial(&guard, &request.url)).await {
        Ok(Ok(host)) => host,
        Ok(Err(reason)) => {
            tracing::debug!(host = request.url.host_str(), reason, "the browser may not go there");
            return refuse(&mut client, "403 Forbidden").await;
        }
        Err(_) => return refuse(&mut client, "504 Gateway Timeout").await,
    };
    let begun = match &request.forward {
        None => client.write_all(b"HTTP/1.1 200 Connection Established\r\n\r\n").await,
        Some(head) => host.write_all(head.as_bytes()).await,
    };
    if begun.is_err() || host.write_all(&rest).await.is_err() {
        return;
    }
    let (mut from_client, mut to_client) = client.split();
    let (mut from_host, mut to_host) = host.split();
    // A plain request is alone on its connection: what came after it would be meant for another host.
    let up = pump(&mut from_client, &mut to_host, request.body_left(rest.len()), &budget);
    let down = pump(&mut from_host, &mut to_client, u64::MAX, &budget);
    match request.forward {
        None => tokio::select! { () = up => {}, () = down => {} },
        Some(_) => {
            tokio::join!(up, down);
        }
    }
}

async fn refuse(client: &mut TcpStream, status: &str) {
    let _ = client.write_all(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").as_bytes()).await;
}

/// Copies at most `limit` bytes, and no more than the budget has.
async fn pump(from: &mut (impl AsyncRead + Unpin), to: &mut (impl AsyncWrite + Unpin), limit: u64, budget: &Budget) {
    let mut buffer = vec![0; 16 * 1024];
    let mut left = limit;
    while left > 0 {
        let permit = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let Ok(count @ 1..) = from.read(&mut buffer[..permit]).await else { return };
        left -= count as u64;
        if !budget.take(count) || to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

/// The head of a request, and what came of its body already.
async fn read_head(client: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = memchr::memmem::find(&bytes, b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Some((String::from_utf8(bytes).ok()?, rest));
        }
        if bytes.len() > MAX_HEAD || client.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

/// What the browser wants.
struct Wish {
    url: Url,
    /// The head for the host; `None` for a tunnel.
    forward: Option<String>,
    body: u64,
}

impl Wish {
    fn of(head: &str) -> Option<Self> {
        let mut lines = head.split("\r\n");
        let (method, rest) = lines.next()?.split_once(' ')?;
        let target = rest.split(' ').next()?;
        if method == "CONNECT" {
            return Some(Self { url: Url::parse(&format!("https://{target}/")).ok()?, forward: None, body: 0 });
        }
        let url = Url::parse(target).ok()?;
        let mut forward = format!("{method} {} HTTP/1.1\r\n", &url[url::Position::BeforePath..url::Position::AfterQuery]);
        let mut body = 0;
        for line in lines.take_while(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':')?;
            match name.trim().to_ascii_lowercase().as_str() {
                "connection" | "proxy-connection" | "proxy-authorization" | "keep-alive" | "te" | "upgrade" => continue,
                // Browsers send lengths; anything else could hide a second request.
                "transfer-encoding" => return None,
                "content-length" => body = value.trim().parse().ok()?,
                _ => {}
            }
            forward += &format!("{line}\r\n");
        }
        forward += "Connection: close\r\n\r\n";
        Some(Self { url, forward: Some(forward), body })
    }

    fn body_left(&self, come: usize) -> u64 {
        match self.forward {
            None => u64::MAX,
            Some(_) => self.body.saturating_sub(come as u64),
        }
    }
}

/// A connection to the URL's host, at an address that the guard has seen.
async fn dial(guard: &Guard, url: &Url) -> Result<TcpStream, String> {
    guard.check(url).map_err(|reason| reason.to_string())?;
    let port = url.port_or_known_default().unwrap_or(80);
    let addresses = match url.host() {
        Some(url::Host::Ipv4(v4)) => vec![v4.into()],
        Some(url::Host::Ipv6(v6)) => vec![v6.into()],
        Some(url::Host::Domain(name)) => guard.addresses(name).await.map_err(|error| error.to_string())?,
        None => Vec::new(),
    };
    let mut trouble = "it has no address".to_owned();
    for address in addresses {
        match TcpStream::connect((address, port)).await {
            Ok(host) => return Ok(host),
            Err(error) => trouble = error.to_string(),
        }
    }
    Err(trouble)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_browsers_ask_of_proxies() {
        let tunnel = Wish::of("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n").unwrap();
        assert_eq!((tunnel.url.as_str(), tunnel.forward.is_none()), ("https://example.org/", true));
        let head = "POST http://example.org:81/a?b#c HTTP/1.1\r\nHost: example.org:81\r\nProxy-Connection: keep-alive\r\nContent-Length: 9\r\n\r\n";
        let plain = Wish::of(head).unwrap();
        let forward = "POST /a?b HTTP/1.1\r\nHost: example.org:81\r\nContent-Length: 9\r\nConnection: close\r\n\r\n";
        assert_eq!((plain.forward.as_deref(), plain.body_left(4)), (Some(forward), 5));
        for bad in
            ["", "GET / HTTP/1.1\r\n\r\n", "GET http://a/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "CONNECT :0 x\r\n\r\n"]
        {
            assert!(Wish::of(bad).is_none(), "{bad}");
        }
    }
}
