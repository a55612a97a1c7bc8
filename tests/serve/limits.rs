//! Requests that are too large, too many or not requests at all cost little, and the server goes on.

use std::io::Write;
use std::net::TcpStream;

use crate::support::{ONE, reply_to, usual};

#[test]
fn what_is_too_large_or_broken_is_refused_and_others_are_answered() {
    let corpus = usual();
    let server = corpus.serve();
    let long = "x".repeat(200_000);
    assert!(matches!(server.get(&format!("/?q={long}")).status, 414 | 431 | 400));
    assert!(matches!(server.get_with("/", &[("X-Long", &long)]).status, 431 | 400));
    let many: Vec<(&str, &str)> = vec![("X-Field", "x"); 500];
    assert!(matches!(server.get_with("/", &many).status, 431 | 400));
    let form = format!("token={}", "x".repeat(1 << 20));
    assert_eq!(server.send("POST", "/login", &[], &form).status, 413);
    assert!(matches!(server.send("POST", "/login", &[("Content-Length", "-1")], "").status, 400));
    for bytes in [&b"\x16\x03\x01\x02\x00"[..], b"GET\r\n\r\n", b"\0\0\0\0\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        assert!(matches!(reply_to(server.address, bytes).status, 0 | 400 | 505), "{bytes:?}");
    }
    assert_eq!(server.get("/").status, 200);
}

#[test]
fn connections_that_send_nothing_keep_nobody_from_being_answered() {
    let corpus = usual();
    let server = corpus.serve();
    let open: Vec<TcpStream> = (0..100)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address).unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\n").unwrap();
            stream
        })
        .collect();
    assert_eq!(server.get("/").status, 200);
    drop(open);
}

#[test]
fn many_readers_at_once_are_all_answered() {
    let corpus = usual();
    let server = corpus.serve();
    let path = format!("/documents/{}/blocks", corpus.id(ONE));
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..40).map(|_| scope.spawn(|| server.get(&path).status)).collect();
        assert!(clients.into_iter().all(|client| client.join().unwrap() == 200));
    });
}
