//! Every command and setting of docs/migrating.md is run: commands in a corpus, with a server on the loopback for www.example.com.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use gleaner::config::Config;

use super::read;

/// The host of the guide's URLs.
const HOST: &str = "https://www.example.com";

/// A page with a story that no other has.
fn page(number: usize) -> String {
    // No four words are in two stories.
    let sentence = |at: usize| {
        let name = |letter: char| format!("{letter}{number}{letter}{at}");
        let [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map(name);
        format!("The ferry to {a} was late on {b} again, and people from {c} said that {d} would have gone by {e} instead.")
    };
    let paragraphs: String = (1..9).map(|at| format!("<p>{} {}</p>\n", sentence(at), sentence(at + 20))).collect();
    format!(
        "<!doctype html><html lang=\"en\"><head><title>The ferry of district {number} runs again</title>\
         <meta property=\"article:published_time\" content=\"2024-02-03T08:15:00Z\"></head>\
         <body><article><h1>The ferry of district {number} runs again</h1>{paragraphs}</article></body></html>"
    )
}

/// What stands at a path, and its type.
fn answer(path: &str, host: &str) -> Option<(&'static str, String)> {
    let item = |number: usize| format!("<item><title>A story</title><link>{host}/story{number}</link></item>");
    let link = |number: usize| {
        format!(
            "<h2><a href=\"/2024/02/03/the-ferry-of-district-{number}-runs-again-after-the-storm\">The ferry of district {number} runs again after the storm</a></h2>"
        )
    };
    Some(match path {
        "/feed.xml" => {
            ("application/rss+xml", format!("<rss version=\"2.0\"><channel><title>News</title>{}</channel></rss>", item(2)))
        }
        "/sitemap.xml" => (
            "application/xml",
            format!("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><url><loc>{host}/story3</loc></url></urlset>"),
        ),
        "/" => ("text/html", format!("<html><body><main>{}</main></body></html>", (4..10).map(link).collect::<String>())),
        path if path.contains("story") || path.starts_with("/2024/") => {
            let number = path.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(1);
            ("text/html; charset=utf-8", page(number))
        }
        _ => return None,
    })
}

/// Serves until the test ends. Gives the address.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    let own = host.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (Ok(mut stream), mut request) = (stream, [0; 8192]) else { continue };
            let read = stream.read(&mut request).unwrap_or(0);
            let head = String::from_utf8_lossy(&request[..read]).into_owned();
            let path = head.split(' ').nth(1).unwrap_or_default();
            let (status, (kind, body)) = match answer(path, &own) {
                Some(found) => ("200 OK", found),
                None => ("404 Not Found", ("text/plain", "gone".to_owned())),
            };
            let length = body.len();
            let head =
                format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    host
}

/// The second cell of every row of a table, without its backticks.
fn rows(text: &str) -> Vec<String> {
    let cell = |line: &str| {
        let line = line.replace("\\|", "\u{0}");
        let cell = line.split('|').nth(2)?.trim().replace('\u{0}', "|");
        let code = cell.strip_prefix('`').and_then(|cell| cell.strip_suffix('`'));
        Some(code.unwrap_or_else(|| panic!("no command: {line}")).to_owned())
    };
    let is_row = |line: &&str| line.starts_with("| ") && !line.contains("| gleaner | what differs |");
    text.lines().filter(is_row).filter_map(cell).collect()
}

/// The configuration of the guide, with pages from the loopback.
fn configuration(text: &str, host: &str) -> String {
    let block = text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a configuration");
    Config::parse(block, Path::new("docs/migrating.md")).unwrap();
    block.replace("[fetch]\n", "[fetch]\nallow_private = true\ndelay_s = 0\n").replace(HOST, host)
}

fn prepare(root: &Path, text: &str, host: &str) {
    for folder in ["raw", "pages"] {
        fs::create_dir(root.join(folder)).unwrap();
    }
    fs::write(root.join("config.toml"), configuration(text, host)).unwrap();
    for (name, number) in [("page.html", 901), ("pages/a.html", 902), ("pages/b.html", 903)] {
        fs::write(root.join(name), page(number)).unwrap();
    }
    fs::write(root.join("urls.txt"), format!("{host}/story\n{host}/story5\n{host}/sport/6\n")).unwrap();
    let line = |name: &str| format!("{{\"id\": \"{name}\", \"file\": \"pages/{name}.html\", \"url\": null}}\n");
    fs::write(root.join("pages.jsonl"), line("a") + &line("b")).unwrap();
}

#[test]
fn every_row_of_the_migration_guide_runs() {
    let (text, host) = (read("docs/migrating.md"), serve());
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path(), &text, &host);
    let programs = Path::new(env!("CARGO_BIN_EXE_gleaner")).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let (mut commands, mut settings) = (0, 0);
    for row in rows(&text) {
        if row.contains("gleaner ") {
            let output = Command::new("bash")
                .args(["-o", "pipefail", "-c", &row.replace(HOST, &host)])
                .current_dir(folder.path())
                .env("PATH", &path)
                .env_remove("GLEANER_ROOT")
                .env_remove("GLEANER_CONFIG")
                .stdin(Stdio::null())
                .output()
                .unwrap();
            let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            // A URL of the list is gone.
            let is_as_expected = output.status.success() || (row.contains("urls.txt") && output.status.code() == Some(3));
            assert!(is_as_expected, "{row}: {}\n{}{}", output.status, shown(&output.stdout), shown(&output.stderr));
            commands += 1;
        } else {
            let toml = row.strip_prefix('[').map_or_else(|| row.clone(), |row| format!("[{}", row.replacen("] ", "]\n", 1)));
            Config::parse(&toml, Path::new("docs/migrating.md")).unwrap();
            settings += 1;
        }
    }
    assert!(commands > 35 && settings > 4, "{commands} commands, {settings} settings");
    // What the rows should have left: fetched stories, exports.
    let exported = fs::read_to_string(folder.path().join("texts.jsonl")).unwrap();
    assert!(exported.lines().count() >= 5 && exported.contains("district 3"), "{exported}");
}
