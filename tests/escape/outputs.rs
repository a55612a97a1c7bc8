//! Exports go into files, pipes, devices and through links: what is no regular file is written into, and never replaced.

use std::fs;
use std::io::Read;
use std::os::unix::fs::{FileTypeExt, symlink};
use std::process::{Command, Output, Stdio};

use crate::corpus::Corpus;
use crate::hostile::dump;

fn corpus() -> Corpus {
    let corpus = Corpus::new();
    corpus.write("raw/a.txt", dump("Holm"));
    assert!(corpus.run(&["clean"]).status.success());
    corpus
}

fn shell(corpus: &Corpus, script: &str) -> Output {
    let script = script.replace("gleaner", env!("CARGO_BIN_EXE_gleaner"));
    Command::new("bash").args(["-c", &script]).current_dir(corpus.root()).stdin(Stdio::null()).output().unwrap()
}

fn lines(bytes: &[u8]) -> usize {
    let text = std::str::from_utf8(bytes).unwrap();
    text.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["text"].is_string()).count()
}

#[test]
fn a_device_is_written_into_and_a_full_one_is_an_error() {
    let corpus = corpus();
    for (format, device) in [("--jsonl", "/dev/full"), ("--warc", "/dev/full")] {
        let output = corpus.run(&["export", format, device]);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains("failed to write /dev/full: No space left"), "{stderr}");
        assert!(fs::metadata(device).unwrap().file_type().is_char_device(), "it is still a device");
    }
    assert_eq!(corpus.run(&["export", "--jsonl", "/dev/null"]).status.code(), Some(0));
    let full = || Stdio::from(fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    for args in
        [&["export", "--jsonl", "-"][..], &["status"], &["rules", "list"], &["completions", "bash"], &["--help"], &["--version"]]
    {
        let output = corpus.command(args).stdout(full()).stderr(Stdio::piped()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {stderr}");
        assert!(stderr.contains("No space left"), "{args:?}: {stderr}");
    }
}

#[test]
fn a_pipe_is_written_into() {
    let corpus = corpus();
    let output = shell(
        &corpus,
        "gleaner export --jsonl /dev/stdout | cat; gleaner export --jsonl >(cat) 2>err; sleep 0.2; gleaner export --warc /dev/stdout | head -c 8 >warc",
    );
    assert_eq!(lines(&output.stdout), 2, "{output:?}");
    assert_eq!(fs::read_to_string(corpus.path("warc")).unwrap(), "WARC/1.1");
    assert!(fs::read_to_string(corpus.path("err")).unwrap().starts_with("1 document to /dev/fd/"));

    assert!(Command::new("mkfifo").arg(corpus.path("pipe.jsonl.gz")).status().unwrap().success());
    let child =
        corpus.command(&["export", "--jsonl", "pipe.jsonl.gz"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut bytes = Vec::new();
    let pipe = fs::File::open(corpus.path("pipe.jsonl.gz")).unwrap();
    flate2::read::GzDecoder::new(pipe).read_to_end(&mut bytes).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    assert_eq!(lines(&bytes), 1);
    assert!(fs::metadata(corpus.path("pipe.jsonl.gz")).unwrap().file_type().is_fifo(), "it is still a pipe");
}

#[test]
fn what_a_shell_appends_to_is_appended_to() {
    let corpus = corpus();
    let output = shell(
        &corpus,
        "echo '{\"text\": \"first\"}' >all; gleaner export --jsonl /dev/stdout >>all; gleaner export --jsonl /dev/fd/3 3>>all",
    );
    assert!(output.status.success() && output.stdout.is_empty(), "{output:?}");
    assert_eq!(lines(&fs::read(corpus.path("all")).unwrap()), 3);
}

#[test]
fn a_link_stays_and_its_target_is_replaced() {
    let corpus = corpus();
    fs::create_dir(corpus.path("elsewhere")).unwrap();
    corpus.write("elsewhere/out.jsonl", "old");
    symlink("elsewhere/out.jsonl", corpus.path("latest")).unwrap();
    assert!(corpus.run(&["export", "--jsonl", "latest"]).status.code() == Some(2), "the name of the link counts");
    symlink("elsewhere/out.jsonl", corpus.path("latest.jsonl")).unwrap();
    assert!(corpus.run(&["export", "--jsonl", "latest.jsonl"]).status.success());
    assert!(fs::symlink_metadata(corpus.path("latest.jsonl")).unwrap().is_symlink());
    assert_eq!(lines(&fs::read(corpus.path("elsewhere/out.jsonl")).unwrap()), 1);
    assert_eq!(fs::read_dir(corpus.path("elsewhere")).unwrap().count(), 1, "nothing else is left there");
}

#[test]
fn the_name_decides_on_compression_and_an_unknown_one_is_told() {
    let corpus = corpus();
    for name in ["a.jsonl", "a.ndjson", "a.jsonl.gz", "A.JSONL.GZ", "a.jsonl.zst"] {
        assert!(corpus.run(&["export", "--jsonl", name]).status.success(), "{name}");
        let mut bytes = fs::read(corpus.path(name)).unwrap();
        if bytes.starts_with(&[0x1f, 0x8b]) {
            assert!(name.to_lowercase().ends_with(".gz"));
            let mut plain = Vec::new();
            flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).unwrap();
            bytes = plain;
        } else if name.ends_with(".zst") {
            bytes = zstd::decode_all(bytes.as_slice()).unwrap();
        }
        assert_eq!(lines(&bytes), 1, "{name}");
    }
    for (format, name, known) in [
        ("--jsonl", "a.txt", ".jsonl, .ndjson, .jsonl.gz, .ndjson.gz, .jsonl.zst, .ndjson.zst"),
        ("--jsonl", "a.jsonl.xz", ".jsonl.zst"),
        ("--jsonl", "a.gz", ".jsonl.gz"),
        ("--warc", "a.warc.zst", ".warc, .warc.gz"),
        ("--warc", "b.jsonl", ".warc, .warc.gz"),
    ] {
        let output = corpus.run(&["export", format, name]);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(&format!("write {name}: ")) && stderr.contains(known) && stderr.contains("hint: "), "{stderr}");
        assert!(!corpus.path(name).exists());
    }
}

#[test]
fn an_output_folder_that_is_none_is_an_error() {
    let corpus = corpus();
    corpus.write("file", "kept");
    for out in ["file", "/dev/null", "/dev/full"] {
        let output = corpus.run(&["clean", "-o", out]);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{out}: {stderr}");
        assert!(stderr.contains(out), "{stderr}");
    }
    assert_eq!(fs::read_to_string(corpus.path("file")).unwrap(), "kept");
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}
