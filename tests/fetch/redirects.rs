//! Redirects: followed hop by hop, each one checked.

use gleaner::fetch::{AllowPrivate, Config, Reason};

use crate::server::{Reply, Server};
use crate::{facts, failure, fetch, page, quick, reason};

#[tokio::test]
async fn a_chain_is_followed_and_recorded() {
    let server = Server::pages(|seen, _| match seen.path.as_str() {
        "/1" => Reply::status(301).header("Location", "/2").body("moved"),
        "/2" => Reply::status(307).header("Location", "3?x=ä#part").body(""),
        _ => Reply::html("<p>here</p>"),
    })
    .await;
    let found = page(&quick(), &server.url("/1#top")).await;
    let facts = facts(&found);
    assert_eq!(facts.requested, server.url("/1#top"));
    assert_eq!(facts.redirects, [server.url("/2")]);
    assert_eq!(facts.final_url, server.url("/3?x=%C3%A4"));
    assert_eq!(found.bytes, b"<p>here</p>");
}

#[tokio::test]
async fn ten_hops_are_followed_and_eleven_are_not() {
    let server = Server::pages(|seen, _| match seen.path[1..].parse::<u32>().unwrap() {
        0 => Reply::html("end"),
        n => Reply::redirect(format!("/{}", n - 1)),
    })
    .await;
    assert_eq!(facts(&page(&quick(), &server.url("/10")).await).redirects.len(), 9);
    assert!(matches!(reason(&quick(), &server.url("/11")).await, Reason::TooManyRedirects(10)));
    let none = Config { max_redirects: 0, ..quick() };
    assert!(matches!(reason(&none, &server.url("/1")).await, Reason::TooManyRedirects(0)));
}

#[tokio::test]
async fn loops_end_at_once() {
    let server = Server::pages(|seen, _| match seen.path.as_str() {
        "/a" => Reply::redirect("/b"),
        "/b" => Reply::redirect("/a#again"),
        _ => Reply::redirect(""),
    })
    .await;
    assert!(matches!(reason(&quick(), &server.url("/a")).await, Reason::RedirectLoop));
    assert!(matches!(reason(&quick(), &server.url("/self")).await, Reason::RedirectLoop));
    assert_eq!(server.paths().iter().filter(|path| *path != "/robots.txt").count(), 3);
}

#[tokio::test]
async fn other_schemes_are_refused() {
    for target in
        ["file:///etc/passwd", "data:text/html,<p>x", "ftp://example.org/", "javascript:alert(1)", "gopher://localhost:70/"]
    {
        let server = Server::pages(move |_, _| Reply::redirect(target)).await;
        let error = failure(&quick(), &server.url("/")).await;
        assert!(matches!(error.reason(), Some(Reason::Scheme(_))) && error.is_refusal(), "{error}");
        assert!(error.to_string().contains(&server.url("/")) && error.to_string().contains("redirected to"), "{error}");
    }
    let long = format!("data:text/html,{}", "x".repeat(7000));
    let server = Server::pages(move |_, _| Reply::redirect(&long)).await;
    failure(&quick(), &server.url("/")).await;
}

#[tokio::test]
async fn redirects_to_internal_addresses_are_refused() {
    let inside = Server::pages(|_, _| Reply::html("secret")).await;
    let listed = Config { allow_private: ["127.0.0.1".to_owned()].into_iter().collect(), ..quick() };
    for target in [
        format!("http://127.0.0.2:{}/", inside.port()),
        format!("http://[::ffff:127.0.0.1]:{}/", inside.port()),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.0.0.1/".to_owned(),
        "http://0x0a000001/".to_owned(),
        "http://[fd00:ec2::254]/".to_owned(),
        "http://0.0.0.0/".to_owned(),
    ] {
        let shown = target.clone();
        let server = Server::pages(move |_, _| Reply::redirect(&target)).await;
        let error = failure(&listed, &server.url("/")).await;
        assert!(matches!(error.reason(), Some(Reason::Address(_))) && error.is_refusal(), "{shown}: {error}");
        assert!(error.hint().unwrap().contains("fetch.allow_private"));
    }
    assert!(inside.seen().is_empty());
}

