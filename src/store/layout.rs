//! Where the files of a corpus are, and how paths are stored: relative to the root, with `/` as separator on every platform.

use std::path::{Component, Path, PathBuf};

use super::readable::Names;
use gleaner_extract::base::path_text::{path_of_text, path_text};

/// The folders of a corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The corpus root. Paths inside it are stored relative to it.
    pub root: PathBuf,
    /// Raw pages, the user's own and fetched ones.
    pub raw: PathBuf,
    /// Where files are left to be taken into the corpus; `None` for output in another folder.
    pub drop: Option<PathBuf>,
    /// Clean text and sidecars.
    pub clean: PathBuf,
    /// Run journals.
    pub log: PathBuf,
    /// Index, lock and temporary files.
    pub state: PathBuf,
    /// How documents are named.
    pub names: Names,
}

impl Layout {
    /// The layout of the corpus at `root`: `raw/`, `clean/`, `log/`, `.gleaner/`.
    pub fn at(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
            raw: root.join("raw"),
            drop: Some(root.join("drop")),
            clean: root.join("clean"),
            log: root.join("log"),
            state: root.join(".gleaner"),
            names: Names::default(),
        }
    }

    /// The same corpus root with clean text in another folder, which then also contains the index, the lock and the journals.
    pub fn with_output(mut self, out: &Path) -> Self {
        self.drop = None;
        self.clean = out.to_path_buf();
        self.state = out.join(".gleaner");
        self.log = self.state.join("log");
        self
    }

    /// A path as it is stored: relative to the root if it is inside it, else absolute; `/` as separator. Symbolic links are not followed.
    /// Names that are not UTF-8 are escaped ([`path_text`]), so that [`Layout::path`] restores any path exactly.
    pub fn key(&self, path: &Path) -> String {
        let path = normalize(path);
        let below = path.strip_prefix(normalize(&self.root)).map(Path::to_path_buf);
        path_text(&below.unwrap_or(path))
    }

    /// A page of an archive as it is stored: the archive's key, `#`, the page's place.
    pub fn member_key(&self, archive: &Path, place: &str) -> String {
        format!("{}#{place}", self.key(archive))
    }

    /// The file of a stored body, and its place if the file is an archive. A `#` may also be part of a file's name.
    pub fn body(&self, key: &str) -> (PathBuf, Option<String>) {
        let path = self.path(key);
        match key.split_once('#') {
            Some(_) if path.is_file() => (path, None),
            Some(_) => self.in_archive(key).unwrap_or((path, None)),
            None => (path, None),
        }
    }

    /// Archive and place: the shortest beginning of the key before a `#` that is a file; if none is, the key is split at the last `#`.
    fn in_archive(&self, key: &str) -> Option<(PathBuf, Option<String>)> {
        let split = |at: usize| Some((self.path(key.get(..at)?), Some(key.get(at + 1..)?.to_owned())));
        let splits = key.match_indices('#').map(|(at, _)| at);
        let found = splits.filter_map(split).find(|(archive, _)| archive.is_file());
        found.or_else(|| key.rfind('#').and_then(split))
    }

    /// The path that a [`Layout::key`] stands for.
    pub fn path(&self, key: &str) -> PathBuf {
        self.root.join(path_of_text(key))
    }

    /// Whether there is a corpus: clean text, or a state folder.
    pub fn exists(&self) -> bool {
        self.clean.is_dir() || self.state.is_dir()
    }

    /// Whether the index is complete: the last run has ended, and none is active.
    pub fn is_closed(&self) -> bool {
        self.index_checksum().is_file()
    }

    /// The index.
    pub fn index(&self) -> PathBuf {
        self.state.join("index.db")
    }

    /// An index that is being built, before it takes the place of the other.
    pub(super) fn new_index(&self) -> PathBuf {
        self.state.join("index.new.db")
    }

    /// The index's checksum, which exists only while the index is closed and complete.
    pub(super) fn index_checksum(&self) -> PathBuf {
        self.state.join("index.sha256")
    }
}

/// An absolute path without `.` and `..`; symbolic links are not resolved.
fn normalize(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut normal = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_relative_inside_the_root_and_convert_back() {
        let layout = Layout::at(Path::new("/corpus"));
        for (path, key) in [("/corpus/raw/a b.txt", "raw/a b.txt"), ("/corpus/./x/../raw/é", "raw/é"), ("/other/x", "/other/x")]
        {
            assert_eq!(layout.key(Path::new(path)), key);
            assert_eq!(layout.path(key), normalize(Path::new(path)));
        }
    }

    #[test]
    fn pages_in_archives_and_files_with_a_hash_in_their_name_are_found() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::at(dir.path());
        for name in ["C# news.epub", "x#1"] {
            std::fs::write(dir.path().join(name), "x").unwrap();
        }
        let place = |place: &str| Some(place.to_owned());
        for (key, file, at) in [
            ("C# news.epub#a#b.xhtml", "C# news.epub", place("a#b.xhtml")),
            ("C# news.epub", "C# news.epub", None),
            ("x#1", "x#1", None),
            ("gone.warc#12", "gone.warc", place("12")),
            ("plain.txt", "plain.txt", None),
        ] {
            assert_eq!(layout.body(key), (dir.path().join(file), at), "{key}");
        }
        assert_eq!(layout.member_key(&dir.path().join("a.warc.gz"), "5+6"), "a.warc.gz#5+6");
    }

    #[cfg(unix)]
    #[test]
    fn any_file_name_converts_back() {
        use std::os::unix::ffi::OsStrExt;
        let layout = Layout::at(Path::new("/corpus"));
        for name in [&b"caf\xe9.txt"[..], b"a\\x41", b"a\\\\b", b"\\", b"\xff\\xff"] {
            let path = Path::new("/corpus/raw").join(std::ffi::OsStr::from_bytes(name));
            assert_eq!(layout.path(&layout.key(&path)), path, "{name:?}");
        }
    }
}
