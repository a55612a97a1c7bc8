//! The program itself against hostile hosts: each page fails within its time limit and in little memory, the message names it, and the run
//! continues: a good page of the same host is stored.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::Mutex;

use crate::bombs::{self, Bomb};
use crate::millis;
use crate::server::{Reply, Seen, Server};
use crate::shared_archive::read_all;

/// `total_timeout_s` of the runs.
const DEADLINE: Duration = Duration::from_secs(5);
/// The most memory that a run may ever use.
const MAX_PEAK_KIB: u64 = 150 * 1024;

const GOOD: &str = "<html><head><title>Seals count the ferry</title></head><body><article><h1>Seals count the ferry</h1>\
    <p>Forty seals lay on the sandbanks off Holm on Monday morning and watched the ferry go by, as they have done each spring.</p>\
    <p>The harbour master, who has kept a list since he was a boy, said that there had never been so many of them in one place.</p>\
    <p>Whoever wants to see them should stay on the quay, he said, because the young ones are easily driven into the cold water.</p>\
    </article></body></html>";

/// One run at a time, since they are measured.
static ALONE: Mutex<()> = Mutex::const_new(());

/// The result of a run.
struct RunResult {
    code: Option<i32>,
    said: String,
    /// Time between the requests for the hostile page and the good one.
    took: Duration,
    peak_kib: u64,
    root: TempDir,
}

/// Runs the program over the hostile page and then the good one.
async fn run(server: &Server, hostile: &str) -> RunResult {
    let _alone = ALONE.lock().await;
    let root = tempfile::tempdir().unwrap();
    let config = "[fetch]\nallow_private = [\"127.0.0.1\"]\nattempts = 1\ndelay_s = 0\n\
                  connect_timeout_s = 5\nread_timeout_s = 5\ntotal_timeout_s = 5\n";
    fs::write(root.path().join("config.toml"), config).unwrap();
    let (said, errors) = (root.path().join("stdout"), root.path().join("stderr"));
    let child = Command::new(env!("CARGO_BIN_EXE_gleaner"))
        .args(["ingest", &server.url(hostile), &server.url("/good")])
        .current_dir(root.path())
        .stdin(Stdio::null())
        .stdout(fs::File::create(&said).unwrap())
        .stderr(fs::File::create(&errors).unwrap())
        .spawn()
        .unwrap();
    let (code, peak_kib) = tokio::task::spawn_blocking(|| watch(child)).await.unwrap();
    let at = |path: &str| server.seen().iter().find(|seen| seen.path == path).map(|seen| seen.at);
    let said = fs::read_to_string(said).unwrap() + &fs::read_to_string(errors).unwrap();
    let (Some(start), Some(end)) = (at(hostile), at("/good")) else { panic!("not requested: {:?}\n{said}", server.paths()) };
    RunResult { code, said, took: end - start, peak_kib, root }
}

/// Waits for the process to exit, and reads its peak memory as the kernel counts it.
fn watch(mut child: Child) -> (Option<i32>, u64) {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(peak);
        if let Some(status) = child.try_wait().unwrap() {
            return (status.code(), peak);
        }
        std::thread::sleep(millis(5));
    }
}