#[tokio::test]
async fn the_name_in_a_redirect_is_checked_when_connecting() {
    let inside = Server::pages(|_, _| Reply::html("secret")).await;
    let target = inside.named_url("/");
    // 127.0.0.3 is allowed, so the first hop works; localhost resolves to 127.0.0.1, which is not.
    let listener = tokio::net::TcpListener::bind("127.0.0.3:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            use tokio::io::{AsyncReadExt, AsyncWriteExt};
            let mut request = [0; 2048];
            let length = socket.read(&mut request).await.unwrap();
            let status = if request[..length].starts_with(b"GET /robots.txt") { "404 None" } else { "302 Found" };
            let reply = format!("HTTP/1.1 {status}\r\nLocation: {target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            socket.write_all(reply.as_bytes()).await.unwrap();
        }
    });
    let listed = Config { allow_private: ["127.0.0.3".to_owned()].into_iter().collect(), ..quick() };
    let error = failure(&listed, &format!("http://127.0.0.3:{port}/")).await;
    assert!(matches!(error.reason(), Some(Reason::Address(_))) && error.is_refusal(), "{error}");
    assert!(inside.seen().is_empty());
}

#[tokio::test]
async fn a_location_never_becomes_a_header() {
    let server = Server::pages(|seen, _| match seen.path.as_str() {
        "/split" => Reply::redirect("/next\r\nX-Evil: 1"),
        "/encoded" => Reply::redirect("/next%0d%0aX-Evil:%201"),
        "/tabs" => Reply::redirect("/ne\txt"),
        _ => Reply::html("fine"),
    })
    .await;
    for path in ["/split", "/encoded", "/tabs"] {
        page(&quick(), &server.url(path)).await;
    }
    assert!(server.seen().iter().all(|seen| seen.header("x-evil").is_none()));
    assert!(server.paths().contains(&"/next%0d%0aX-Evil:%201".to_owned()));
}

#[tokio::test]
async fn redirects_without_a_valid_target_are_errors() {
    let server = Server::pages(|seen, _| match seen.path.as_str() {
        "/none" => Reply::status(302).body("where?"),
        "/bad" => Reply::redirect("http://[::1"),
        "/long" => Reply::redirect(format!("/{}", "x".repeat(9000))),
        _ => Reply::status(300).header("Location", "/ok").body("choose"),
    })
    .await;
    assert!(matches!(reason(&quick(), &server.url("/none")).await, Reason::Status { status: 302, .. }));
    assert!(matches!(reason(&quick(), &server.url("/bad")).await, Reason::BadRedirect(_)));
    assert!(matches!(reason(&quick(), &server.url("/long")).await, Reason::BadRedirect(_)));
    assert!(matches!(reason(&quick(), &server.url("/choices")).await, Reason::Status { status: 300, .. }));
}

#[tokio::test]
async fn the_robots_of_the_target_host_are_checked() {
    let closed = Server::start(|seen, _| match seen.path.as_str() {
        "/robots.txt" => Reply::ok("User-agent: gleaner\nDisallow: /\n"),
        _ => Reply::html("closed"),
    })
    .await;
    let target = closed.url("/page");
    let server = Server::pages(move |_, _| Reply::redirect(&target)).await;
    let error = failure(&quick(), &server.url("/")).await;
    assert!(matches!(error.reason(), Some(Reason::Robots { line: 2, .. })) && error.is_refusal(), "{error}");
    assert_eq!(closed.paths(), ["/robots.txt"]);
    assert!(fetch(&Config { allow_private: AllowPrivate::None, ..quick() }, &server.url("/")).await.is_err());
}
