//! Twenty runs started together: one works, nineteen say so within a second.

use std::net::TcpListener;
use std::process::Stdio;
use std::sync::{Barrier, mpsc};
use std::time::{Duration, Instant};

use crate::support::Corpus;

/// A site that takes connections and says nothing until it is told to hang up: whoever fetches from it, waits.
struct SlowSite {
    url: String,
    hang_up: mpsc::Sender<()>,
}

impl SlowSite {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/story", listener.local_addr().unwrap());
        let (hang_up, told) = mpsc::channel();
        listener.set_nonblocking(true).unwrap();
        std::thread::spawn(move || {
            let mut held = Vec::new();
            while told.try_recv() == Err(mpsc::TryRecvError::Empty) {
                held.extend(listener.accept().ok());
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        Self { url, hang_up }
    }
}

/// How one run ended, and how long it took from the start of its process.
struct Ended {
    code: Option<i32>,
    said: String,
    took: Duration,
}

#[test]
fn of_twenty_one_works_and_the_others_say_so_within_a_second() {
    let corpus = Corpus::new();
    let site = SlowSite::start();
    let fetch = "[fetch]\nallow_private = true\nattempts = 1\ndelay_s = 0\n";
    corpus.write("config.toml", format!("{fetch}[[source]]\nkind = \"urls\"\nname = \"slow\"\nurls = [\"{}\"]\n", site.url));
    let (sender, ended) = mpsc::channel();
    let together = Barrier::new(20);
    std::thread::scope(|scope| {
        for _ in 0..20 {
            let (sender, together, mut command) = (sender.clone(), &together, corpus.command(&["run"]));
            command.stdout(Stdio::null()).stderr(Stdio::piped());
            scope.spawn(move || {
                together.wait();
                let started = Instant::now();
                let output = command.output().unwrap();
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                sender.send(Ended { code: output.status.code(), said, took: started.elapsed() }).unwrap();
            });
        }
        // The one that works holds the lock until its site hangs up: the nineteen end on their own, and each is timed alone.
        let losers: Vec<Ended> = (0..19).map_while(|_| ended.recv_timeout(Duration::from_secs(30)).ok()).collect();
        let is_at_work = ended.try_recv().is_err();
        // From here on all processes end, whatever is found wrong.
        site.hang_up.send(()).unwrap();
        let slowest = losers.iter().map(|loser| loser.took).max();
        println!("the slowest of {} took {slowest:?}", losers.len());
        assert!(is_at_work && losers.len() == 19, "{} had ended", losers.len());
        for Ended { code, said, took } in losers {
            assert_eq!(code, Some(4), "{said}");
            assert!(said.contains("another run holds it") && said.contains("hint: "), "{said}");
            assert!(took < Duration::from_secs(1), "{took:?}");
        }
        // The one that works finds its source dead: some sources failed.
        assert_eq!(ended.recv().unwrap().code, Some(3));
    });
    // And the lock has gone with it.
    assert_eq!(corpus.run(&["clean"]).status.code(), Some(0));
}
