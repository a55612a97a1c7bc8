//! Files that are written completely or not at all: staged in a folder of their own, synced, then renamed into place.
//!
//! Most files come in pairs: data, and the facts about it (text and sidecar, body and HTTP facts). Both are staged and synced before the
//! first rename. The data is renamed first; the facts are the commit point. After a killed run, facts whose data is already in place are
//! renamed too, and everything else that is staged is removed ([`StagingArea::recover`]).

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::failpoint::hit;
use super::failure::{Error, READ, io_error, is_not_found};
use super::sync_thread::{SyncThread, sync_file};
use crate::files;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::path_text::path_text;

/// The staging area inside a tree that is on another file system than the state folder.
const INNER: &str = ".gleaner-tmp";

/// The folder of files that stood in the place of gleaner's own or could not be repaired.
const REPLACED: &str = "replaced";

/// Files on their way into a tree. Their paths in the staging area are those in the tree.
#[derive(Debug)]
pub(super) struct StagingArea {
    tree: PathBuf,
    state: PathBuf,
    folder: PathBuf,
    sync_thread: SyncThread,
    /// Folders with renames that have not been synced yet.
    unsynced: BTreeSet<PathBuf>,
    has_partial_commit: bool,
}

/// Facts and the data they describe, with paths relative to the tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct FilePair<'a> {
    pub data: Option<(&'a Path, &'a [u8])>,
    pub facts: (&'a Path, &'a [u8]),
    pub failpoints: &'static RenameFailpoints,
}

