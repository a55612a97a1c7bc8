//! The browser's only access to the network: a proxy on the loopback interface that resolves every name itself, connects only to addresses
//! that the guard allows, and only to hosts that the page may request. Requests that the browser makes for itself fail. Caches nothing.

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

use super::input::BrowserNetwork;
use crate::fetch::address_guard::AddressGuard;
use crate::fetch::client::UsageCounters;

/// Longest head of a request, in bytes.
const MAX_HEAD: usize = 64 * 1024;
/// Time limit for receiving a request's head, and for connecting to a host.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Hosts, with their ports, that the page may connect to.
type AllowedHosts = Arc<Mutex<HashSet<String>>>;

fn host_and_port(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(0))
}

/// A running proxy; stops, and closes all its connections, when dropped.
pub(super) struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    /// What counts the transferred bytes.
    pub usage: Arc<UsageCounters>,
    allowed: AllowedHosts,
    acceptor: AbortHandle,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

/// The bytes that may still be transferred, in both directions together.
struct ByteBudget {
    left: AtomicI64,
    usage: Arc<UsageCounters>,
}

impl ByteBudget {
    /// Spends this many bytes; false if there are not enough left.
    fn take(&self, count: usize) -> bool {
        let size = i64::try_from(count).unwrap_or(i64::MAX);
        self.usage.count_bytes(count);
        self.left.fetch_sub(size, Ordering::Relaxed) >= size
    }
}

impl Proxy {
    /// Starts a proxy that transfers at most `max_bytes` in all.
    pub async fn start(network: &BrowserNetwork, max_bytes: u64) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (guard, usage) = (Arc::clone(&network.guard), Arc::clone(&network.usage));
        let left = AtomicI64::new(i64::try_from(max_bytes).unwrap_or(i64::MAX));
        let budget = Arc::new(ByteBudget { left, usage: Arc::clone(&usage) });
        let allowed = AllowedHosts::default();
        let hosts = Arc::clone(&allowed);
        let acceptor = tokio::spawn(async move {
            // Dropped with this task, which ends every connection.
            let mut open = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                while open.try_join_next().is_some() {}
                open.spawn(serve(socket, Arc::clone(&hosts), Arc::clone(&guard), Arc::clone(&budget)));
            }
        });
        Ok(Self { address, usage, allowed, acceptor: acceptor.abort_handle() })
    }

    /// Allows the page to connect to the host of this URL.
    pub fn allow(&self, url: &Url) {
        self.allowed.lock().unwrap_or_else(PoisonError::into_inner).insert(host_and_port(url));
    }
}

async fn serve(mut client: TcpStream, allowed: AllowedHosts, guard: Arc<AddressGuard>, budget: Arc<ByteBudget>) {
    let Ok(Some((head, rest))) = timeout(TIMEOUT, read_head(&mut client)).await else { return };
    let Some(request) = ProxyRequest::parse(&head) else {
        refuse(&mut client, "400 Bad Request").await;
        return;
    };
    if !allowed.lock().unwrap_or_else(PoisonError::into_inner).contains(&host_and_port(&request.url)) {
        return refuse(&mut client, "403 Forbidden").await;
    }
    let mut host = match timeout(TIMEOUT, connect(&guard, &request.url)).await {
        Ok(Ok(host)) => host,
        Ok(Err(reason)) => {
            tracing::debug!(host = request.url.host_str(), reason, "the browser may not connect");
            return refuse(&mut client, "403 Forbidden").await;
        }
        Err(_) => return refuse(&mut client, "504 Gateway Timeout").await,
    };
    let started = match &request.forward {
        None => client.write_all(b"HTTP/1.1 200 Connection Established\r\n\r\n").await,
        Some(head) => host.write_all(head.as_bytes()).await,
    };
    if started.is_err() || host.write_all(&rest).await.is_err() {
        return;
    }
    let (mut from_client, mut to_client) = client.split();
    let (mut from_host, mut to_host) = host.split();
    // A plain request has its connection to itself: anything after its body would be a request for some other host.
    let upload = copy(&mut from_client, &mut to_host, request.body_left(rest.len()), &budget);
    let download = copy(&mut from_host, &mut to_client, u64::MAX, &budget);
    match request.forward {
        None => tokio::select! { () = upload => {}, () = download => {} },
        Some(_) => {
            tokio::join!(upload, download);
        }
    }
}

