//! Names that change their mind: what counts is the address that is dialled, each time.

use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use gleaner::clock::SystemClock;
use gleaner::fetch::{Config, FetchEnvironment, Fetched, Fetcher, Lookup, Names, Reason};

use crate::server::{Reply, Server};
use crate::{quick, request};

/// Says the next of its answers each time, and the last for ever.
struct Fickle {
    answers: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
    hosts: Mutex<Vec<String>>,
}

impl Fickle {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |answer: &&[&str]| answer.iter().map(|address| address.parse().unwrap()).collect();
        Arc::new(Self { answers: answers.iter().map(parse).collect(), asked: AtomicUsize::new(0), hosts: Mutex::default() })
    }
}

impl Names for Fickle {
    fn addresses(&self, host: String) -> Lookup<'_> {
        self.hosts.lock().unwrap().push(host);
        let nth = self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers.get(nth).or(self.answers.last()).unwrap().clone();
        Box::pin(async move { Ok(answer) })
    }
}

/// 127.0.0.1 stands for the public internet here: no test leaves the machine. All other internal addresses stay closed.
fn fetcher(names: &Arc<Fickle>) -> Fetcher {
    let config = Config { allow_private: ["127.0.0.1".to_owned()].into_iter().collect(), ..quick() };
    let names = Arc::clone(names) as Arc<dyn Names>;
    Fetcher::within(&config, FetchEnvironment { names, ..FetchEnvironment::new(Arc::new(SystemClock)) }).unwrap()
}

async fn fetch(fetcher: &Fetcher, server: &Server) -> Result<Fetched, gleaner::fetch::Error> {
    fetcher.fetch(request(&format!("http://rebind.example:{}/page", server.port()))).await
}

#[tokio::test]
async fn a_name_that_turns_inward_after_its_first_answer_is_refused() {
    for inside in ["127.0.0.2", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1"] {
        let server = Server::pages(|_, _| Reply::html("page")).await;
        // The first answer is for robots.txt, the second for the page.
        let names = Fickle::new(&[&["127.0.0.1"], &[inside]]);
        let error = fetch(&fetcher(&names), &server).await.unwrap_err();
        let refused =
            matches!(error.reason(), Some(Reason::Address(refused)) if refused.address == inside.parse::<IpAddr>().unwrap());
        assert!(refused && error.is_refusal(), "{inside}: {error}");
        assert!(error.to_string().contains("http://rebind.example"), "{error}");
        assert_eq!(server.paths(), ["/robots.txt"]);
        assert_eq!(names.hosts.lock().unwrap().len(), 2, "checked once, dialled as checked");
    }
}

#[tokio::test]
async fn of_mixed_answers_only_the_open_address_is_dialled() {
    let server = Server::pages(|_, _| Reply::html("page")).await;
    let names = Fickle::new(&[&["10.0.0.1", "127.0.0.1", "127.0.0.2"]]);
    assert!(matches!(fetch(&fetcher(&names), &server).await, Ok(Fetched::Document(_))));
    assert_eq!(server.paths(), ["/robots.txt", "/page"]);
}

#[tokio::test]
async fn a_name_that_turns_inward_between_two_pages_is_refused() {
    let server = Server::pages(|_, _| Reply::html("page")).await;
    let names = Fickle::new(&[&["127.0.0.1"], &["127.0.0.1"], &["127.0.0.3"]]);
    let fetcher = fetcher(&names);
    assert!(fetch(&fetcher, &server).await.is_ok());
    let error = fetch(&fetcher, &server).await.unwrap_err();
    assert!(matches!(error.reason(), Some(Reason::Address(_))), "{error}");
}
