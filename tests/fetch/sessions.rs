//! Sessions over real sockets: they are sent to their site and nowhere else, and no secret is ever written or shown.

#![cfg(unix)]

use std::fs::{self, Permissions};
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use gleaner::clock::SystemClock;
use gleaner::fetch::{FetchEnvironment, Fetcher, Lookup, Resolver, SessionConfig, Sessions};
use tempfile::TempDir;

use crate::server::{Reply, Seen, Server};
use crate::{quick, request};

const COOKIE: &str = "c4n4ry-cookie-7731";
const HEADER: &str = "c4n4ry-header-5190";

/// A folder with `secrets/headers` and `secrets/cookies.txt`, which other users cannot read.
fn secrets(cookies: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("secrets")).unwrap();
    write_secret(dir.path(), "headers", &format!("# Mine.\nAuthorization: Bearer {HEADER}\nX-Reader: {HEADER}\n"));
    write_secret(dir.path(), "cookies.txt", cookies);
    dir
}

fn write_secret(root: &Path, name: &str, text: &str) {
    let path = root.join("secrets").join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
}

/// Resolves every name to this machine.
struct LocalResolver;

impl Resolver for LocalResolver {
    fn addresses(&self, _: String) -> Lookup<'_> {
        Box::pin(async { Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]) })
    }
}

fn fetcher(root: &Path, site: String) -> Fetcher {
    let table = SessionConfig { site, headers: Some("secrets/headers".into()), cookies: Some("secrets/cookies.txt".into()) };
    let sessions = Sessions::read(&[table], root).unwrap();
    let environment =
        FetchEnvironment { sessions, resolver: Arc::new(LocalResolver), ..FetchEnvironment::new(Arc::new(SystemClock)) };
    Fetcher::within(&quick(), environment).unwrap()
}

fn carried(seen: &Seen) -> (Option<&str>, bool) {
    (seen.header("cookie"), seen.header("authorization").is_some() && seen.header("x-reader").is_some())
}

#[tokio::test]
async fn a_session_is_sent_to_its_site_and_dropped_by_redirects_to_another() {
    let server = Server::pages(|seen, _| {
        let host = |name: &str| format!("http://{name}:{}/end", seen.header("host").unwrap().split(':').nth(1).unwrap());
        match seen.path.as_str() {
            "/inside" => Reply::redirect(host("www.site.test")),
            "/away" => Reply::redirect(host("other.test")),
            "/lookalike" => Reply::redirect(host("notsite.test")),
            _ => Reply::html("<p>ok</p>").header("Set-Cookie", "given=by-the-server; Path=/"),
        }
    })
    .await;
    let cookies = "site.test\tTRUE\t/\tFALSE\t0\tsid\tone\nsite.test\tTRUE\t/\tTRUE\t0\tsecure\ttwo\n\
                   other.test\tTRUE\t/\tFALSE\t0\tother\tthree\nsite.test\tFALSE\t/end\tFALSE\t0\texact\tfour\n";
    let dir = secrets(cookies);
    let fetcher = fetcher(dir.path(), format!("http://site.test:{}", server.port()));
    for path in ["/inside", "/away", "/lookalike", "/end"] {
        fetcher.fetch(request(&format!("http://site.test:{}{path}", server.port()))).await.unwrap();
    }
    let seen = server.seen();
    for seen in &seen {
        let host = seen.header("host").unwrap().split(':').next().unwrap();
        let expected = match (host, seen.path.as_str()) {
            (_, "/robots.txt") => (None, false),
            ("site.test", "/end") => (Some("exact=four; sid=one"), true),
            ("site.test" | "www.site.test", _) => (Some("sid=one"), true),
            _ => (None, false),
        };
        assert_eq!(carried(seen), expected, "{host}{}", seen.path);
    }
    let hosts: std::collections::BTreeSet<_> = seen.iter().filter_map(|seen| seen.header("host")?.split(':').next()).collect();
    assert_eq!(hosts.into_iter().collect::<Vec<_>>(), ["notsite.test", "other.test", "site.test", "www.site.test"]);
}

#[tokio::test]
async fn a_session_for_https_is_never_sent_over_plain_http() {
    let server = Server::pages(|_, _| Reply::html("<p>ok</p>")).await;
    let dir = secrets("site.test\tTRUE\t/\tFALSE\t0\tsid\tone\n");
    let fetcher = fetcher(dir.path(), format!("site.test:{}", server.port()));
    fetcher.fetch(request(&format!("http://site.test:{}/", server.port()))).await.unwrap();
    assert!(server.seen().iter().all(|seen| carried(seen) == (None, false)));
}

const STORY: &str = "<html><head><title>Seals count the ferry</title></head><body><article><h1>Seals count the ferry</h1>\
    <p>Forty seals lay on the sandbanks off Holm on Monday morning and watched the ferry go by, as they have done each spring.</p>\
    <p>The harbour master, who has kept a list since he was a boy, said that there had never been so many of them in one place.</p>\
    </article></body></html>";

