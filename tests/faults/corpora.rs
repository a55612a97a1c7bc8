//! Corpora on which commands are run with faults: one to be filled, one whose sources have changed, one that is damaged.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::shim::program;
use crate::site::{Site, page, story};
use crate::tree::tree;

/// The folders of a corpus that depend on when gleaner ran.
pub const OF_RUNS: &[&str] = &["log", ".gleaner"];

/// A command, and the corpus that it is run on.
pub struct Case {
    pub name: &'static str,
    pub args: Vec<&'static str>,
    pub start: TempDir,
    pub site: Site,
}

impl Case {
    fn new(name: &'static str, args: &[&'static str]) -> Self {
        let (start, site) = (tempfile::tempdir().unwrap(), Site::start());
        let config = "[fetch]\nallow_private = true\ndelay_s = 0\nbackoff_s = 0\nrobots = \"ignore\"\n[queue]\nretry_s = 0\n\
                      [[source]]\nkind = \"list\"\nname = \"list\"\nfile = \"urls.txt\"\n";
        fs::write(start.path().join("config.toml"), config).unwrap();
        let urls: String = (1..=4).map(|n| format!("{}/{n}\n", site.url)).collect();
        fs::write(start.path().join("urls.txt"), urls).unwrap();
        write_files(start.path(), 1);
        Self { name, args: args.to_vec(), start, site }
    }

    fn prepare(self, args: &[&str]) -> Self {
        assert!(program(self.start.path(), args).status().unwrap().success(), "{args:?} fails without a fault");
        self
    }

    /// Every case.
    pub fn all() -> Vec<Self> {
        let fill = Self::new("clean, filling", &["clean", "--jobs", "1"]);
        let update = Self::new("clean, updating", &["clean", "--jobs", "1"]).prepare(&["clean"]);
        write_files(update.start.path(), 2);
        let ingest =
            Self::new("ingest", &["ingest", "--list", "urls.txt", "--jobs", "1"]).prepare(&["ingest", "--list", "urls.txt"]);
        ingest.site.publish(2);
        let run = Self::new("run", &["run", "--jobs", "1"]);
        let repair = Self::new("verify --repair", &["verify", "--repair"]).prepare(&["clean"]);
        damage(repair.start.path());
        vec![fill, update, ingest, run, repair]
    }
}

/// The user's files: pages, a text dump, a copy, an archive. In the second edition some have changed.
fn write_files(root: &Path, edition: usize) {
    fs::create_dir_all(root.join("raw/notes")).unwrap();
    for (number, name) in [(1, "a"), (2, "b"), (2, "copy")] {
        let edition = if name == "copy" { 1 } else { edition };
        fs::write(root.join(format!("raw/{name}.html")), page(number, edition)).unwrap();
    }
    fs::write(root.join("raw/notes/c.txt"), format!("{}\n", story(3, edition).join("\n\n"))).unwrap();
    let mut warc = String::new();
    for number in 4..6 {
        let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{}", page(number, edition));
        warc += &format!(
            "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/{number}\r\nWARC-Date: 2024-05-0{edition}T08:00:00Z\r\n\
             WARC-Record-ID: <urn:uuid:0>\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
            block.len()
        );
    }
    fs::write(root.join("raw/crawl.warc"), warc).unwrap();
}

/// Cuts a text, changes a sidecar, deletes both files of a document, and adds a text that belongs to none.
fn damage(root: &Path) {
    let names: Vec<PathBuf> =
        tree(root, OF_RUNS).into_keys().filter(|path| path.starts_with("clean/")).map(|path| root.join(path)).collect();
    let texts: Vec<&PathBuf> = names.iter().filter(|path| path.extension().is_some_and(|end| end == "txt")).collect();
    fs::write(texts[0], "cut").unwrap();
    let sidecar = texts[1].with_extension("json");
    fs::write(&sidecar, fs::read_to_string(&sidecar).unwrap().replace("confidence", "Confidence")).unwrap();
    fs::remove_file(texts[2]).unwrap();
    fs::remove_file(texts[2].with_extension("json")).unwrap();
    fs::write(texts[3].with_file_name("undated_news_nothing-to-see_0123abcd.txt"), "Nothing.\n").unwrap();
}
