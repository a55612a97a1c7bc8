//! A corpus in a temporary folder, and the program run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A page with a story and the boilerplate of a site around it.
pub const PAGE: &str = r#"<!doctype html>
<html lang="en"><head><title>Ferry to Holm runs again after storm | Holm Courier</title>
<meta property="og:site_name" content="Holm Courier">
<meta property="article:published_time" content="2024-02-03T08:15:00+01:00"></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<article><h1>Ferry to Holm runs again after storm</h1>
<p>The ferry between the mainland and Holm sailed again on Saturday morning, four days after a storm had torn the ramp from its hinges.</p>
<p>About sixty cars were waiting at the quay when the first boat left, said the harbour master, who had slept in his office since Tuesday.</p>
<p>The island's bakery had run out of flour on Thursday, and its owner came across with the first boat to fetch two hundred kilos himself.</p>
<p>Repairs will cost the county more than a million crowns, and the old ramp will be watched by divers until a new one is built next year.</p>
</article>
<div class="newsletter">Sign up for our daily newsletter and never miss a story.</div>
<footer>© 2024 Holm Courier. All rights reserved.</footer></body></html>
"#;

/// A corpus root.
pub struct Corpus {
    dir: TempDir,
}

impl Corpus {
    /// An empty corpus.
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("raw")).unwrap();
        Self { dir }
    }

    /// A corpus with [`PAGE`] in `raw/`.
    pub fn with_page() -> Self {
        let corpus = Self::new();
        corpus.write("raw/ferry.html", PAGE);
        corpus
    }

    pub fn root(&self) -> &Path {
        self.dir.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// The program, ready to run in the corpus root.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gleaner"));
        command
            .args(args)
            .current_dir(self.root())
            .env("COLUMNS", "100")
            .env_remove("NO_COLOR")
            .env_remove("GLEANER_ROOT")
            .env_remove("GLEANER_CONFIG")
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs the program and returns what it prints and how it exits, as text for a snapshot.
    pub fn transcript(&self, args: &[&str]) -> String {
        self.transcript_of(args, &self.run(args))
    }

    /// The same for a run that has ended. The path of the corpus becomes `[root]`.
    pub fn transcript_of(&self, args: &[&str], output: &Output) -> String {
        let mut text = format!("$ gleaner {}\nexit {}\n", args.join(" "), output.status.code().unwrap_or(-1));
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            if !bytes.is_empty() {
                text += &format!("--- {name}\n{}", String::from_utf8_lossy(bytes));
            }
        }
        text.replace(&*self.root().to_string_lossy(), "[root]")
    }

    /// The files in a folder and its subfolders, as sorted relative paths.
    pub fn files(&self, folder: &str) -> Vec<String> {
        let start = self.path(folder);
        let (mut files, mut open) = (Vec::new(), vec![start.clone()]);
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    files.push(path.strip_prefix(&start).unwrap().to_string_lossy().into_owned());
                }
            }
        }
        files.sort();
        files
    }
}

/// Compares text with a snapshot, after replacing times, hashes, ports and sizes with placeholders.
#[macro_export]
macro_rules! snapshot {
    ($name:expr, $text:expr) => {
        insta::with_settings!({
            prepend_module_to_snapshot => false,
            omit_expression => true,
            filters => vec![
                (r"in \d+\.\d s", "in [time]"),
                (r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(_\d+)?", "[when]"),
                (r"\b[0-9a-f]{64}\b", "[sha256]"),
                (r"127\.0\.0\.1:\d{4,5}", "127.0.0.1:[port]"),
                (r"\d\.\d\d\n", "[score]\n"),
                (r"[\d.]+ MB", "[n] MB"),
            ],
        }, { insta::assert_snapshot!($name, $text); });
    };
}
