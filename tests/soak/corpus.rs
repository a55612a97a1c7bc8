//! The corpus of a soak: runs that end, that are killed, that meet each other, and that meet a full disk.

use std::fs;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use crate::random::Random;
use crate::web::{Web, page};

/// Size of the file system on which a disk can be full.
const DISK_MIB: u64 = 256;

/// Number of the site that the user's own files are from.
const LOCAL: usize = 99;

const HOUR: u64 = 3600;

/// Where the corpus is.
pub enum Disk {
    /// A small file system of its own, which can be filled.
    Mounted(PathBuf),
    /// A folder: no file system could be mounted, so that the disk is never full.
    Folder,
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Self::Mounted(path) = self {
            let _ = Command::new("umount").arg("-l").arg(path).status();
        }
    }
}

/// A corpus and what has happened to it.
pub struct Corpus {
    // Dropped before the folder it is mounted on.
    disk: Disk,
    folder: tempfile::TempDir,
    now: u64,
    ended: usize,
    killed: usize,
    full: usize,
}

impl Corpus {
    /// An empty corpus with all sources of the web.
    pub fn new(web: &Web) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={DISK_MIB}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        let is_mounted = mounted.is_ok_and(|output| output.status.success());
        let disk = if is_mounted { Disk::Mounted(folder.path().to_path_buf()) } else { Disk::Folder };
        let mut config =
            "[fetch]\nallow_private = true\ndelay_s = 0\nrobots = \"ignore\"\n[queue]\nmin_interval_s = 0\nretry_s = 1\n"
                .to_owned();
        for (number, (kind, url)) in web.sources().enumerate() {
            config += &format!("[[source]]\nkind = \"{kind}\"\nname = \"{number}\"\nurl = \"{url}\"\n");
        }
        fs::write(folder.path().join("config.toml"), config).unwrap();
        fs::create_dir(folder.path().join("raw")).unwrap();
        Self { disk, folder, now: 1_700_000_000, ended: 0, killed: 0, full: 0 }
    }

    /// Mostly the time goes on; now and then the clock is set wrong, in either direction.
    pub fn move_clock(&mut self, random: &mut Random) {
        self.now = match random.below(20) {
            0 => self.now - 5 * HOUR,
            1 => self.now + 400 * 24 * HOUR,
            2 => self.now.saturating_sub(400 * 24 * HOUR).max(1_000_000_000),
            _ => self.now + HOUR,
        };
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gleaner"));
        command.args(args).args(["--jobs", "2"]).current_dir(self.folder.path()).env("SOURCE_DATE_EPOCH", self.now.to_string());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).env_remove("GLEANER_FAILPOINT");
        command
    }

    fn finish(&mut self, child: Child, allowed: &[i32]) -> Output {
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!stderr.contains("panicked"), "{stderr}");
        if output.status.signal().is_none() {
            assert!(output.status.code().is_some_and(|code| allowed.contains(&code)), "{}: {stderr}", output.status);
            self.ended += 1;
        }
        output
    }

    /// A run that ends by itself: everything done, or some pages failed.
    pub fn run_to_the_end(&mut self) {
        let child = self.command(&["run"]).spawn().unwrap();
        self.finish(child, &[0, 3]);
    }

    /// A run that is killed after this time, if it has not ended before.
    pub fn run_and_kill(&mut self, time: Duration) {
        let mut child = self.command(&["run"]).spawn().unwrap();
        std::thread::sleep(time);
        let _ = child.kill();
        if self.finish(child, &[0, 3]).status.signal().is_some() {
            self.killed += 1;
        }
    }

    /// Two runs that are started together, and a reader beside them.
    pub fn run_twice_at_once(&mut self) {
        let [first, second] = [(); 2].map(|()| self.command(&["run"]).spawn().unwrap());
        let mut reader = Command::new(env!("CARGO_BIN_EXE_gleaner"));
        let reader = reader.arg("status").current_dir(self.folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        self.finish(reader.unwrap(), &[0]);
        let codes = [first, second].map(|child| self.finish(child, &[0, 3, 4]).status.code());
        assert!(codes != [Some(4); 2], "each run found the corpus locked");
    }

    /// A run that meets a disk with this many bytes left.
    pub fn run_on_a_full_disk(&mut self, left: usize) {
        if !matches!(self.disk, Disk::Mounted(_)) {
            return self.run_to_the_end();
        }
        let ballast = self.folder.path().join("ballast");
        let mut file = fs::File::create(&ballast).unwrap();
        let block = vec![1; 1 << 16];
        while file.write_all(&block).is_ok() {}
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub(left as u64)).unwrap();
        drop(file);
        let child = self.command(&["run"]).spawn().unwrap();
        self.finish(child, &[0, 1, 3]);
        fs::remove_file(ballast).unwrap();
        self.full += 1;
    }

    /// The user writes a file, new or again.
    pub fn change_file(&self, file: usize, edition: usize) {
        fs::write(self.folder.path().join(format!("raw/{file}.html")), page(LOCAL, file, edition)).unwrap();
    }

    /// The user's files are cleaned.
    pub fn clean(&mut self) {
        let child = self.command(&["clean"]).spawn().unwrap();
        self.finish(child, &[0]);
    }

    /// Runs on the following days, until every page that failed has been tried again.
    pub fn poll_until_nothing_is_left(&mut self, web: &Web) {
        web.stop_failing();
        for _ in 0..8 {
            self.now = self.now.max(1_700_000_000) + 800 * 24 * HOUR;
            self.run_to_the_end();
        }
    }

    /// Fails unless every file of the corpus is intact.
    pub fn verify(&self, what: &str) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gleaner"));
        let output = command.arg("verify").current_dir(self.folder.path()).output().unwrap();
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{what}: {stdout}{stderr}");
    }

    /// Whether a text of the corpus has these words.
    pub fn has(&self, words: &str) -> bool {
        let mut folders = vec![self.folder.path().join("clean")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "txt")
                    && fs::read_to_string(&path).unwrap().contains(words)
                {
                    return true;
                }
            }
        }
        false
    }

    /// What has happened, in words.
    pub fn counts(&self) -> String {
        format!("{} commands ended, {} were killed, {} met a full disk", self.ended, self.killed, self.full)
    }

    /// Where the corpus is, in words.
    pub fn disk(&self) -> &'static str {
        if matches!(self.disk, Disk::Mounted(_)) {
            "a file system of its own"
        } else {
            "never full, for want of the right to mount"
        }
    }
}
