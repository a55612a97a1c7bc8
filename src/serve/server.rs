//! Connections: accepted within limits, answered by the router, and closed in order when the server is asked to stop.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use super::access::Access;
use super::app::App;
use super::options::{Error, ServeOptions};
use super::router;
use crate::engine::Setup;

/// Connections at the same time. Browsers open six.
const MAX_CONNECTIONS: usize = 128;

/// Longest time in which a client sends the header of a request; a connection that has nothing to send is closed after it.
const HEADER_TIME: Duration = Duration::from_secs(15);

/// Most bytes of a request's header.
const MAX_HEADER_BYTES: usize = 64 << 10;

/// Most fields of a request's header.
const MAX_FIELDS: usize = 64;

/// Longest life of a connection: a client that reads nothing does not keep it.
const CONNECTION_TIME: Duration = Duration::from_secs(600);

/// How long the server waits for answers under way when it is asked to stop.
const STOP_TIME: Duration = Duration::from_secs(5);

/// Threads that read the corpus.
const READING_THREADS: usize = 8;

/// A server that has its port.
pub struct Server {
    runtime: tokio::runtime::Runtime,
    listener: TcpListener,
    address: SocketAddr,
    app: Arc<App>,
}

impl Server {
    /// Takes the port, and checks that the corpus can be read.
    pub fn bind(setup: Setup, options: ServeOptions) -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(READING_THREADS)
            .enable_all()
            .build()
            .map_err(Error::Threads)?;
        let wanted = options.address;
        let failed = |source| Error::Listen { address: wanted, source };
        let listener = runtime.block_on(TcpListener::bind(wanted)).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let access = Access::new(options, address)?;
        Ok(Self { runtime, listener, address, app: Arc::new(App::new(setup, access)) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address to open in a browser, with the token if one is needed.
    pub fn url(&self) -> String {
        let host = if self.address.ip().is_unspecified() {
            SocketAddr::new([127, 0, 0, 1].into(), self.address.port())
        } else {
            self.address
        };
        match self.app.access.token() {
            Some(token) => format!("http://{host}/?token={token}"),
            None => format!("http://{host}/"),
        }
    }

    /// Answers requests until `stop` is done. Answers under way are finished, for five seconds at most.
    pub fn run(self, stop: impl Future<Output = ()> + Send) {
        let Self { runtime, listener, app, .. } = self;
        runtime.block_on(accept(listener, router::of(app), stop));
        runtime.shutdown_timeout(Duration::from_secs(1));
    }
}

async fn accept(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let (permits, graceful) = (Arc::new(Semaphore::new(MAX_CONNECTIONS)), GracefulShutdown::new());
    let mut stop = std::pin::pin!(stop);
    loop {
        let next = async { (Arc::clone(&permits).acquire_owned().await, listener.accept().await) };
        tokio::select! {
            () = &mut stop => break,
            accepted = next => match accepted {
                (Ok(permit), Ok((stream, _))) => answer(stream, router.clone(), permit, &graceful),
                // Too many open files, for instance: others may close meanwhile.
                _ => sleep(Duration::from_millis(50)).await,
            },
        }
    }
    drop(listener);
    let _ = timeout(STOP_TIME, graceful.shutdown()).await;
}

fn answer(stream: TcpStream, router: Router, permit: OwnedSemaphorePermit, graceful: &GracefulShutdown) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_buf_size(MAX_HEADER_BYTES)
        .max_headers(MAX_FIELDS)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        // A client that goes away is no failure of the server.
        let _ = timeout(CONNECTION_TIME, connection).await;
        drop(permit);
    });
}