/// A site that shows its story to the session only, and echoes secrets everywhere but in the body.
async fn site(elsewhere: String) -> Server {
    Server::pages(move |seen, _| {
        let echo = format!("a={COOKIE}; b={HEADER}");
        match (seen.path.as_str(), seen.header("cookie").is_some()) {
            (_, false) => Reply::status(403).body("for subscribers"),
            ("/story", _) => Reply::html(STORY).header("X-Echo", &echo).header("ETag", format!("\"{HEADER}\"")),
            ("/to", _) => Reply::redirect(format!("/story?session={COOKIE}")),
            ("/away", _) => Reply::redirect(&elsewhere),
            ("/type", _) => Reply::html(STORY).header("Content-Type", format!("application/pdf; boundary={COOKIE}")),
            ("/kind", _) => Reply::ok("x").header("Content-Type", format!("image/{COOKIE}")),
            ("/coding", _) => Reply::html(STORY).header("Content-Encoding", COOKIE),
            ("/error", _) => Reply::status(500).header("X-Echo", &echo).header("Retry-After", COOKIE).body(&echo),
            ("/broken", _) => Reply::raw(format!("HTTP/1.1 200 OK\r\nX-Echo: {echo}\r\nContent-Length: {COOKIE}\r\n\r\nx")),
            _ => Reply::status(404).body(&echo),
        }
    })
    .await
}

async fn run(root: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gleaner"));
    command.args(args).current_dir(root).env("RUST_LOG", "trace").stdin(Stdio::null());
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// All files in a folder, except the secrets themselves, with their paths.
fn written(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true if path.ends_with("secrets") => {}
            true => found.extend(written(&path)),
            false => {
                let bytes = fs::read(&path).unwrap();
                let plain = zstd::decode_all(&*bytes).unwrap_or_default();
                found.push((path.display().to_string(), [bytes, plain].concat()));
            }
        }
    }
    found
}

fn shows_no_secret(name: &str, bytes: &[u8]) {
    for secret in [COOKIE, HEADER] {
        let shown = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!shown, "{name} holds {secret}:\n{}", String::from_utf8_lossy(bytes));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_ever_written_or_shown() {
    let other = Server::pages(|_, _| Reply::html("<p>other</p>")).await;
    let server = site(other.url("/end")).await;
    let dir = secrets(&format!("127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\t{COOKIE}\n"));
    let config = format!(
        "[fetch]\nallow_private = [\"127.0.0.1\"]\nattempts = 1\ndelay_s = 0\n\n[[session]]\nsite = \"{}\"\n\
         headers = \"secrets/headers\"\ncookies = \"secrets/cookies.txt\"\n",
        server.url("")
    );
    fs::write(dir.path().join("config.toml"), config).unwrap();
    let urls: Vec<String> =
        ["/story", "/to", "/away", "/type", "/kind", "/coding", "/error", "/broken", "/none"].map(|path| server.url(path)).into();
    let mut outputs = Vec::new();
    for front in [&["ingest", "-vv"][..], &["ingest", "--json"], &["explain", "-vv"], &["status"], &["verify"]] {
        let inputs =
            urls.iter().map(String::as_str).take(if front[0] == "ingest" { 9 } else { usize::from(front[0] == "explain") });
        let args: Vec<&str> = front.iter().copied().chain(inputs).collect();
        outputs.push((front.join(" "), run(dir.path(), &args).await));
    }
    assert_eq!(outputs[0].1.status.code(), Some(3), "{}", String::from_utf8_lossy(&outputs[0].1.stderr));
    for (name, output) in &outputs {
        shows_no_secret(name, &[output.stdout.as_slice(), &output.stderr].concat());
    }
    let files = written(dir.path());
    assert!(files.iter().any(|(path, bytes)| path.ends_with(".txt") && bytes.starts_with(b"Forty seals")), "the story is there");
    assert!(files.iter().any(|(path, _)| path.ends_with(".jsonl")) && files.iter().any(|(path, _)| path.ends_with(".db")));
    for (path, bytes) in &files {
        shows_no_secret(path, bytes);
    }
    let requests: Vec<Seen> = server.seen().into_iter().filter(|seen| seen.path != "/robots.txt").collect();
    assert!(requests.iter().all(|seen| seen.head.contains(COOKIE) && seen.head.contains(HEADER)), "they are sent");
    assert!(server.seen().iter().filter(|seen| seen.path == "/robots.txt").all(|seen| !seen.head.contains("c4n4ry")));
    assert!(!other.seen().is_empty() && other.seen().iter().all(|seen| !seen.head.contains("c4n4ry")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_everyone_can_read_is_refused_before_any_request() {
    let server = site(String::new()).await;
    let dir = secrets("127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\tx\n");
    let config =
        format!("[fetch]\nallow_private = true\n[[session]]\nsite = \"{}\"\ncookies = \"secrets/cookies.txt\"\n", server.url(""));
    fs::write(dir.path().join("config.toml"), config).unwrap();
    fs::set_permissions(dir.path().join("secrets/cookies.txt"), Permissions::from_mode(0o644)).unwrap();
    let output = run(dir.path(), &["ingest", &server.url("/story")]).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("secrets/cookies.txt") && said.contains("hint: ") && said.contains("chmod 600"), "{said}");
    assert!(server.seen().is_empty());
}
