//! Schedules with a real cron (Debian's): installing and removing a block, and a daemon that starts a run.
//!
//! These tests use the crontab of the user who runs them. Where there is one already they fail, unless `GLEANER_TEST_CRONTAB=1` allows them to
//! borrow it: it is put back byte for byte.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail as tests do")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_gleaner");

/// There is one crontab per user.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn read_crontab() -> Option<Vec<u8>> {
    let output = Command::new("crontab").arg("-l").output().expect("there is a crontab program");
    output.status.success().then_some(output.stdout)
}

fn write_crontab(text: &[u8]) {
    let mut child = Command::new("crontab").arg("-").stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text).unwrap();
    assert!(child.wait().unwrap().success());
}

/// The user's crontab while a test uses it; restored at the end.
struct BorrowedCrontab {
    before: Option<Vec<u8>>,
    _lock: MutexGuard<'static, ()>,
}

impl BorrowedCrontab {
    fn new() -> Self {
        let lock = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let before = read_crontab();
        let is_allowed = before.is_none() || std::env::var_os("GLEANER_TEST_CRONTAB").is_some();
        assert!(is_allowed, "this user has a crontab: set GLEANER_TEST_CRONTAB=1 to let the test borrow it");
        Self { before, _lock: lock }
    }
}

impl Drop for BorrowedCrontab {
    fn drop(&mut self) {
        match &self.before {
            Some(text) => write_crontab(text),
            None => drop(Command::new("crontab").arg("-r").stderr(Stdio::null()).status()),
        }
    }
}

/// A corpus whose path contains characters that are special to shells and cron.
fn corpus(dir: &TempDir, name: &str) -> PathBuf {
    let root = dir.path().join(name);
    fs::create_dir_all(root.join("raw")).unwrap();
    fs::write(root.join("config.toml"), "[[source]]\nkind = \"list\"\nname = \"mine\"\nfile = \"list.txt\"\n").unwrap();
    root
}

