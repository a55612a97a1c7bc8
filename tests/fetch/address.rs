//! The address guard over real sockets: refused addresses are never connected to.

use gleaner::fetch::{AllowPrivate, Config, Reason, RobotsPolicy};

use crate::server::{Reply, Server};
use crate::{failure, fetch, fetcher, page, quick};

fn without_private() -> Config {
    Config { allow_private: AllowPrivate::None, ..quick() }
}

#[tokio::test]
async fn the_loopback_is_refused_by_address_and_by_name() {
    let server = Server::pages(|_, _| Reply::html("secret")).await;
    for robots in [RobotsPolicy::Honour, RobotsPolicy::Ignore] {
        for url in [server.url("/"), server.named_url("/"), format!("http://LOCALHOST:{}/", server.port())] {
            let error = failure(&Config { robots, ..without_private() }, &url).await;
            assert!(matches!(error.reason(), Some(Reason::Address(_))) && error.is_refusal(), "{error}");
            assert!(error.to_string().contains("loopback"), "{error}");
        }
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_listed_name_allows_its_addresses_and_nothing_else() {
    let server = Server::pages(|_, _| Reply::html("mine")).await;
    let listed = Config { allow_private: ["localhost".to_owned()].into_iter().collect(), ..without_private() };
    page(&listed, &server.named_url("/")).await;
    assert!(fetch(&listed, &server.url("/")).await.is_err());
    let address = Config { allow_private: ["127.0.0.1".to_owned()].into_iter().collect(), ..without_private() };
    page(&address, &server.url("/")).await;
    page(&address, &server.named_url("/")).await;
}

#[tokio::test]
async fn every_internal_address_is_refused_without_connecting() {
    let fetcher = fetcher(&without_private());
    for host in [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::a00:1]",
        "[64:ff9b:1::1]",
        "[2002:a00:1::]",
        "[2001::1]",
        "[2001:db8::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[ff02::1]",
    ] {
        let error = fetcher.fetch(crate::request(&format!("http://{host}/"))).await.unwrap_err();
        assert!(matches!(error.reason(), Some(Reason::Address(_))) && error.is_refusal(), "{host}: {error}");
    }
}

#[tokio::test]
async fn other_schemes_are_refused() {
    for url in ["file:///etc/passwd", "ftp://example.org/x", "data:text/plain,x", "mailto:a@example.org"] {
        let error = failure(&quick(), url).await;
        assert!(matches!(error.reason(), Some(Reason::Scheme(_))) && error.is_refusal(), "{error}");
    }
}
