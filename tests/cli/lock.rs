//! Twenty runs started at once: one works, and nineteen exit within a second because of the lock.

use std::net::TcpListener;
use std::process::Stdio;
use std::sync::{Barrier, mpsc};
use std::time::{Duration, Instant};

use crate::support::Corpus;

/// A site that accepts connections and never answers, until it is told to hang up.
struct SlowSite {
    url: String,
    hang_up: mpsc::Sender<()>,
}

impl SlowSite {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/story", listener.local_addr().unwrap());
        let (hang_up, signal) = mpsc::channel();
        listener.set_nonblocking(true).unwrap();
        std::thread::spawn(move || {
            let mut connections = Vec::new();
            while signal.try_recv() == Err(mpsc::TryRecvError::Empty) {
                connections.extend(listener.accept().ok());
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        Self { url, hang_up }
    }
}

/// How a run ended, and how long its process took.
struct RunResult {
    code: Option<i32>,
    stderr: String,
    took: Duration,
}

#[test]
fn only_one_of_twenty_runs_gets_the_lock_and_the_others_exit_within_a_second() {
    let corpus = Corpus::new();
    let site = SlowSite::start();
    let fetch = "[fetch]\nallow_private = true\nattempts = 1\ndelay_s = 0\n";
    corpus.write("config.toml", format!("{fetch}[[source]]\nkind = \"urls\"\nname = \"slow\"\nurls = [\"{}\"]\n", site.url));
    let (sender, results) = mpsc::channel();
    let barrier = Barrier::new(20);
    std::thread::scope(|scope| {
        for _ in 0..20 {
            let (sender, barrier, mut command) = (sender.clone(), &barrier, corpus.command(&["run"]));
            command.stdout(Stdio::null()).stderr(Stdio::piped());
            scope.spawn(move || {
                barrier.wait();
                let started = Instant::now();
                let output = command.output().unwrap();
                let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
                sender.send(RunResult { code: output.status.code(), stderr, took: started.elapsed() }).unwrap();
            });
        }
        // The winner keeps the lock until its site hangs up, so the other nineteen exit first; each is timed separately.
        let losers: Vec<RunResult> = (0..19).map_while(|_| results.recv_timeout(Duration::from_secs(30)).ok()).collect();
        let winner_is_running = results.try_recv().is_err();
        // Let the winner finish before asserting, so that no process is left behind if a check fails.
        site.hang_up.send(()).unwrap();
        let slowest = losers.iter().map(|loser| loser.took).max();
        println!("the slowest of {} took {slowest:?}", losers.len());
        assert!(winner_is_running && losers.len() == 19, "{} had ended", losers.len());
        for RunResult { code, stderr, took } in losers {
            assert_eq!(code, Some(4), "{stderr}");
            assert!(stderr.contains("another run holds it") && stderr.contains("hint: "), "{stderr}");
            assert!(took < Duration::from_secs(1), "{took:?}");
        }
        // The winner's source failed: exit code 3.
        assert_eq!(results.recv().unwrap().code, Some(3));
    });
    // The lock is released when its process ends.
    assert_eq!(corpus.run(&["clean"]).status.code(), Some(0));
}
