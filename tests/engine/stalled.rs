//! Hosts that take connections and never answer, more of them than bodies fit into memory at a time: the others' pages come all the same.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use gleaner::commands::ingest::{IngestInput, IngestOptions, ingest};
use gleaner::engine::Silent;

use crate::server::{Page, Server};
use crate::support::{Corpus, page};

#[test]
fn a_hundred_and_fifty_stalled_hosts_hold_up_nobody() {
    // Connections come into its queue, and nobody takes them out.
    let stalled = TcpListener::bind("0.0.0.0:0").unwrap();
    let port = stalled.local_addr().unwrap().port();
    let (corpus, server) = (Corpus::new(), Server::start());
    let mut inputs: Vec<IngestInput> =
        (1..=150).map(|host| IngestInput::Url(format!("http://127.8.0.{host}:{port}/story"))).collect();
    for number in 0..5 {
        let path = format!("/{number}");
        server.put(&path, Page::Html(page(number, &format!("Story {number}"))));
        inputs.push(IngestInput::Url(server.url(&path)));
    }
    let settings =
        "[fetch]\nallow_private = true\ndelay_s = 0\nattempts = 1\nconcurrency = 64\nconnect_timeout_s = 8\nread_timeout_s = 8\n";
    let setup = corpus.setup_with(settings);
    std::thread::scope(|scope| {
        let run = scope.spawn(|| ingest(&setup, &inputs, IngestOptions::default(), &Silent).unwrap());
        let (start, mut asked) = (Instant::now(), 0);
        while asked < 5 {
            assert!(start.elapsed() < Duration::from_secs(7), "{asked} of 5 pages were asked for");
            std::thread::sleep(Duration::from_millis(20));
            asked += server.asked().len();
        }
        let report = run.join().unwrap();
        assert_eq!((report.new, report.failed), (5, 150), "{report:#?}");
    });
}