async fn refuse(client: &mut TcpStream, status: &str) {
    let _ = client.write_all(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").as_bytes()).await;
}

/// Copies at most `limit` bytes, and no more than the budget allows.
async fn copy(from: &mut (impl AsyncRead + Unpin), to: &mut (impl AsyncWrite + Unpin), limit: u64, budget: &ByteBudget) {
    let mut buffer = vec![0; 16 * 1024];
    let mut left = limit;
    while left > 0 {
        let wanted = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let Ok(count @ 1..) = from.read(&mut buffer[..wanted]).await else { return };
        left -= count as u64;
        if !budget.take(count) || to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

/// Reads the head of a request, and the bytes of its body that arrived with it.
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

/// A request of the browser to its proxy.
struct ProxyRequest {
    url: Url,
    /// The head to forward to the host; `None` for a tunnel.
    forward: Option<String>,
    /// The length of the body.
    body: u64,
}

impl ProxyRequest {
    fn parse(head: &str) -> Option<Self> {
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
                // Browsers send lengths; any other framing could hide a second request.
                "transfer-encoding" => return None,
                "content-length" => body = value.trim().parse().ok()?,
                _ => {}
            }
            forward += &format!("{line}\r\n");
        }
        forward += "Connection: close\r\n\r\n";
        Some(Self { url, forward: Some(forward), body })
    }

    fn body_left(&self, received: usize) -> u64 {
        match self.forward {
            None => u64::MAX,
            Some(_) => self.body.saturating_sub(received as u64),
        }
    }
}

/// Connects to the URL's host, at an address that the guard allows.
async fn connect(guard: &AddressGuard, url: &Url) -> Result<TcpStream, String> {
    guard.check(url).map_err(|reason| reason.to_string())?;
    let port = url.port_or_known_default().unwrap_or(80);
    let addresses = match url.host() {
        Some(url::Host::Ipv4(v4)) => vec![v4.into()],
        Some(url::Host::Ipv6(v6)) => vec![v6.into()],
        Some(url::Host::Domain(name)) => guard.addresses(name).await.map_err(|error| error.to_string())?,
        None => Vec::new(),
    };
    let mut failure = "the host name has no address".to_owned();
    for address in addresses {
        match TcpStream::connect((address, port)).await {
            Ok(host) => return Ok(host),
            Err(error) => failure = error.to_string(),
        }
    }
    Err(failure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxy_requests_of_browsers_are_parsed() {
        let tunnel = ProxyRequest::parse("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n").unwrap();
        assert_eq!((tunnel.url.as_str(), tunnel.forward.is_none()), ("https://example.org/", true));
        let head = "POST http://example.org:81/a?b#c HTTP/1.1\r\nHost: example.org:81\r\nProxy-Connection: keep-alive\r\nContent-Length: 9\r\n\r\n";
        let plain = ProxyRequest::parse(head).unwrap();
        let forward = "POST /a?b HTTP/1.1\r\nHost: example.org:81\r\nContent-Length: 9\r\nConnection: close\r\n\r\n";
        assert_eq!((plain.forward.as_deref(), plain.body_left(4)), (Some(forward), 5));
        for bad in
            ["", "GET / HTTP/1.1\r\n\r\n", "GET http://a/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "CONNECT :0 x\r\n\r\n"]
        {
            assert!(ProxyRequest::parse(bad).is_none(), "{bad}");
        }
    }
}