/// The failpoints before and after the two renames.
#[derive(Debug)]
pub(super) struct RenameFailpoints {
    pub data: [&'static str; 2],
    pub facts: [&'static str; 2],
}

/// The data that staged facts describe.
pub(super) struct ExpectedData {
    /// The data's path relative to the tree, and its hash; `None` for facts without data.
    pub data: Option<(PathBuf, ContentHash)>,
}

impl StagingArea {
    /// Opens the staging area of `tree`: in `state` if files can be renamed from there, else inside the tree.
    pub fn open(tree: &Path, state: &Path, name: &str) -> Result<Self, Error> {
        make_dir(tree)?;
        let [outer, inner] = staging_folders(tree, state, name);
        make_dir(&outer)?;
        let folder = if can_rename(&outer, tree)? { outer } else { inner };
        let sync_thread = SyncThread::start().map_err(io_error("start the thread that writes into", tree))?;
        Ok(Self {
            tree: tree.to_path_buf(),
            state: state.to_path_buf(),
            folder,
            sync_thread,
            unsynced: BTreeSet::new(),
            has_partial_commit: false,
        })
    }

    /// Writes a pair. Where it fails before the first rename, the tree is unchanged.
    pub fn commit(&mut self, pair: FilePair<'_>) -> Result<(), Error> {
        if let Err(error) = self.stage(pair) {
            for (path, _) in pair.data.iter().chain([&pair.facts]) {
                // The next run removes what cannot be removed now.
                let _ = fs::remove_file(self.folder.join(path));
            }
            return Err(error);
        }
        self.has_partial_commit = true;
        if let Some((path, _)) = pair.data {
            self.rename(path, pair.failpoints.data)?;
        }
        self.rename(pair.facts.0, pair.failpoints.facts)?;
        self.has_partial_commit = false;
        Ok(())
    }

    /// Removes a file of the tree; `Ok` if there is none.
    pub fn remove(&mut self, path: &Path) -> Result<(), Error> {
        let target = self.tree.join(path);
        match fs::remove_file(&target) {
            Ok(()) => {
                self.unsynced.extend(target.parent().map(Path::to_path_buf));
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(io_error("remove", &target)(error)),
        }
    }

    /// Makes all renames so far durable.
    pub fn sync(&mut self) -> Result<(), Error> {
        while let Some(folder) = self.unsynced.pop_first() {
            sync_dir(&folder)?;
        }
        Ok(())
    }

    /// Whether a commit failed between its two renames, so that the next run has to recover.
    pub fn has_partial_commit(&self) -> bool {
        self.has_partial_commit
    }

    fn stage(&self, pair: FilePair<'_>) -> Result<(), Error> {
        let facts = self.write(pair.facts)?;
        let Some(data) = pair.data else { return sync_file(&facts.0, &facts.1) };
        let data = self.write(data)?;
        self.sync_thread.sync_both(data, facts)
    }

    fn write(&self, (path, bytes): (&Path, &[u8])) -> Result<(File, PathBuf), Error> {
        let path = self.folder.join(path);
        make_parent(&path)?;
        let mut file = files::create(&path).map_err(io_error("write", &path))?;
        file.write_all(bytes).map_err(io_error("write", &path))?;
        hit("stage.before-sync");
        Ok((file, path))
    }

    fn rename(&mut self, path: &Path, failpoints: [&'static str; 2]) -> Result<(), Error> {
        let target = self.tree.join(path);
        hit(failpoints[0]);
        self.make_way(path, &target)?;
        move_into_place(&self.folder.join(path), &target)?;
        hit(failpoints[1]);
        self.unsynced.extend(target.parent().map(Path::to_path_buf));
        Ok(())
    }

    /// Moves a folder that stands in the place of a file out of the way: nothing that is not gleaner's is deleted.
    fn make_way(&self, path: &Path, target: &Path) -> Result<(), Error> {
        if !target.is_dir() {
            return Ok(());
        }
        set_aside(target, &self.state, path)
    }

    /// Completes or removes what a killed run left. `expected` reads staged facts, given their path relative to the tree and their bytes.
    pub fn recover(
        tree: &Path,
        state: &Path,
        name: &str,
        expected: impl Fn(&Path, &[u8]) -> Option<ExpectedData>,
    ) -> Result<(), Error> {
        for staged in staging_folders(tree, state, name) {
            if !staged.is_dir() {
                continue;
            }
            for facts in files_below(&staged)?.iter().filter(|path| path.extension().is_some_and(|ext| ext == "json")) {
                let Ok(below) = facts.strip_prefix(&staged) else { continue };
                if is_half_committed(tree, &staged, below, &expected)? {
                    let target = tree.join(below);
                    move_into_place(facts, &target)?;
                    target.parent().map_or(Ok(()), sync_dir)?;
                }
            }
            fs::remove_dir_all(&staged).map_err(io_error("remove", &staged))?;
        }
        Ok(())
    }
}

/// Whether the facts are intact and their data has already been renamed.
fn is_half_committed(
    tree: &Path,
    staged: &Path,
    below: &Path,
    expected: &impl Fn(&Path, &[u8]) -> Option<ExpectedData>,
) -> Result<bool, Error> {
    let bytes = match read(&staged.join(below), super::sidecar::MAX_BYTES) {
        Err(Error::Io { source, .. }) if is_not_found(&source) => return Ok(false),
        read => read?,
    };
    Ok(match expected(below, &bytes) {
        None => false,
        Some(ExpectedData { data: None }) => true,
        Some(ExpectedData { data: Some((data, hash)) }) => {
            !staged.join(&data).exists() && hash_file(&tree.join(&data))?.is_some_and(|found| found == hash)
        }
    })
}

fn staging_folders(tree: &Path, state: &Path, name: &str) -> [PathBuf; 2] {
    [state.join("tmp").join(name), tree.join(INNER)]
}

fn can_rename(from: &Path, to: &Path) -> Result<bool, Error> {
    let (probe, moved) = (from.join("probe"), to.join(".gleaner-probe"));
    files::create(&probe).map_err(io_error("write", &probe))?;
    let renamed = fs::rename(&probe, &moved);
    let left = if renamed.is_ok() { &moved } else { &probe };
    fs::remove_file(left).map_err(io_error("remove", left))?;
    match renamed {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::CrossesDevices => Ok(false),
        Err(error) => Err(io_error("write into", to)(error)),
    }
}

fn move_into_place(from: &Path, to: &Path) -> Result<(), Error> {
    make_parent(to)?;
    fs::rename(from, to).map_err(io_error("rename into place", to))
}

/// Moves a file or folder to `<state>/replaced/`, from where the user can take it back or delete it.
pub(super) fn set_aside(target: &Path, state: &Path, name: &Path) -> Result<(), Error> {
    let folder = state.join(REPLACED);
    let mut aside = folder.join(name);
    let mut number = 1;
    while aside.symlink_metadata().is_ok() {
        number += 1;
        let mut numbered = name.as_os_str().to_owned();
        numbered.push(format!("_{number}"));
        aside = folder.join(numbered);
    }
    make_parent(&aside)?;
    fs::rename(target, &aside).map_err(io_error("move out of the way", target))?;
    tracing::warn!("{} was moved to {}", path_text(target), path_text(&aside));
    target.parent().map_or(Ok(()), sync_dir)
}

fn make_parent(path: &Path) -> Result<(), Error> {
    path.parent().map_or(Ok(()), make_dir)
}

/// Creates a folder and its parents, each synced into its parent.
pub(super) fn make_dir(folder: &Path) -> Result<(), Error> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    make_parent(folder)?;
    match fs::create_dir(folder) {
        Ok(()) => sync_dir(folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))),
        Err(error) if error.kind() == ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(error) => Err(io_error("create the folder", folder)(error)),
    }
}

/// Only Unix can sync a folder; elsewhere the file system orders renames itself.
pub(super) fn sync_dir(folder: &Path) -> Result<(), Error> {
    if cfg!(unix) {
        let opened = files::open_folder(folder).map_err(io_error("open", folder))?;
        opened.sync_all().map_err(io_error("sync", folder))?;
    }
    Ok(())
}

/// Writes a single file: synced, then renamed into place from the same folder.
pub(super) fn write_single(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let temporary = path.with_extension("new");
    let mut file = files::create(&temporary).map_err(io_error("write", &temporary))?;
    file.write_all(bytes).map_err(io_error("write", &temporary))?;
    sync_file(&file, &temporary)?;
    fs::rename(&temporary, path).map_err(io_error("rename into place", path))?;
    path.parent().map_or(Ok(()), sync_dir)
}

/// The content of a file of at most `max` bytes.
pub(super) fn read(path: &Path, max: u64) -> Result<Vec<u8>, Error> {
    files::read(path, max).map_err(io_error("read", path))
}

/// The hash of a file; `None` if there is none.
pub(super) fn hash_file(path: &Path) -> Result<Option<ContentHash>, Error> {
    match files::open(path).and_then(ContentHash::of_reader) {
        Ok(hash) => Ok(Some(hash)),
        Err(error) if is_not_found(&error) => Ok(None),
        Err(error) => Err(io_error(READ, path)(error)),
    }
}

/// The names in a folder, sorted; none if there is no such folder. Names that are not Unicode are ignored: gleaner gives none.
pub(super) fn names(folder: &Path) -> Result<Vec<String>, Error> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_not_found(&error) => return Ok(Vec::new()),
        Err(error) => return Err(io_error("list", folder)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(io_error("list", folder))?;
        names.extend(entry.file_name().into_string().ok());
    }
    names.sort_unstable();
    Ok(names)
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for name in names(&folder)? {
            let path = folder.join(name);
            // Links are not followed: gleaner makes none.
            let is_folder = fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir());
            if is_folder { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort_unstable();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINTS: RenameFailpoints = RenameFailpoints {
        data: ["text.before-rename", "text.after-rename"],
        facts: ["sidecar.before-rename", "sidecar.after-rename"],
    };

    fn fixture() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let (tree, state) = (folder.path().join("clean"), folder.path().join("state"));
        (folder, tree, state)
    }

