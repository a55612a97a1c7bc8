//! The User-Agent, and what is never sent on or stored: credentials and cookies.

use gleaner::fetch::{Config, Warning};
use gleaner_extract::document::Origin;

use crate::server::{Reply, Server};
use crate::{facts, failure, fetcher, page, quick, request};

const CANARY: &str = "c4n4ry";

#[tokio::test]
async fn the_user_agent_names_gleaner_and_its_contact() {
    let server = Server::pages(|_, _| Reply::html("ok")).await;
    page(&Config { contact: Some("mailto:me@example.org".into()), ..quick() }, &server.url("/")).await;
    let agent = format!("gleaner/{} (+mailto:me@example.org)", env!("CARGO_PKG_VERSION"));
    for seen in server.seen() {
        assert_eq!(seen.header("user-agent"), Some(agent.as_str()));
        for field in ["cookie", "authorization", "referer", "proxy-authorization"] {
            assert_eq!(seen.header(field), None);
        }
        assert!(seen.header("accept").is_some() && seen.header("accept-language").is_some());
    }
    assert_eq!(fetcher(&quick()).warnings(), [Warning::NoContact, Warning::PrivateOpen]);
}

#[tokio::test]
async fn a_contact_that_cannot_be_sent_is_an_error() {
    for bad in ["a\r\nX-Evil: 1", "ü@example.org", "\u{0}"] {
        let config = Config { contact: Some(bad.into()), ..quick() };
        let error = gleaner::fetch::Fetcher::new(&config, std::sync::Arc::new(gleaner::clock::SystemClock)).err().unwrap();
        assert!(error.hint().unwrap().contains("fetch.contact") && !error.is_refusal(), "{error}");
    }
}

#[tokio::test]
async fn cookies_are_neither_stored_nor_sent_back() {
    let server = Server::pages(|seen, _| match seen.path.as_str() {
        "/in" => Reply::redirect("/out").header("Set-Cookie", format!("sid={CANARY}; Path=/")),
        _ => Reply::html("ok")
            .header("Set-Cookie", format!("sid={CANARY}"))
            .header("X-Other", "kept")
            .header("Vary", "a")
            .header("Vary", "b"),
    })
    .await;
    let fetcher = fetcher(&quick());
    for _ in 0..2 {
        fetcher.fetch(request(&server.url("/in"))).await.unwrap();
    }
    assert!(server.seen().iter().all(|seen| !seen.head.contains(CANARY)));
    let found = page(&quick(), &server.url("/in")).await;
    let facts = facts(&found);
    assert!(!serde_json::to_string(facts).unwrap().contains(CANARY));
    assert_eq!(facts.header("x-other"), Some("kept"));
    assert_eq!(facts.header("vary"), Some("a, b"));
}

#[tokio::test]
async fn credentials_go_to_their_origin_only_and_are_never_shown() {
    // "user:c4n4ry" in base64.
    let basic = "Basic dXNlcjpjNG40cnk=";
    let other = Server::pages(|_, _| Reply::html("other")).await;
    let elsewhere = other.url("/there");
    let server = Server::pages(move |seen, _| match seen.path.as_str() {
        "/same" => Reply::redirect("/page"),
        "/away" => Reply::redirect(&elsewhere),
        "/given" => Reply::redirect(format!("http://user:{CANARY}@{}/there", elsewhere.split('/').nth(2).unwrap())),
        "/error" => Reply::status(500).body(""),
        _ => Reply::html("ok"),
    })
    .await;
    let login = |path: &str| server.url(path).replace("http://", &format!("http://user:{CANARY}@"));
    let found = page(&quick(), &login("/same")).await;
    let seen = server.seen();
    assert_eq!(seen[0].header("authorization"), None, "robots.txt needs no login");
    assert!(seen[1..].iter().all(|seen| seen.header("authorization") == Some(basic)));
    assert!(!serde_json::to_string(facts(&found)).unwrap().contains(CANARY));
    assert_eq!(found.origin, Origin::Url(server.url("/same").parse().unwrap()));

    for path in ["/away", "/given"] {
        page(&quick(), &login(path)).await;
        page(&quick(), &server.url(path)).await;
    }
    // The same server under another name is another origin too.
    assert!(other.seen().iter().all(|seen| seen.header("authorization").is_none()));

    let error = failure(&quick(), &login("/error")).await;
    assert!(!format!("{error} {error:?}").contains(CANARY), "{error:?}");
}

#[tokio::test]
async fn logins_do_not_reach_another_name_or_port_of_the_same_machine() {
    let server = Server::pages(|seen, nth| match (seen.path.as_str(), nth) {
        ("/port", _) => Reply::redirect(format!("http://{}/end", seen.header("host").unwrap().replace("127.0.0.1", "localhost"))),
        _ => Reply::html("ok"),
    })
    .await;
    page(&quick(), &server.url("/port").replace("http://", "http://user:secret@")).await;
    let end = server.seen().into_iter().find(|seen| seen.path == "/end").unwrap();
    assert_eq!(end.header("authorization"), None);
}
