//! Public test vectors of the shared data: robots.txt, and bodies in odd codings.

use gleaner::fetch::robots::{Robots, RobotsDecision};

use crate::shared_archive::read_all;

#[derive(Debug)]
enum Token {
    Name(String),
    Text(Vec<u8>),
}

/// The names and strings of a text-format protocol buffer, adjacent strings joined.
fn tokens(text: &[u8]) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'#' => at += text[at..].iter().take_while(|b| **b != b'\n').count(),
            b'"' => {
                let (string, used) = unquote(&text[at..]);
                at += used;
                match out.last_mut() {
                    Some(Token::Text(before)) => before.extend(string),
                    _ => out.push(Token::Text(string)),
                }
            }
            b if b.is_ascii_alphabetic() => {
                let length = text[at..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
                out.push(Token::Name(String::from_utf8_lossy(&text[at - 1..at + length]).into_owned()));
                at += length;
            }
            _ => {}
        }
    }
    out
}

/// A string up to its closing quote, and the bytes used.
fn unquote(text: &[u8]) -> (Vec<u8>, usize) {
    let (mut out, mut at) = (Vec::new(), 0);
    loop {
        match text[at] {
            b'"' => return (out, at + 1),
            b'\\' => {
                at += 1;
                match text[at] {
                    b'n' => out.push(b'\n'),
                    b'r' => out.push(b'\r'),
                    b't' => out.push(b'\t'),
                    b'x' => {
                        let digits = std::str::from_utf8(&text[at + 1..at + 3]).unwrap();
                        out.push(u8::from_str_radix(digits, 16).unwrap());
                        at += 2;
                    }
                    other => out.push(other),
                }
            }
            other => out.push(other),
        }
        at += 1;
    }
}

/// The path and query of a URL as written, without encoding anything.
fn path_of(url: &str) -> String {
    let rest = url.split_once("//").map_or(url, |(_, rest)| rest);
    let rest = rest.split('#').next().unwrap();
    match rest.find(['/', '?']) {
        Some(at) if rest[at..].starts_with('/') => rest[at..].to_owned(),
        Some(at) => format!("/{}", &rest[at..]),
        None => "/".to_owned(),
    }
}

#[test]
#[ignore = "needs the shared data"]
fn shared_robots_cases_come_out_as_expected() {
    let files = read_all("vectors/robots");
    let (mut cases, mut wrong) = (0, Vec::new());
    for (name, content) in files.iter().filter(|(name, _)| name.ends_with(".textproto")) {
        let (mut robots, mut url, mut agent) = (Vec::new(), String::new(), String::new());
        let tokens = tokens(content);
        for pair in tokens.windows(2) {
            match pair {
                [Token::Name(field), Token::Text(text)] => match field.as_str() {
                    "robotstxt" => robots = text.clone(),
                    "testurl" => url = String::from_utf8_lossy(text).into_owned(),
                    "useragent" => agent = String::from_utf8_lossy(text).into_owned(),
                    _ => {}
                },
                [Token::Name(field), Token::Name(outcome)] if field == "expected_outcome" => {
                    cases += 1;
                    let found = match Robots::parse(&robots, &agent).check(&path_of(&url)) {
                        RobotsDecision::Allowed => "ALLOWED",
                        RobotsDecision::Disallowed { .. } => "DISALLOWED",
                    };
                    if found != outcome {
                        wrong.push(format!("{name}: {agent} at {url}: {found}, not {outcome}"));
                    }
                }
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases >= 300, "only {cases} cases were read");
    eprintln!("{cases} cases");
}

#[test]
#[ignore = "needs the shared data"]
fn shared_bodies_in_odd_codings_are_undone_and_bombs_stopped() {
    let limit = 5_000_000;
    let mut decoded = 0;
    for (path, body) in read_all("vectors/bombs").into_iter().filter(|(path, _)| path.ends_with(".bin")) {
        let name = path.rsplit('/').next().unwrap().trim_end_matches(".bin").to_owned();
        let coding = match name.trim_start_matches("html-").trim_start_matches("bomb-") {
            "gzip-deflate-gzip" => "gzip, deflate, gzip",
            "gzip-deflate" => "gzip, deflate",
            "rawdeflate" | "zlibdeflate" | "deflate" => "deflate",
            coding if coding.starts_with("zstd") => "zstd",
            coding => coding,
        };
        let body = gleaner_warc::http::coding::decode(body, coding, limit).unwrap();
        assert!(body.len() as u64 <= limit + 1, "{name}");
        assert_eq!(body.len() as u64 > limit, name.starts_with("bomb"), "{name}: {} bytes", body.len());
        decoded += 1;
    }
    assert!(decoded > 8, "{decoded}");
}
