//! Pipes, sockets, devices and links to themselves in place of every kind of file: one outcome or one error each, never a hang, never the end of
//! the run.

use std::fs;
use std::io::Read;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Corpus, PAGE};

/// Far longer than any of these commands takes.
const HANG: Duration = Duration::from_secs(120);

/// Runs a command. One that hangs is killed and fails.
fn finish(mut command: Command) -> Output {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let read = |mut stream: Box<dyn Read + Send>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).map(|_| bytes).unwrap()
        })
    };
    let (stdout, stderr) = (read(Box::new(child.stdout.take().unwrap())), read(Box::new(child.stderr.take().unwrap())));
    let start = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => {
                let hangs = start.elapsed() > HANG && child.kill().is_ok();
                assert!(!hangs, "{command:?} hangs");
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    };
    Output { status, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() }
}

/// What a command prints, after its exit code.
fn said(corpus: &Corpus, args: &[&str]) -> String {
    corpus.transcript_of(args, &finish(corpus.command(args)))
}

fn pipe(path: impl AsRef<Path>) {
    assert!(Command::new("mkfifo").arg(path.as_ref()).status().unwrap().success());
}

/// What may be in place of a file.
const ALL: &[&str] = &["pipe", "socket", "device", "loop", "long"];

/// One that would be waited for, and one that cannot even be looked at. Each run of a debug build takes half a second.
const WORST: &[&str] = &["pipe", "loop"];

/// Puts something other than a file at a path, one kind after the other, and calls `check` with its name each time.
fn with_each(kinds: &[&str], path: &Path, mut check: impl FnMut(&str)) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    for &kind in kinds {
        let _ = fs::remove_file(path);
        match kind {
            "pipe" => pipe(path),
            "socket" => {
                // The name of a socket has at most 107 bytes.
                let short = tempfile::tempdir().unwrap();
                std::os::unix::net::UnixListener::bind(short.path().join("s")).unwrap();
                assert!(Command::new("mv").arg(short.path().join("s")).arg(path).status().unwrap().success());
            }
            "device" => symlink("/dev/zero", path).unwrap(),
            "loop" => symlink(path.file_name().unwrap(), path).unwrap(),
            _ => symlink("x".repeat(300), path).unwrap(),
        }
        check(kind);
    }
    fs::remove_file(path).unwrap();
}

#[test]
fn in_a_raw_folder_each_is_one_outcome_and_the_rest_is_cleaned() {
    let corpus = Corpus::with_page();
    let said_of = [
        ("pipe", "it is not a regular file"),
        ("socket", "it is not a regular file"),
        ("device", "it is not a regular file"),
        ("loop", "Too many levels of symbolic links"),
        ("long", "File name too long"),
    ];
    let mut names = said_of.iter();
    with_each(ALL, &corpus.path("raw/deep/special.html"), |kind| {
        let text = said(&corpus, &["clean"]);
        let (name, reason) = names.next().unwrap();
        assert_eq!(kind, *name);
        assert!(text.contains(reason) && text.contains("2 inputs"), "{kind}: {text}");
        for args in [&["reindex"][..], &["verify"], &["status"], &["export", "--jsonl", "-"]] {
            assert!(said(&corpus, args).contains("exit 0\n"), "{kind}: {}", said(&corpus, args));
        }
        // A pipe that the user names is waited for, as `cat` does; a folder's never is.
        let commands: &[&str] = if kind == "pipe" { &["ingest", "clean"] } else { &["ingest", "clean", "extract", "explain"] };
        for command in commands {
            let text = said(&corpus, &[command, "raw/deep/special.html"]);
            assert!(text.contains(reason), "{kind}: {text}");
        }
    });
    // A link to itself in place of a site's folder, too.
    symlink("site.example", corpus.path("raw/site.example")).unwrap();
    assert!(said(&corpus, &["clean"]).contains("1 unchanged, 1 failed"));
    assert!(said(&corpus, &["reindex"]).contains("exit 0"));
}

