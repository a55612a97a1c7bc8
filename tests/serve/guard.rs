//! Who gets an answer: the host, the token, the headers of every answer, and the end of the server.

use std::io::{Read, Write};
use std::net::TcpStream;

use gleaner::serve::ServeOptions;

use crate::support::{ONE, TOKEN, usual};

const PATHS: &[&str] = &["/", "/sites", "/keys", "/nothing", "/api/v1/sites", "/api/v1/nothing", "/api/v1/documents/0000"];

#[test]
fn every_answer_has_the_headers_that_keep_pages_from_doing_anything() {
    let corpus = usual();
    let server = corpus.serve();
    let document = format!("/documents/{}", corpus.id(ONE));
    for path in PATHS.iter().copied().chain([document.as_str()]) {
        let reply = server.get(path);
        let policy = reply.field("content-security-policy").unwrap();
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{policy}");
        assert_eq!(reply.field("x-frame-options"), Some("DENY"), "{path}");
        assert_eq!(reply.field("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(reply.field("referrer-policy"), Some("same-origin"), "{path}");
        assert_eq!(reply.field("cache-control"), Some("no-store"), "{path}");
        for inline in [" style=", "<style", " onclick", " onload", "javascript:", "<script>"] {
            assert!(!reply.body.contains(inline), "{path}: {inline}");
        }
    }
}

#[test]
fn only_its_own_host_names_are_answered() {
    let corpus = usual();
    let server = corpus.serve();
    let port = server.address.port();
    for (host, status) in [
        (format!("127.0.0.1:{port}"), 200),
        (format!("localhost:{port}"), 200),
        (format!("news.example:{port}"), 421),
        ("127.0.0.1".to_owned(), 421),
        (format!("10.0.0.1:{port}"), 421),
        (format!("127.0.0.1.rebind.example:{port}"), 421),
    ] {
        for path in ["/", "/api/v1/sites"] {
            assert_eq!(server.get_with(path, &[("Host", &host)]).status, status, "{host}");
        }
    }
    let server = corpus.serve_with(ServeOptions { hosts: vec!["news.example".to_owned()], ..ServeOptions::default() });
    assert_eq!(server.get_with("/", &[("Host", "news.example")]).status, 200);
}

#[test]
fn with_a_token_nothing_is_shown_without_it() {
    let corpus = usual();
    let server = corpus.serve_with(ServeOptions { token: Some(TOKEN.to_owned()), ..ServeOptions::default() });
    let document = format!("/documents/{}", corpus.id(ONE));
    for path in PATHS.iter().copied().chain([document.as_str(), "/documents/0000/raw"]) {
        let reply = server.get(path);
        assert_eq!((reply.status, reply.field("www-authenticate")), (401, Some("Bearer")), "{path}");
        assert!(!reply.body.contains("a.example") && !reply.body.contains("Harbour"), "{path}: {}", reply.body);
        assert_eq!(server.get_with(path, &[("Authorization", "Bearer wrong")]).status, 401, "{path}");
    }
    let bearer = format!("Bearer {TOKEN}");
    assert_eq!(server.get_with(&document, &[("Authorization", &bearer)]).status, 200);
    assert_eq!(server.url, format!("http://{}/?token={TOKEN}", server.address));
    for reply in [server.get(&format!("/?token={TOKEN}")), server.send("POST", "/login", &[], &format!("token={TOKEN}"))] {
        assert_eq!((reply.status, reply.field("location")), (303, Some("/")));
        let cookie = reply.field("set-cookie").unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        let pair = cookie.split(';').next().unwrap();
        assert_eq!(server.get_with(&document, &[("Cookie", pair)]).status, 200);
    }
    for reply in [server.get("/?token=wrong"), server.send("POST", "/login", &[], "token=wrong")] {
        assert_eq!((reply.status, reply.field("set-cookie")), (401, None));
    }
}

#[test]
fn nothing_can_be_changed() {
    let corpus = usual();
    let server = corpus.serve();
    for (method, path) in [("POST", "/"), ("PUT", "/api/v1/sites"), ("DELETE", "/documents/0000"), ("POST", "/api/v1/pages")] {
        assert_eq!(server.send(method, path, &[], "").status, 403, "{method} {path}");
    }
}

#[test]
fn problems_of_the_interface_for_programs_are_json() {
    let corpus = usual();
    let server = corpus.serve();
    let reply = server.get("/api/v1/documents/0000");
    assert_eq!((reply.status, reply.field("content-type")), (404, Some("application/json")));
    assert!(reply.json()["error"].as_str().unwrap().contains("no such document"), "{}", reply.body);
}

#[test]
fn a_server_that_is_told_to_stop_finishes_answers_and_closes_idle_connections() {
    let corpus = usual();
    let mut server = corpus.serve();
    let mut idle = TcpStream::connect(server.address).unwrap();
    idle.write_all(format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", server.address).as_bytes()).unwrap();
    let mut first = [0; 15];
    idle.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");
    server.end();
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).unwrap();
    assert!(String::from_utf8_lossy(&rest).contains("</html>"), "the answer is whole, and the connection closed");
    assert!(TcpStream::connect(server.address).is_err());
}