/// A host with one good page; `answer` gives all others.
async fn host(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Server {
    Server::pages(move |seen, _| if seen.path == "/good" { Reply::html(GOOD) } else { answer(seen) }).await
}

/// Checks that the page at this path fails, and nothing else does.
async fn fails(server: &Server, path: &str, because: &str) {
    let end = run(server, path).await;
    assert_eq!(end.code, Some(3), "{}", end.said);
    let message = format!("failed to fetch {}", server.url(path));
    let line = end.said.lines().find(|line| line.contains(&message)).unwrap_or_else(|| panic!("{message}\n{}", end.said));
    assert!(line.contains(because) && line.len() < 700, "{because}: {line}");
    assert_run_survived(&end);
}

fn assert_run_survived(end: &RunResult) {
    assert!(end.took < DEADLINE + Duration::from_secs(1), "{:?}: {}", end.took, end.said);
    assert!(end.peak_kib < MAX_PEAK_KIB, "{} KiB: {}", end.peak_kib, end.said);
    let texts: Vec<String> = texts(&end.root.path().join("clean"));
    assert_eq!(texts.len(), 1, "{}", end.said);
    assert!(texts[0].contains("Forty seals lay on the sandbanks"), "{}", texts[0]);
}

/// All clean texts in a folder.
pub fn texts(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => texts(&path),
            false if path.extension().is_some_and(|extension| extension == "txt") => vec![fs::read_to_string(path).unwrap()],
            false => Vec::new(),
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_one_byte_a_second() {
    let server = host(|_| Reply::status(200).header("Content-Length", "100000").forever("x", millis(1000))).await;
    fails(&server, "/drip", "the page was not complete within 5 s").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn endless_headers() {
    let server = host(|_| Reply::raw("HTTP/1.1 200 OK\r\nX-Long: ").forever("y".repeat(10_000), Duration::ZERO)).await;
    fails(&server, "/long", "not valid HTTP").await;
    let server = host(|_| Reply::raw("HTTP/1.1 200 OK\r\nX-Slow: ").forever("y", millis(100))).await;
    fails(&server, "/slow", "within 5 s").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_headers() {
    let head: String = (0..100_000).map(|n| format!("X-Field-{n}: {n}\r\n")).collect();
    let server =
        host(move |_| Reply::raw(format!("HTTP/1.1 200 OK\r\n{head}Content-Length: 5\r\n\r\nhello")).pause(millis(1))).await;
    fails(&server, "/many", "not valid HTTP").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn endless_chunks() {
    let server = host(|seen| {
        let chunked = Reply::status(200).header("Transfer-Encoding", "chunked");
        match seen.path.as_str() {
            "/large" => chunked.forever(format!("10000\r\n{}\r\n", "x".repeat(65_536)), Duration::ZERO),
            _ => chunked.then("5;").forever("x".repeat(4096), Duration::ZERO),
        }
    })
    .await;
    fails(&server, "/large", "larger than 10485760 bytes on the wire").await;
    fails(&server, "/extension", "not valid HTTP").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_shorter_than_announced() {
    let server = host(|seen| match seen.path.as_str() {
        "/length" => Reply::status(200).header("Content-Length", "100000").then("only this"),
        _ => Reply::status(200).header("Transfer-Encoding", "chunked").then("1000\r\nonly this"),
    })
    .await;
    fails(&server, "/length", "was cut off").await;
    fails(&server, "/chunk", "was cut off").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lengths_that_contradict_each_other() {
    let server = host(|seen| match seen.path.as_str() {
        "/two" => Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 50\r\nConnection: close\r\n\r\nhello"),
        "/huge" => Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\nConnection: close\r\n\r\nhello"),
        _ => Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: -5\r\nConnection: close\r\n\r\nhello"),
    })
    .await;
    for path in ["/two", "/huge", "/negative"] {
        fails(&server, path, "not valid HTTP").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_gigabytes_of_gzip() {
    let bomb = bombs::gzip(bombs::TEN_GIGABYTES);
    assert!(bomb.len() < 10 << 20);
    let twice = bombs::gzip_of(&bomb);
    assert!(twice.len() < 1 << 20);
    let server = host(move |seen| match seen.path.as_str() {
        "/once" => Reply::ok(&bomb).header("Content-Encoding", "gzip"),
        _ => Reply::ok(&twice).header("Content-Encoding", "gzip, gzip"),
    })
    .await;
    for path in ["/once", "/twice"] {
        fails(&server, path, "larger than 10485760 bytes after decompression").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bombs_of_every_coding() {
    let bombs =
        [Bomb::deflate(), Bomb::brotli(), Bomb::zstd(), Bomb::brotli_window(), Bomb::zstd_window(), Bomb::empty_members()];
    for Bomb { coding, body, fails: because } in bombs {
        let server = host(move |_| Reply::ok(&body).header("Content-Encoding", coding)).await;
        fails(&server, "/bomb", because).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the shared data"]
async fn shared_bombs() {
    let files = read_all("vectors/bombs");
    for coding in ["gzip", "deflate", "br", "zstd"] {
        let name = format!("bomb-{coding}.bin");
        let body = files.iter().find(|(path, _)| path.ends_with(&name)).map(|(_, bytes)| bytes.clone()).unwrap();
        let server = host(move |_| Reply::ok(&body).header("Content-Encoding", coding)).await;
        fails(&server, "/bomb", "larger than 10485760 bytes after decompression").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn redirect_loops_and_endless_redirects() {
    let server = host(|seen| match seen.path.as_str() {
        "/a" => Reply::redirect("/b"),
        "/b" => Reply::redirect("/a"),
        path => Reply::redirect(format!("{path}x")),
    })
    .await;
    fails(&server, "/a", "it redirects in a loop").await;
    fails(&server, "/on", "it redirects more than 10 times").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_to_refused_urls() {
    for (target, because) in [
        ("file:///etc/passwd", "only http and https URLs can be fetched, not file"),
        ("data:text/html,<p>gotcha", "only http and https URLs can be fetched, not data"),
        ("http://127.0.0.2/", "127.0.0.2 is not on the public internet (loopback)"),
        ("http://169.254.169.254/latest/meta-data/", "(cloud metadata)"),
        ("http://0x0a000001/", "10.0.0.1 is not on the public internet (private)"),
    ] {
        let server = host(move |_| Reply::redirect(target)).await;
        let end = run(&server, "/away").await;
        // A refusal is a decision, not a failure.
        assert_eq!(end.code, Some(0), "{}", end.said);
        let line = end.said.lines().find(|line| line.contains(&server.url("/away"))).unwrap();
        assert!(line.starts_with("gleaner: refused ") && line.contains(because), "{line}");
        assert_run_survived(&end);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn line_breaks_in_location() {
    // Lenient parsers end a field at a bare line feed; the rest is then another field or not HTTP, and never part of a request.
    let server = host(|seen| match seen.path.as_str() {
        "/feed" => {
            Reply::raw("HTTP/1.1 302 Found\r\nLocation: /next\nX-Evil: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        "/return" => {
            Reply::raw("HTTP/1.1 302 Found\r\nLocation: /a\rX-Evil: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        "/nul" => Reply::raw("HTTP/1.1 302 Found\r\nLocation: /a\0b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        _ => Reply::status(404).body("nothing"),
    })
    .await;
    for path in ["/feed", "/return", "/nul"] {
        fails(&server, path, "").await;
    }
    assert!(server.seen().iter().all(|seen| !seen.head.to_lowercase().contains("x-evil")));
}