#[test]
fn in_place_of_sidecars_and_texts_each_is_one_finding() {
    let corpus = Corpus::with_page();
    corpus.write("raw/other.html", PAGE.replace("sixty", "seventy"));
    // A page that looks like a fetched one, and something in place of its facts.
    corpus.write(
        "raw/site.example/2024-01-01_x_12345678.html.zst",
        zstd::encode_all(PAGE.replace("sixty", "ninety").as_bytes(), 1).unwrap(),
    );
    assert!(said(&corpus, &["clean"]).contains("3 new"));
    let clean = corpus.files("clean");
    for extension in ["json", "txt"] {
        let name = clean.iter().find(|name| name.ends_with(extension)).unwrap();
        let (path, away) = (corpus.path("clean").join(name), corpus.path("away"));
        fs::rename(&path, &away).unwrap();
        with_each(WORST, &path, |kind| {
            assert!(said(&corpus, &["verify"]).contains("exit 1\n"), "{kind}");
            let text = said(&corpus, &["export", "--jsonl", "-"]);
            assert!(text.contains("2 documents to -, 1 failed"), "{kind} {extension}: {text}");
            let text = said(&corpus, &["reindex"]);
            assert!(text.contains("indexed"), "{kind} {extension}: {text}");
            let id = name.rsplit('_').next().unwrap().split('.').next().unwrap();
            said(&corpus, &["show", id]);
        });
        fs::rename(&away, &path).unwrap();
        assert!(said(&corpus, &["reindex"]).contains("indexed 3 documents"));
    }
    with_each(WORST, &corpus.path("raw/site.example/2024-01-01_x_12345678.json"), |kind| {
        let text = said(&corpus, &["clean"]);
        assert!(text.contains("3 inputs") && text.contains("1 failed"), "{kind}: {text}");
        let text = said(&corpus, &["reindex"]);
        assert!(text.contains("indexed 3 documents"), "{kind}: {text}");
        assert!(said(&corpus, &["verify"]).contains("damaged: ./raw/site.example/2024"), "{kind}");
    });
    assert!(said(&corpus, &["clean"]).contains("3 unchanged"));
}

#[test]
fn in_place_of_the_configuration_rules_and_secrets_each_is_one_error() {
    let corpus = Corpus::with_page();
    with_each(ALL, &corpus.path("config.toml"), |kind| {
        let text = said(&corpus, &["status"]);
        assert!(text.contains("exit 2\n") && text.contains("failed to read the configuration"), "{kind}: {text}");
    });
    corpus.write("config.toml", "rules_dir = \"rules\"\n");
    with_each(ALL, &corpus.path("rules/mine.toml"), |kind| {
        for args in [&["extract", "raw/ferry.html"][..], &["rules", "check"]] {
            let text = said(&corpus, args);
            assert!(text.contains("exit 2\n") && text.contains("failed to read rules from"), "{kind}: {text}");
        }
    });
    corpus.write("config.toml", "[[session]]\nsite = \"x.example\"\ncookies = \"secret\"\n");
    with_each(ALL, &corpus.path("secret"), |kind| {
        let text = said(&corpus, &["ingest", "https://x.example/"]);
        assert!(text.contains("exit 2\n") && text.contains("failed to read the session file"), "{kind}: {text}");
    });
}

