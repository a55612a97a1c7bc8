//! Bodies: content codings, bombs, sizes, media types, and responses with false headers.

use std::io::Write;
use std::time::{Duration, Instant};

use gleaner::fetch::{Config, Reason};
use gleaner_extract::base::hash::ContentHash;

use crate::server::{Reply, Server};
use crate::shared_archive::read_all;
use crate::{facts, failure, page, quick, reason};

const PAGE: &str = "<html><body><p>Rain fell on the harbour all day, and nobody minded.</p></body></html>";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn encoded(encoding: &str) -> Vec<u8> {
    match encoding {
        "gzip" => gzip(PAGE.as_bytes()),
        "deflate" => {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(PAGE.as_bytes()).unwrap();
            encoder.finish().unwrap()
        }
        "br" => {
            let mut out = Vec::new();
            brotli::CompressorWriter::new(&mut out, 4096, 5, 22).write_all(PAGE.as_bytes()).unwrap();
            out
        }
        "zstd" => zstd::encode_all(PAGE.as_bytes(), 3).unwrap(),
        _ => PAGE.into(),
    }
}

#[tokio::test]
async fn every_coding_is_decoded_and_the_wire_size_recorded() {
    let server = Server::pages(|seen, _| {
        let encoding = &seen.path[1..];
        Reply::ok(encoded(encoding)).header("Content-Encoding", encoding).header("Content-Type", "text/html")
    })
    .await;
    for encoding in ["gzip", "deflate", "br", "zstd", "identity"] {
        let found = page(&quick(), &server.url(&format!("/{encoding}"))).await;
        assert_eq!(found.bytes, PAGE.as_bytes(), "{encoding}");
        assert_eq!(found.hash(), ContentHash::of(PAGE));
        assert_eq!(facts(&found).wire_bytes, encoded(encoding).len() as u64);
        assert_eq!(facts(&found).header("content-encoding"), Some(encoding), "headers are stored as sent");
    }
    assert_eq!(server.seen()[1].header("accept-encoding"), Some("gzip, deflate, br, zstd"));
}

#[tokio::test]
async fn bytes_keep_their_charset() {
    let server = Server::pages(|_, _| Reply::ok(b"caf\xe9 \xff\x00").header("Content-Type", "text/html; charset=latin1")).await;
    assert_eq!(page(&quick(), &server.url("/")).await.bytes, b"caf\xe9 \xff\x00");
}

#[tokio::test]
#[ignore = "needs the shared data"]
async fn shared_bombs_are_stopped_and_odd_encodings_read() {
    let files = read_all("vectors/bombs");
    let file = move |name: &str| files.iter().find(|(path, _)| path.ends_with(name)).map(|(_, bytes)| bytes.clone()).unwrap();
    let server = Server::pages(move |seen, _| {
        let (name, encoding) = seen.path[1..].split_once('?').unwrap();
        Reply::ok(file(name)).header("Content-Encoding", encoding.replace("%20", " "))
    })
    .await;
    for (name, encoding) in
        [("bomb-gzip.bin", "gzip"), ("bomb-deflate.bin", "deflate"), ("bomb-br.bin", "br"), ("bomb-zstd.bin", "zstd")]
    {
        let small = Config { max_bytes: 1_000_000, ..quick() };
        let found = reason(&small, &server.url(&format!("/{name}?{encoding}"))).await;
        assert!(matches!(found, Reason::TooLarge(1_000_000)), "{name}: {found}");
    }
    let mut pages = Vec::new();
    for (name, encoding) in [
        ("html-gzip.bin", "gzip"),
        ("html-br.bin", "br"),
        ("html-rawdeflate.bin", "deflate"),
        ("html-zlibdeflate.bin", "deflate"),
        ("html-gzip-deflate.bin", "gzip,%20deflate"),
        ("html-gzip-deflate-gzip.bin", "gzip,%20deflate,%20gzip"),
        ("html-zstd-static-content-size.bin", "zstd"),
        ("html-zstd-static-no-content-size.bin", "zstd"),
        ("html-zstd-streaming-no-content-size.bin", "zstd"),
    ] {
        pages.push(page(&quick(), &server.url(&format!("/{name}?{encoding}"))).await.bytes);
    }
    let is_html = |bytes: &[u8]| bytes.windows(5).any(|window| window.eq_ignore_ascii_case(b"<html"));
    assert!(pages.iter().all(|bytes| is_html(bytes)));
    let broken = reason(&quick(), &server.url("/truncated-crc-error.gz?gzip")).await;
    assert!(matches!(broken, Reason::Encoding { .. }), "{broken}");
}

#[tokio::test]
async fn a_streamed_bomb_ends_at_the_limit() {
    let bomb = gzip(&vec![b' '; 64 << 20]);
    assert!(bomb.len() < 100_000);
    let server = Server::pages(move |_, _| Reply::ok(&bomb).header("Content-Encoding", "gzip")).await;
    let error = failure(&quick(), &server.url("/")).await;
    assert!(matches!(error.reason(), Some(Reason::TooLarge(10_485_760))) && !error.is_refusal(), "{error}");
    assert_eq!(error.hint(), Some("fetch.max_bytes sets the limit"));
}

