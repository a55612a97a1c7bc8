//! TLS failures. (A successful handshake would need a certificate of a real authority, which tests do not have.)

use std::process::Command;

use gleaner::fetch::Reason;

use crate::server::{Reply, Server};
use crate::{page, quick, reason};

#[tokio::test]
async fn a_port_that_does_not_speak_tls_is_named() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut socket, b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let found = reason(&quick(), &format!("https://{address}/")).await;
    assert!(matches!(found, Reason::Tls(_)), "{found}");
}

#[test]
fn without_certificates_only_https_fails() {
    // The location of the certificates comes from the environment, so this needs a process of its own.
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tls::pages_come_by_http", "--quiet"])
        .env("SSL_CERT_FILE", "/nonexistent/file")
        .env("SSL_CERT_DIR", "/nonexistent/dir")
        .status()
        .unwrap();
    assert!(status.success());
}

#[tokio::test]
async fn pages_come_by_http() {
    let server = Server::pages(|_, _| Reply::html("ok")).await;
    page(&quick(), &server.url("/")).await;
}