    /// In these tests, the facts are the hash of the data.
    fn expected(below: &Path, bytes: &[u8]) -> Option<ExpectedData> {
        let hash = std::str::from_utf8(bytes).ok()?.parse().ok()?;
        Some(ExpectedData { data: Some((below.with_extension("txt"), hash)) })
    }

    #[test]
    fn a_pair_is_written_into_new_folders() {
        let (_keep, tree, state) = fixture();
        let mut staging = StagingArea::open(&tree, &state, "clean").unwrap();
        let (text, json) = (Path::new("2023/10/a.txt"), Path::new("2023/10/a.json"));
        staging.commit(FilePair { data: Some((text, b"text")), facts: (json, b"{}"), failpoints: &POINTS }).unwrap();
        staging.sync().unwrap();
        assert_eq!(fs::read(tree.join(text)).unwrap(), b"text");
        assert_eq!(fs::read(tree.join(json)).unwrap(), b"{}");
        assert!(!staging.has_partial_commit());
    }

    #[test]
    fn recovery_completes_half_committed_pairs_and_removes_the_rest() {
        let (_keep, tree, state) = fixture();
        drop(StagingArea::open(&tree, &state, "clean").unwrap());
        let staged = state.join("tmp/clean");
        let facts = ContentHash::of("new").to_string();
        fs::write(tree.join("half.txt"), "new").unwrap();
        fs::write(staged.join("half.json"), &facts).unwrap();
        fs::write(staged.join("early.txt"), "new").unwrap();
        fs::write(staged.join("early.json"), &facts).unwrap();
        fs::write(tree.join("cut.txt"), "new").unwrap();
        fs::write(staged.join("cut.json"), &facts[..20]).unwrap();
        fs::write(tree.join("other.txt"), "old").unwrap();
        fs::write(staged.join("other.json"), &facts).unwrap();
        StagingArea::recover(&tree, &state, "clean", expected).unwrap();
        assert_eq!(names(&tree).unwrap(), ["cut.txt", "half.json", "half.txt", "other.txt"]);
        assert!(!staged.exists());
    }

    #[test]
    fn a_failure_to_stage_leaves_the_tree_unchanged() {
        let (_keep, tree, state) = fixture();
        let mut staging = StagingArea::open(&tree, &state, "clean").unwrap();
        fs::write(state.join("tmp/clean/2023"), "in the way").unwrap();
        let (text, json) = (Path::new("2023/a.txt"), Path::new("2023/a.json"));
        let error = staging.commit(FilePair { data: Some((text, b"x")), facts: (json, b"{}"), failpoints: &POINTS }).unwrap_err();
        assert!(error.to_string().contains("2023"), "{error}");
        assert!(!staging.has_partial_commit());
        assert!(names(&tree).unwrap().is_empty());
    }
}
