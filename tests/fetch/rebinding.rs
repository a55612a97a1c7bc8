//! Names whose address changes (DNS rebinding): the guard checks the address that is connected to, each time.

use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use gleaner::clock::SystemClock;
use gleaner::fetch::{Config, FetchEnvironment, Fetched, Fetcher, Lookup, Reason, Resolver};

use crate::server::{Reply, Server};
use crate::{quick, request};

/// Gives its next answer each time, and the last one forever.
struct ChangingResolver {
    answers: Vec<Vec<IpAddr>>,
    lookups: AtomicUsize,
    hosts: Mutex<Vec<String>>,
}

impl ChangingResolver {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |answer: &&[&str]| answer.iter().map(|address| address.parse().unwrap()).collect();
        Arc::new(Self { answers: answers.iter().map(parse).collect(), lookups: AtomicUsize::new(0), hosts: Mutex::default() })
    }
}

impl Resolver for ChangingResolver {
    fn addresses(&self, host: String) -> Lookup<'_> {
        self.hosts.lock().unwrap().push(host);
        let nth = self.lookups.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers.get(nth).or(self.answers.last()).unwrap().clone();
        Box::pin(async move { Ok(answer) })
    }
}

/// 127.0.0.1 stands for the public internet: no test leaves the machine. All other internal addresses are refused.
fn fetcher(resolver: &Arc<ChangingResolver>) -> Fetcher {
    let config = Config { allow_private: ["127.0.0.1".to_owned()].into_iter().collect(), ..quick() };
    let resolver = Arc::clone(resolver) as Arc<dyn Resolver>;
    Fetcher::within(&config, FetchEnvironment { resolver, ..FetchEnvironment::new(Arc::new(SystemClock)) }).unwrap()
}

async fn fetch(fetcher: &Fetcher, server: &Server) -> Result<Fetched, gleaner::fetch::Error> {
    fetcher.fetch(request(&format!("http://rebind.example:{}/page", server.port()))).await
}

#[tokio::test]
async fn a_name_that_becomes_internal_after_its_first_lookup_is_refused() {
    for inside in ["127.0.0.2", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1"] {
        let server = Server::pages(|_, _| Reply::html("page")).await;
        // The first answer is for robots.txt, the second for the page.
        let resolver = ChangingResolver::new(&[&["127.0.0.1"], &[inside]]);
        let error = fetch(&fetcher(&resolver), &server).await.unwrap_err();
        let refused =
            matches!(error.reason(), Some(Reason::Address(refused)) if refused.address == inside.parse::<IpAddr>().unwrap());
        assert!(refused && error.is_refusal(), "{inside}: {error}");
        assert!(error.to_string().contains("http://rebind.example"), "{error}");
        assert_eq!(server.paths(), ["/robots.txt"]);
        assert_eq!(resolver.hosts.lock().unwrap().len(), 2, "checked once, and connected to as checked");
    }
}

#[tokio::test]
async fn only_the_allowed_one_of_several_addresses_is_connected_to() {
    let server = Server::pages(|_, _| Reply::html("page")).await;
    let resolver = ChangingResolver::new(&[&["10.0.0.1", "127.0.0.1", "127.0.0.2"]]);
    assert!(matches!(fetch(&fetcher(&resolver), &server).await, Ok(Fetched::Document(_))));
    assert_eq!(server.paths(), ["/robots.txt", "/page"]);
}

#[tokio::test]
async fn a_name_that_becomes_internal_between_two_pages_is_refused() {
    let server = Server::pages(|_, _| Reply::html("page")).await;
    let resolver = ChangingResolver::new(&[&["127.0.0.1"], &["127.0.0.1"], &["127.0.0.3"]]);
    let fetcher = fetcher(&resolver);
    assert!(fetch(&fetcher, &server).await.is_ok());
    let error = fetch(&fetcher, &server).await.unwrap_err();
    assert!(matches!(error.reason(), Some(Reason::Address(_))), "{error}");
}
