//! Ctrl-C: a run says what happens, finishes what is under way, and leaves the rest to the next run. The second Ctrl-C ends it at once.

#![cfg(unix)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};

use crate::support::{Corpus, PAGE};

/// A site that answers a request for a page only after the test has sent on `answer`.
struct PatientSite {
    url: String,
    /// Says that a page has been requested.
    requested: Receiver<()>,
    answer: Sender<()>,
}

impl PatientSite {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (tell, requested) = mpsc::channel();
        let (answer, told) = mpsc::channel::<()>();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let path = request(&stream);
                // The other end is gone when the test has ended.
                if tell.send(()).is_err() || told.recv().is_err() {
                    return;
                }
                let body = PAGE.replace("sixty", &format!("sixty {path}"));
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                let _ = (&stream).write_all((head + &body).as_bytes());
            }
        });
        Self { url, requested, answer }
    }
}

fn request(stream: &TcpStream) -> String {
    let lines = BufReader::new(stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    lines.collect::<Vec<_>>().first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default().to_owned()
}

fn interrupt(child: &Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
}

/// The program at work on a site with three pages, the first of which it has requested.
fn running(corpus: &Corpus, site: &PatientSite) -> (Child, BufReader<std::process::ChildStderr>) {
    let urls: Vec<String> = (1..=3).map(|n| format!("\"{}/{n}\"", site.url)).collect();
    let fetch = "[fetch]\nallow_private = true\nrobots = \"ignore\"\nattempts = 1\ndelay_s = 0\n";
    corpus
        .write("config.toml", format!("{fetch}[[source]]\nkind = \"urls\"\nname = \"patient\"\nurls = [{}]\n", urls.join(", ")));
    let mut child = corpus.command(&["run"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    site.requested.recv().unwrap();
    let stderr = BufReader::new(child.stderr.take().unwrap());
    interrupt(&child);
    (child, stderr)
}

fn line(stderr: &mut impl BufRead) -> String {
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    line
}

#[test]
fn the_first_interrupt_finishes_what_is_under_way_and_the_next_run_does_the_rest() {
    let (corpus, site) = (Corpus::new(), PatientSite::start());
    let (mut child, mut stderr) = running(&corpus, &site);
    let message = line(&mut stderr);
    assert!(
        message.starts_with("gleaner: interrupted; what is under way is finished") && message.contains("`gleaner run`"),
        "{message}"
    );
    assert!(line(&mut stderr).starts_with("hint: press Ctrl-C again"));
    site.answer.send(()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let mut summary = String::new();
    child.stdout.take().unwrap().read_to_string(&mut summary).unwrap();
    assert!(summary.contains("1 new; 2 URLs in the queue (interrupted)"), "{summary}");

    (0..2).for_each(|_| site.answer.send(()).unwrap());
    // The page that is there is asked for again.
    site.answer.send(()).unwrap();
    let output = corpus.run(&["run"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(corpus.files("clean").iter().filter(|file| file.ends_with(".txt")).count(), 3);
    assert_eq!(corpus.run(&["verify"]).status.code(), Some(0));
}

#[test]
fn the_second_interrupt_ends_the_program_at_once_and_nothing_is_lost() {
    let (corpus, site) = (Corpus::new(), PatientSite::start());
    let (mut child, mut stderr) = running(&corpus, &site);
    assert!(line(&mut stderr).starts_with("gleaner: interrupted"));
    // The site has not answered, and does not until the program has ended.
    let ended = loop {
        interrupt(&child);
        std::thread::sleep(std::time::Duration::from_millis(20));
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
    };
    assert_eq!(ended.code(), Some(130));
    (0..4).for_each(|_| site.answer.send(()).unwrap());
    let output = corpus.run(&["run"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(corpus.files("clean").iter().filter(|file| file.ends_with(".txt")).count(), 3);
}

#[test]
fn an_interrupted_clean_goes_on_where_it_stopped() {
    let corpus = Corpus::new();
    for n in 0..200 {
        corpus.write(&format!("raw/{n}.html"), PAGE.replace("sixty", &format!("{n} hundred")));
    }
    let mut child = corpus.command(&["clean", "--jobs", "1"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It may end before the interrupt, or be ended by it before it watches for interrupts: nothing is lost in either case.
    std::thread::sleep(std::time::Duration::from_millis(150));
    let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    let code = child.wait().unwrap().code();
    assert!(matches!(code, Some(0 | 130) | None), "{code:?}");
    assert_eq!(corpus.run(&["clean"]).status.code(), Some(0));
    assert_eq!(corpus.files("clean").iter().filter(|file| file.ends_with(".txt")).count(), 200);
}