#[test]
fn in_place_of_lists_each_fails_alone() {
    let corpus = Corpus::with_page();
    let source = |(kind, file)| format!("[[source]]\nkind = \"{kind}\"\nname = \"{kind}\"\nfile = \"{file}\"\n");
    let good = "[[source]]\nkind = \"list\"\nname = \"good\"\nfile = \"good\"\n";
    corpus.write("config.toml", [("list", "listed"), ("csv", "./listed"), ("opml", "raw/../listed")].map(source).concat() + good);
    corpus.write("good", "raw/ferry.html\n");
    with_each(ALL, &corpus.path("listed"), |kind| {
        let text = said(&corpus, &["run"]);
        assert!(text.contains("exit 3\n") && text.contains("3 failed") && text.contains("4 inputs"), "{kind}: {text}");
        let manifest = "{\"id\": 1, \"file\": \"listed\"}\n{\"id\": 2, \"file\": \"raw/ferry.html\"}\n";
        corpus.write("manifest", manifest);
        let text = said(&corpus, &["extract", "--batch", "manifest"]);
        assert!(text.contains("\"error\":\"read ./listed: ") && text.contains("sixty cars"), "{kind}: {text}");
        if kind != "pipe" {
            assert!(said(&corpus, &["ingest", "--list", "listed", "--list", "good"]).contains("1 unchanged, 1 failed"), "{kind}");
            assert!(said(&corpus, &["extract", "--batch", "listed"]).contains("exit 1"), "{kind}");
            assert!(said(&corpus, &["sources", "import", "listed"]).contains("exit 1"), "{kind}");
        }
    });
}

#[test]
fn in_place_of_state_files_each_is_an_error_or_is_replaced() {
    let corpus = Corpus::with_page();
    said(&corpus, &["clean"]);
    with_each(ALL, &corpus.path(".gleaner/lock"), |kind| {
        let text = said(&corpus, &["clean"]);
        assert!(text.contains("exit 1\n") && text.contains("lock"), "{kind}: {text}");
    });
    for name in ["index.db", "index.db-wal", "index.db-shm", "index.sha256", "tmp/clean/x.json", "tmp/raw/x.json"] {
        with_each(WORST, &corpus.path(".gleaner").join(name), |kind| {
            said(&corpus, &["status"]);
            let text = said(&corpus, &["clean"]);
            assert!(text.contains("exit 0\n"), "{name} {kind}: {text}");
            assert!(said(&corpus, &["verify"]).contains("exit 0\n"), "{name} {kind}");
            // What was in the way is gone, and there must be a file to remove at the end.
            corpus.write(&format!(".gleaner/{name}"), "");
        });
        said(&corpus, &["clean"]);
    }
    with_each(WORST, &corpus.path(".gleaner/queue.db"), |kind| {
        said(&corpus, &["queue", "list"]);
        corpus.write("config.toml", "[[source]]\nkind = \"urls\"\nname = \"u\"\nurls = [\"http://127.0.0.1:1/\"]\n");
        let text = said(&corpus, &["run"]);
        assert!(text.contains("exit 1\n") && text.contains("queue"), "{kind}: {text}");
    });
    with_each(WORST, &corpus.path("log/2999-01-01T00-00-00Z.jsonl"), |kind| {
        assert!(said(&corpus, &["status"]).contains("exit 0"), "{kind}");
    });
}

#[test]
fn a_pipe_that_the_user_names_is_read() {
    let corpus = Corpus::with_page();
    let shell = |script: &str| {
        let mut command = Command::new("bash");
        command.args(["-c", script]).env("GLEANER", env!("CARGO_BIN_EXE_gleaner")).current_dir(corpus.root());
        command.stdin(Stdio::null());
        finish(command)
    };
    for (script, expected) in [
        ("$GLEANER extract <(cat raw/ferry.html)", "sixty cars"),
        ("$GLEANER extract /dev/stdin < <(cat raw/ferry.html)", "sixty cars"),
        ("mkfifo named; cat raw/ferry.html > named & $GLEANER extract named", "sixty cars"),
        ("$GLEANER explain <(gzip < raw/ferry.html)", "sixty cars"),
        ("$GLEANER extract --batch <(echo '{\"file\": \"raw/ferry.html\"}')", "sixty cars"),
        ("$GLEANER --config <(echo 'jobs = 1') extract raw/ferry.html", "sixty cars"),
        ("$GLEANER --config /dev/null extract raw/ferry.html", "sixty cars"),
        ("$GLEANER ingest --list <(echo raw/ferry.html)", "1 new"),
        ("$GLEANER ingest --list /dev/null", "nothing to do"),
        ("$GLEANER ingest named", "1 refused"),
    ] {
        let output = shell(script);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains(expected), "{script}: {text}{}", String::from_utf8_lossy(&output.stderr));
    }
}
