//! `serve`: prints its address, answers, ends in order when it is asked to, and says what is wrong with its options.

#![cfg(unix)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use crate::support::Corpus;

#[test]
fn it_prints_its_address_answers_and_ends_with_a_signal() {
    let corpus = Corpus::with_page();
    assert!(corpus.run(&["clean", "--quiet"]).status.success());
    for signal in ["-TERM", "-INT"] {
        let mut child = corpus.command(&["serve", "--addr", "127.0.0.1:0", "--json"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        let printed: serde_json::Value = loop {
            assert!(lines.read_line(&mut text).unwrap() > 0, "{text}");
            if let Ok(value) = serde_json::from_str(&text) {
                break value;
            }
        };
        let address = printed["address"].as_str().unwrap();
        assert_eq!(printed["url"], format!("http://{address}/"));
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        assert!(reply.starts_with("HTTP/1.1 200") && reply.contains("1 document"), "{reply}");
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}");
    }
}

#[test]
fn what_cannot_be_served_is_a_usage_error() {
    let corpus = Corpus::with_page();
    assert!(corpus.run(&["clean", "--quiet"]).status.success());
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (args, said) in [
        (&["serve", "--addr", &address][..], "another program has the port"),
        (&["serve", "--addr", "127.0.0.1:0", "--token", "short"], "at least 16 characters"),
        (&["serve", "--addr", "nowhere"], "invalid"),
    ] {
        let output = corpus.run(args);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && stderr.contains(said), "{args:?}: {stderr}");
    }
}