#[tokio::test]
async fn the_wire_limit_applies_with_and_without_a_length() {
    let server = Server::pages(|seen, _| match seen.path.as_str() {
        "/said" => Reply::status(200).header("Content-Length", "50000000").forever([b'x'; 1024], Duration::from_millis(50)),
        "/unsaid" => Reply::status(200).forever([b'x'; 65536], Duration::ZERO),
        "/chunks" => Reply::status(200)
            .header("Transfer-Encoding", "chunked")
            .forever(format!("1000\r\n{}\r\n", "x".repeat(4096)), Duration::ZERO),
        _ => Reply::ok(vec![b'x'; 100_000]),
    })
    .await;
    let small = Config { max_wire_bytes: 100_000, ..quick() };
    for path in ["/said", "/unsaid", "/chunks"] {
        let found = reason(&small, &server.url(path)).await;
        assert!(matches!(found, Reason::WireTooLarge(100_000)), "{path}: {found}");
    }
    assert_eq!(page(&small, &server.url("/exact")).await.bytes.len(), 100_000);
    let decoded = Config { max_bytes: 99_999, ..quick() };
    assert!(matches!(reason(&decoded, &server.url("/exact")).await, Reason::TooLarge(99_999)));
}

#[tokio::test]
async fn endless_chunk_extensions_and_tiny_chunks_end() {
    let server = Server::pages(|seen, _| {
        let chunked = Reply::status(200).header("Transfer-Encoding", "chunked");
        match seen.path.as_str() {
            "/extension" => chunked.then("5;").forever("x".repeat(4096), Duration::ZERO),
            "/trailers" => chunked.then("1\r\nx\r\n0\r\n").forever("X-Trailer: y\r\n".repeat(64), Duration::ZERO),
            _ => chunked.forever("1\r\nx\r\n".repeat(512), Duration::ZERO),
        }
    })
    .await;
    let small = Config { max_wire_bytes: 20_000, ..quick() };
    let start = Instant::now();
    assert!(matches!(reason(&small, &server.url("/extension")).await, Reason::Transfer(_)));
    assert!(matches!(reason(&small, &server.url("/trailers")).await, Reason::Transfer(_)));
    assert!(matches!(reason(&small, &server.url("/tiny")).await, Reason::WireTooLarge(20_000)));
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn endless_headers_end() {
    let server = Server::pages(|seen, _| match seen.path.as_str() {
        "/many" => Reply::raw("HTTP/1.1 200 OK\r\n").forever("X-Field: y\r\n".repeat(100), Duration::ZERO),
        _ => Reply::raw("HTTP/1.1 200 OK\r\nX-Long: ").forever("y".repeat(10_000), Duration::ZERO),
    })
    .await;
    for path in ["/many", "/long"] {
        let found = reason(&quick(), &server.url(path)).await;
        assert!(matches!(found, Reason::Transfer(_)), "{path}: {found}");
    }
}

#[tokio::test]
async fn a_body_shorter_than_announced_is_an_error() {
    let server = Server::pages(|seen, _| match seen.path.as_str() {
        "/length" => Reply::status(200).header("Content-Length", "1000").then("only this"),
        "/chunk" => Reply::status(200).header("Transfer-Encoding", "chunked").then("100\r\nonly this"),
        "/gzip" => Reply::status(200).header("Content-Encoding", "gzip").then(&gzip(PAGE.as_bytes())[..40]),
        _ => Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nexactand more than promised"),
    })
    .await;
    assert!(matches!(reason(&quick(), &server.url("/length")).await, Reason::Transfer(_)));
    assert!(matches!(reason(&quick(), &server.url("/chunk")).await, Reason::Transfer(_)));
    assert!(matches!(reason(&quick(), &server.url("/gzip")).await, Reason::Encoding { .. }));
    assert_eq!(page(&quick(), &server.url("/longer")).await.bytes, b"exact");
}

#[tokio::test]
async fn responses_that_are_not_http_are_errors() {
    let server = Server::pages(|seen, _| match seen.path.as_str() {
        "/ssh" => Reply::raw("SSH-2.0-OpenSSH_9.9\r\n"),
        "/nothing" => Reply::raw(""),
        _ => Reply::raw("HTTP/1.1 abc\r\n\r\n"),
    })
    .await;
    for path in ["/ssh", "/nothing", "/status"] {
        let found = reason(&quick(), &server.url(path)).await;
        assert!(matches!(found, Reason::Transfer(_)), "{path}: {found}");
    }
}

#[tokio::test]
async fn invalid_headers_that_browsers_accept_are_accepted() {
    let server = Server::pages(|_, _| {
        Reply::raw(
            "HTTP/1.1 200 OK\r\nBad Name: x\r\nX-Latin: caf\u{e9}\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok",
        )
    })
    .await;
    assert_eq!(page(&quick(), &server.url("/")).await.bytes, b"ok");
}

#[tokio::test]
async fn other_media_types_are_refused_without_reading_the_body() {
    let server = Server::pages(|seen, _| {
        let kind = seen.path[1..].to_owned();
        Reply::status(200).header("Content-Type", kind).forever([0; 1024], Duration::from_millis(5))
    })
    .await;
    for kind in ["image/png", "video/mp4", "audio/mpeg", "application/pdf", "application/zip", "font/woff2"] {
        let error = failure(&quick(), &server.url(&format!("/{kind}"))).await;
        assert!(matches!(error.reason(), Some(Reason::MediaType(_))) && error.is_refusal(), "{error}");
        assert!(error.to_string().contains(kind), "{error}");
    }
}

#[tokio::test]
async fn an_empty_page_is_an_error() {
    let server = Server::pages(|seen, _| match seen.path.as_str() {
        "/204" => Reply::status(204),
        _ => Reply::html(""),
    })
    .await;
    assert!(matches!(reason(&quick(), &server.url("/200")).await, Reason::Empty));
    assert!(matches!(reason(&quick(), &server.url("/204")).await, Reason::Empty));
}