fn schedule(root: &Path, args: &[&str]) -> String {
    let output = Command::new(PROGRAM).arg("schedule").args(args).arg("--root").arg(root).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
#[ignore = "needs cron"]
fn crontab_block_comes_and_goes_and_the_rest_stays() {
    let _borrowed = BorrowedCrontab::new();
    let dir = tempfile::tempdir().unwrap();
    let (plain, odd) = (corpus(&dir, "plain"), corpus(&dir, "it's 100% odd"));
    let own = b"# my own\nMAILTO=\"\"\n\n0 3 * * 1\t/bin/true # 100\\% \xc3\xa9\n".to_vec();
    write_crontab(&own);
    let stored = read_crontab().unwrap();

    let printed = schedule(&plain, &["--every", "30m", "--program", PROGRAM]);
    assert_eq!(read_crontab().unwrap(), stored, "printing changes nothing");

    schedule(&plain, &["--every", "30m", "--install", "--program", PROGRAM]);
    let once = read_crontab().unwrap();
    assert!(once.starts_with(&stored), "{}", String::from_utf8_lossy(&once));
    assert!(String::from_utf8_lossy(&once).contains(&printed), "what is printed is what is installed");
    schedule(&plain, &["--every", "30m", "--install", "--program", PROGRAM]);
    assert_eq!(read_crontab().unwrap(), once, "installing twice changes nothing");
    assert_eq!(schedule(&plain, &[]), format!("crontab: {printed}"), "what is installed is shown");
    let at = ["--at", "06:30,18:00", "--on", "sat", "--install", "--program", PROGRAM];
    schedule(&plain, &at);
    assert_eq!(schedule(&plain, &["--show"]).lines().count(), 2);
    schedule(&plain, &["--every", "30m", "--install", "--program", PROGRAM]);

    schedule(&odd, &["--every", "2h", "--install", "--program", PROGRAM]);
    let both = String::from_utf8(read_crontab().unwrap()).unwrap();
    assert_eq!(both.matches("# >>> gleaner ").count(), 2, "{both}");
    schedule(&plain, &["--every", "6h", "--install", "--program", PROGRAM]);
    let slower = String::from_utf8(read_crontab().unwrap()).unwrap();
    assert_eq!(slower.lines().count(), both.lines().count());
    assert!(slower.contains(" */6 * * * ") && !slower.contains("/30 * * * * "), "{slower}");

    assert!(schedule(&plain, &["--remove"]).starts_with("removed"));
    assert!(schedule(&plain, &["--remove"]).starts_with("no schedule installed"));
    assert!(schedule(&odd, &["--remove"]).starts_with("removed"));
    assert_eq!(read_crontab().unwrap(), stored, "everything else, byte for byte");
}

/// `gleaner schedule --systemd` with its units below a folder of the test. No bus: a systemd that is running on this machine is left alone.
fn timer(dir: &TempDir, root: &Path, args: &[&str]) -> std::process::Output {
    let mut command = Command::new(PROGRAM);
    command.arg("schedule").args(args).arg("--root").arg(root);
    command
        .env("XDG_CONFIG_HOME", dir.path().join("home"))
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env("XDG_RUNTIME_DIR", dir.path());
    command.output().unwrap()
}

/// The folder of the units, with those that `schedule --systemd` prints.
fn write_units(dir: &TempDir, root: &Path) -> PathBuf {
    let output = timer(dir, root, &["--at", "06:30,18:00", "--on", "mon,fri", "--systemd", "--json", "--program", PROGRAM]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let units = dir.path().join("home/systemd/user");
    fs::create_dir_all(&units).unwrap();
    for kind in ["service", "timer"] {
        let name = format!("{}.{kind}", report["systemd"]["name"].as_str().unwrap());
        fs::write(units.join(name), report["systemd"][kind].as_str().unwrap()).unwrap();
    }
    units
}

#[test]
fn a_timer_without_a_bus_is_an_error_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let root = corpus(&dir, "it's 100% odd");
    let installed = timer(&dir, &root, &["--every", "15m", "--systemd", "--install", "--program", PROGRAM]);
    let said = String::from_utf8_lossy(&installed.stderr);
    assert!(installed.status.code() == Some(1) && said.contains("hint: ") && said.contains("without `--systemd`"), "{said}");
    assert!(!dir.path().join("home").exists(), "nothing is written");
    assert!(timer(&dir, &root, &["--systemd", "--remove"]).status.success(), "there is nothing to remove");
}

#[test]
fn an_installed_timer_is_shown_and_removed_without_a_bus_too() {
    let dir = tempfile::tempdir().unwrap();
    let root = corpus(&dir, "it's 100% odd");
    let units = write_units(&dir, &root);
    let shown = String::from_utf8(timer(&dir, &root, &[]).stdout).unwrap();
    assert!(shown.contains("Mon,Fri *-*-* 06:30:00, Mon,Fri *-*-* 18:00:00 (not active"), "{shown}");
    let removed = timer(&dir, &root, &["--systemd", "--remove"]);
    assert_eq!(removed.status.code(), Some(1), "an active timer would go on until the session ends");
    assert_eq!(fs::read_dir(units).unwrap().count(), 0);
}

/// A `systemctl` that notes how it is called: there is no session of systemd in most places where tests run.
#[test]
fn a_timer_is_enabled_after_its_units_are_written() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let root = corpus(&dir, "it's 100% odd");
    let (bin, log) = (dir.path().join("bin"), dir.path().join("calls"));
    fs::create_dir(&bin).unwrap();
    let script = format!("#!/bin/sh\necho \"$@\" >> {}\n", log.display());
    fs::write(bin.join("systemctl"), script).unwrap();
    fs::set_permissions(bin.join("systemctl"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::join_paths([bin, "/usr/bin".into(), "/bin".into()]).unwrap();
    let run = |args: &[&str]| {
        let mut command = Command::new(PROGRAM);
        command
            .arg("schedule")
            .args(args)
            .arg("--root")
            .arg(&root)
            .env("PATH", &path)
            .env("XDG_CONFIG_HOME", dir.path().join("home"));
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let said = run(&["--at", "06:30", "--systemd", "--install", "--program", PROGRAM]);
    assert!(said.starts_with("installed a systemd timer: `gleaner run` at 06:30 for "), "{said}");
    assert_eq!(fs::read_dir(dir.path().join("home/systemd/user")).unwrap().count(), 2);
    let calls: Vec<String> =
        fs::read_to_string(&log).unwrap().lines().map(|line| line.split(' ').nth(1).unwrap().to_owned()).collect();
    assert_eq!(calls, ["daemon-reload", "daemon-reload", "enable", "restart", "is-active"]);
    let shown = run(&[]);
    assert!(shown.contains("*-*-* 06:30:00\n") && !shown.contains("not active"), "{shown}");
    assert!(run(&["--systemd", "--remove"]).starts_with("removed the schedule"));
    assert!(run(&["--systemd", "--remove"]).starts_with("no schedule installed"));
}

#[test]
#[ignore = "needs systemd"]
fn systemd_accepts_the_timer() {
    let dir = tempfile::tempdir().unwrap();
    let units = write_units(&dir, &corpus(&dir, "it's 100% odd"));
    for unit in fs::read_dir(units).unwrap().map(|entry| entry.unwrap().path()) {
        let text = fs::read_to_string(&unit).unwrap();
        let calendars: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("OnCalendar=")).collect();
        for calendar in &calendars {
            let output = Command::new("systemd-analyze").args(["calendar", calendar]).output().unwrap();
            assert!(output.status.success(), "{calendar}: {}", String::from_utf8_lossy(&output.stderr));
        }
        if calendars.is_empty() {
            let output = Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(&unit).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            let about_it: Vec<&str> = said.lines().filter(|line| line.contains("gleaner")).collect();
            assert!(about_it.is_empty(), "{about_it:?}");
        }
    }
}

/// Starts cron's daemon where it does not run already.
fn daemon() -> Option<std::process::Child> {
    let running = fs::read_to_string("/var/run/crond.pid").ok().and_then(|pid| pid.trim().parse::<u32>().ok());
    if running.is_some_and(|pid| Path::new(&format!("/proc/{pid}")).exists()) {
        return None;
    }
    // Only root's cron may run other programs; without one the pid file cannot even be written.
    fs::OpenOptions::new().append(true).create(true).open("/var/run/crond.pid").expect("root may start cron's daemon");
    Some(Command::new("cron").arg("-f").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}

#[test]
#[ignore = "slow"]
fn slow_daemon_starts_a_run() {
    let _borrowed = BorrowedCrontab::new();
    let dir = tempfile::tempdir().unwrap();
    let root = corpus(&dir, "it's 100% odd");
    fs::write(root.join("list.txt"), "story.txt\n").unwrap();
    let story =
        "The ferry to Holm sailed again on Saturday morning, four days after a storm had torn the ramp from its hinges.\n";
    fs::write(root.join("story.txt"), format!("{story}\n{}", story.replace("ferry", "bakery boat"))).unwrap();
    schedule(&root, &["--every", "5m", "--install", "--program", PROGRAM]);
    // Makes the same line run every minute.
    let crontab = String::from_utf8(read_crontab().unwrap()).unwrap();
    let each_minute = |line: &str| match line.split_once(" * * * * ") {
        Some((_, command)) => format!("* * * * * {command}\n"),
        None => format!("{line}\n"),
    };
    write_crontab(crontab.lines().map(each_minute).collect::<String>().as_bytes());

    let mut cron = daemon();
    let started = Instant::now();
    let journal = || fs::read_dir(root.join("log")).ok()?.flatten().map(|entry| entry.path()).next();
    // A journal is written line by line, so an empty one is incomplete.
    let is_done = || journal().is_some_and(|path| fs::read_to_string(path).is_ok_and(|text| text.ends_with('\n')));
    while !is_done() && started.elapsed() < Duration::from_secs(70) {
        std::thread::sleep(Duration::from_millis(200));
    }
    let found = journal().map(|path| fs::read_to_string(path).unwrap());
    if let Some(cron) = &mut cron {
        cron.kill().unwrap();
        cron.wait().unwrap();
    }
    let found = found.expect("cron started a run within 70 seconds");
    assert!(found.contains("\"outcome\":\"new\""), "{found}");
}
