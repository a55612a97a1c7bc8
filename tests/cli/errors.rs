//! Errors that users meet: each is one clear line with a hint, and the exit code that scripts rely on.

use std::fs::{self, File};
use std::process::Stdio;

use crate::snapshot;
use crate::support::{Corpus, PAGE};

/// One attempt and no pause, so that a dead host fails at once.
const LOCAL: &str = "[fetch]\nallow_private = true\nattempts = 1\ndelay_s = 0\n";

#[test]
fn a_missing_file_is_reported() {
    let corpus = Corpus::new();
    let all =
        [&["clean", "nowhere.html"][..], &["extract", "nowhere.html"], &["explain", "nowhere.html"], &["ingest", "nowhere.html"]];
    snapshot!("missing_file", all.map(|args| corpus.transcript(args)).join("\n"));
}

#[test]
fn a_wrong_configuration_is_reported() {
    let corpus = Corpus::new();
    corpus.write("config.toml", "[page]\nmax_byte = 10\n");
    corpus.write("not.toml", "raw = \n");
    let all = [
        &["status"][..],
        &["--config", "not.toml", "status"],
        &["--config", "none.toml", "status"],
        &["--root", "none", "status"],
    ];
    snapshot!("wrong_configuration", all.map(|args| corpus.transcript(args)).join("\n"));
}

#[test]
fn a_wrong_command_line_is_reported() {
    let corpus = Corpus::new();
    let all = [
        &["schedule", "--every", "45m"][..],
        &["extract", "--format", "pdf"],
        &["ingest"],
        &["rules", "list", "--category", "spam"],
        &["run"],
    ];
    snapshot!("wrong_command_line", all.map(|args| corpus.transcript(args)).join("\n"));
}

#[test]
fn a_dead_host_fails_and_a_private_address_is_refused() {
    let corpus = Corpus::new();
    // Bind and release a port, so that nothing listens on it.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/story");
    let refused = corpus.transcript(&["ingest", &url]);
    corpus.write("config.toml", LOCAL);
    snapshot!("dead_host", format!("{refused}\n{}", corpus.transcript(&["ingest", &url, "ftp://example.com/x", "http://"])));
}

#[test]
fn files_that_are_not_pages_are_refused() {
    let corpus = Corpus::new();
    corpus.write("raw/empty.html", "");
    corpus.write("raw/picture.html", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0");
    // A sparse file of 200 MB: it takes no disk space.
    File::create(corpus.path("raw/huge.html")).unwrap().set_len(200 << 20).unwrap();
    let mut text = corpus.transcript(&["clean"]);
    for name in ["empty", "picture", "huge"] {
        text += &format!("\n{}", corpus.transcript(&["extract", &format!("raw/{name}.html")]));
    }
    snapshot!("not_pages", text);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_output_device_is_reported() {
    let corpus = Corpus::with_page();
    let args = ["extract", "raw/ferry.html"];
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = corpus.command(&args).stdout(Stdio::from(full)).output().unwrap();
    snapshot!("full_pipe", corpus.transcript_of(&args, &output));
}

/// Root may read every folder, so for root the program runs as another user.
#[cfg(unix)]
#[test]
fn an_unreadable_folder_fails_alone() {
    use std::os::unix::fs::{PermissionsExt, chown};
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65534;
    let corpus = Corpus::with_page();
    corpus.write("raw/closed/story.html", PAGE);
    let closed = corpus.path("raw/closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let mut command = corpus.command(&["clean"]);
    if fs::read_dir(&closed).is_ok() {
        for path in [corpus.root(), &corpus.path("raw"), &closed] {
            chown(path, Some(NOBODY), None).unwrap();
        }
        command.uid(NOBODY);
    }
    let text = corpus.transcript_of(&["clean"], &command.output().unwrap());
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(text.contains("exit 3\n") && text.contains("closed"), "{text}");
    assert!(text.contains("hint: ") && text.contains("chmod"), "{text}");
    assert!(text.contains("1 new"), "{text}");
}

/// A corpus on a file system of its own that is full.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs the right to mount"]
fn mounted_full_disk_is_never_a_success() {
    let corpus = Corpus::new();
    corpus.write("small/keep", "");
    let small = corpus.path("small");
    let mount =
        std::process::Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(&small).output().unwrap();
    assert!(mount.status.success(), "no file system can be mounted: {}", String::from_utf8_lossy(&mount.stderr));
    for n in 0..40 {
        corpus.write(&format!("raw/{n}.html"), PAGE.replace("sixty", &format!("{n} hundred")).repeat(1 + n % 2));
    }
    let text = corpus.transcript(&["clean", "-o", "small"]);
    let unmounted = std::process::Command::new("umount").arg("-l").arg(&small).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
    let code = text.lines().nth(1).unwrap().trim_start_matches("exit ").to_owned();
    assert!(["1", "3"].contains(&code.as_str()), "a failed store never exits 0: {text}");
    assert!(text.contains("hint: ") && text.contains("full"), "{text}");
}
