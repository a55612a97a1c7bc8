//! Twenty runs started together: one works, nineteen say so at once.

use std::io::Read;
use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::sync::mpsc;
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

#[test]
fn of_twenty_one_works() {
    let corpus = Corpus::new();
    let site = SlowSite::start();
    let fetch = "[fetch]\nallow_private = true\nattempts = 1\ndelay_s = 0\n";
    corpus.write("config.toml", format!("{fetch}[[source]]\nkind = \"urls\"\nname = \"slow\"\nurls = [\"{}\"]\n", site.url));
    let started = Instant::now();
    let spawn = |_| corpus.command(&["run"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut running: Vec<Child> = (0..20).map(spawn).collect();
    let mut locked = 0;
    // A machine that is busy with other tests is given time; each of the nineteen ends on its own, while the first still works.
    while locked < 19 && started.elapsed() < Duration::from_secs(30) {
        running.retain_mut(|child| match child.try_wait().unwrap() {
            None => true,
            Some(status) => {
                let mut said = String::new();
                child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
                assert_eq!(status.code(), Some(4), "{said}");
                assert!(said.contains("another run holds it") && said.contains("hint: "), "{said}");
                locked += 1;
                false
            }
        });
        std::thread::sleep(Duration::from_millis(2));
    }
    println!("19 of 20 had ended after {:?}", started.elapsed());
    assert_eq!((locked, running.len()), (19, 1));
    site.hang_up.send(()).unwrap();
    // The one that works finds its source dead: some sources failed.
    assert_eq!(running.remove(0).wait().unwrap().code(), Some(3));
    // And the lock has gone with it.
    assert_eq!(corpus.run(&["clean"]).status.code(), Some(0));
}
