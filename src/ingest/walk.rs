//! Finds files in folders of any depth, in byte order of their paths. Opens no file.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};

use super::failure::Error;
use super::kept;
use crate::files::PathId;
use gleaner_extract::base::path_text::{path_of_text, path_text};

/// Names of the file that gleaner puts at the top of `raw/` to explain the folder.
const RAW_README: &[&str] = &["README.md", "README"];

/// Extensions of pages that browsers save together with a folder of the files they load, and the endings that the folder's name adds to the
/// page's. Only the page is a document. The ending depends on the browser's language.
const SAVED_PAGES: &[&str] = &[".html", ".htm", ".xhtml", ".xht"];
const ASSET_FOLDERS: &[&str] = &[
    "_files",
    ".files",
    "-Dateien",
    "_archivos",
    "_fichiers",
    "_arquivos",
    "_bestanden",
    "_file",
    "_filer",
    "_pliki",
    "_soubory",
    "_tiedostot",
    "_dosyalar",
    "_elemei",
    "_datoteke",
    "_subory",
    "_failid",
    "_bylos",
    "_fails",
    "_fitxers",
    "_fitxategiak",
    "-filer",
];

/// What [`FileWalk`] leaves out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WalkFilter {
    /// Folders that are not entered: the corpus's own output.
    pub folders: Vec<PathBuf>,
    /// The corpus's raw folder, whose README is gleaner's.
    pub raw: Option<PathBuf>,
}

/// Every file at or below the given paths: the paths in the order given, files in a folder in byte order of their paths. Hidden files and
/// folders are left out unless given by name. Links are followed, except those to a folder that contains them.
///
/// Memory grows with the depth and the largest folder, not with the number of files. Each folder takes the same number of system calls at any
/// depth.
#[derive(Debug)]
pub struct FileWalk {
    roots: std::vec::IntoIter<PathBuf>,
    /// Open folders, the innermost last.
    folders: Vec<OpenFolder>,
    /// The same folders, by which a link to one of them is found.
    open: HashSet<PathId>,
    left_out: Vec<KnownFolder>,
    raw: Option<KnownFolder>,
}

/// A folder of the filter. It may be created while the walk is under way.
#[derive(Debug)]
struct KnownFolder {
    path: PathBuf,
    id: Option<PathId>,
}

impl KnownFolder {
    fn new(path: PathBuf) -> Self {
        Self { id: PathId::of(&path).ok(), path }
    }

    fn is(&mut self, id: &PathId) -> bool {
        if self.id.is_none() {
            self.id = PathId::of(&self.path).ok();
        }
        self.id.as_ref() == Some(id)
    }
}

#[derive(Debug)]
struct OpenFolder {
    id: PathId,
    /// Entries still to be visited, the next one last.
    unvisited: Vec<WalkEntry>,
}

#[derive(Debug)]
struct WalkEntry {
    path: PathBuf,
    kind: EntryKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EntryKind {
    File,
    Folder,
    Special,
}

impl FileWalk {
    /// Starts a walk.
    pub fn new(paths: Vec<PathBuf>, filter: WalkFilter) -> Self {
        let left_out = filter.folders.into_iter().map(KnownFolder::new).collect();
        let raw = filter.raw.map(KnownFolder::new);
        Self { roots: paths.into_iter(), folders: Vec::new(), open: HashSet::new(), left_out, raw }
    }

    fn next_entry(&mut self) -> Option<Result<WalkEntry, Error>> {
        loop {
            let Some(folder) = self.folders.last_mut() else {
                let path = self.roots.next()?;
                return Some(match fs::metadata(&path) {
                    Ok(metadata) => Ok(WalkEntry { kind: kind_of(metadata.file_type()), path }),
                    Err(source) => Err(Error::Io { path, source }),
                });
            };
            match folder.unvisited.pop() {
                Some(entry) => return Some(Ok(entry)),
                None => {
                    if let Some(left) = self.folders.pop() {
                        self.open.remove(&left.id);
                    }
                }
            }
        }
    }

    /// Opens a folder, unless it is left out.
    fn enter(&mut self, path: PathBuf) -> Result<(), Error> {
        let id = PathId::of(&path).map_err(|source| Error::Io { path: path.clone(), source })?;
        if self.left_out.iter_mut().any(|folder| folder.is(&id)) {
            return Ok(());
        }
        if self.open.contains(&id) {
            return Err(Error::Loop { path });
        }
        let is_raw = self.raw.as_mut().is_some_and(|raw| raw.is(&id));
        let mut entries = list(&path)?;
        entries.retain(|entry| !is_hidden(&entry.path));
        entries.retain(|entry| !is_raw || !is_raw_readme(entry));
        let sidecars: HashSet<PathBuf> = entries.iter().filter_map(|entry| kept::sidecar(&entry.path)).collect();
        entries.retain(|entry| !sidecars.contains(&entry.path));
        let assets = asset_folders(&entries);
        entries.retain(|entry| entry.kind != EntryKind::Folder || !assets.contains(&entry.path));
        entries.sort_by_cached_key(|entry| std::cmp::Reverse(sort_key(entry)));
        self.open.insert(id.clone());
        self.folders.push(OpenFolder { id, unvisited: entries });
        Ok(())
    }
}

impl Iterator for FileWalk {
    type Item = Result<PathBuf, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.next_entry()? {
                Ok(WalkEntry { path, kind: EntryKind::File }) => return Some(Ok(path)),
                Ok(WalkEntry { path, kind: EntryKind::Special }) => return Some(Err(Error::Special { path })),
                Ok(WalkEntry { path, kind: EntryKind::Folder }) => match self.enter(path) {
                    Ok(()) => {}
                    Err(error) => return Some(Err(error)),
                },
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// Most files that [`FileList`] lists in advance: at about a hundred bytes each, memory stays near 100 MB.
const MAX_LISTED: usize = 1_000_000;

/// The files of a walk, listed in advance so that their number is known. Of a very large tree the rest is walked as it is read, and the
/// number stays unknown.
#[derive(Debug)]
pub struct FileList {
    listed: std::vec::IntoIter<Result<PathBuf, Box<Error>>>,
    rest: Option<FileWalk>,
    total: Option<u64>,
}

impl FileList {
    /// Walks a tree, up to a million files.
    pub fn collect(walk: FileWalk) -> Self {
        Self::collect_up_to(walk, MAX_LISTED)
    }

    fn collect_up_to(mut walk: FileWalk, max: usize) -> Self {
        let listed: Vec<_> = walk.by_ref().take(max).map(|entry| entry.map_err(Box::new)).collect();
        let is_complete = listed.len() < max;
        let total = is_complete.then_some(listed.len() as u64);
        Self { listed: listed.into_iter(), rest: (!is_complete).then_some(walk), total }
    }

    /// The number of files, errors included; `None` if there are more than can be listed in advance.
    pub fn total(&self) -> Option<u64> {
        self.total
    }
}

impl Iterator for FileList {
    type Item = Result<PathBuf, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.listed.next() {
            Some(entry) => Some(entry.map_err(|error| *error)),
            None => self.rest.as_mut()?.next(),
        }
    }
}

/// The folders next to saved pages that hold the files those pages load.
fn asset_folders(entries: &[WalkEntry]) -> HashSet<PathBuf> {
    let stem_of = |path: &Path| {
        let ending = format!(".{}", path.extension()?.to_str()?.to_ascii_lowercase());
        SAVED_PAGES.contains(&ending.as_str()).then(|| path.with_extension(""))
    };
    let pages: HashSet<PathBuf> =
        entries.iter().filter(|entry| entry.kind == EntryKind::File).filter_map(|entry| stem_of(&entry.path)).collect();
    let has_page = |path: &&PathBuf| {
        // As text, because a name need not be UTF-8 to have such an ending.
        let text = path_text(Path::new(path.file_name().unwrap_or_default()));
        let mut stems = ASSET_FOLDERS.iter().filter_map(|ending| text.strip_suffix(ending));
        stems.any(|stem| pages.contains(&path.with_file_name(path_of_text(stem))))
    };
    entries.iter().filter(|entry| entry.kind == EntryKind::Folder).map(|entry| &entry.path).filter(has_page).cloned().collect()
}

/// The entries of a folder, links resolved. A broken link counts as a file, so that reading it reports the error.
fn list(folder: &Path) -> Result<Vec<WalkEntry>, Error> {
    let failed = |source| Error::Io { path: folder.to_path_buf(), source };
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (path, file_type) = (entry.path(), entry.file_type().map_err(failed)?);
        let kind = match file_type.is_symlink() {
            true => fs::metadata(&path).map_or(EntryKind::File, |metadata| kind_of(metadata.file_type())),
            false => kind_of(file_type),
        };
        entries.push(WalkEntry { path, kind });
    }
    Ok(entries)
}

fn kind_of(file_type: FileType) -> EntryKind {
    match (file_type.is_file(), file_type.is_dir()) {
        (true, _) => EntryKind::File,
        (_, true) => EntryKind::Folder,
        _ => EntryKind::Special,
    }
}

/// The name as it occurs in the paths of files: a folder's ends in a separator, which sorts after `.` and `-`.
fn sort_key(entry: &WalkEntry) -> OsString {
    let mut name = entry.path.file_name().unwrap_or_default().to_os_string();
    if entry.kind == EntryKind::Folder {
        name.push("/");
    }
    name
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

fn is_raw_readme(entry: &WalkEntry) -> bool {
    entry.kind == EntryKind::File && RAW_README.iter().any(|name| entry.path.ends_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(root: &Path, filter: WalkFilter) -> Vec<String> {
        let shown = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
        FileWalk::new(vec![root.to_path_buf()], filter)
            .map(|item| match item {
                Ok(path) => shown(&path),
                Err(Error::Loop { path }) => format!("loop {}", shown(&path)),
                Err(Error::Special { path }) => format!("special {}", shown(&path)),
                Err(error) => panic!("{error}"),
            })
            .collect()
    }

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        dir
    }

    #[test]
    fn files_come_in_byte_order_of_their_paths() {
        let dir = tree(&["b", "a/z", "a.txt", "a-b", "a/b/c", "B", "é"]);
        let found = names(dir.path(), WalkFilter::default());
        let mut sorted = found.clone();
        sorted.sort();
        assert_eq!(found, sorted);
        assert_eq!(found.len(), 7);
    }

    #[test]
    fn hidden_files_sidecars_and_output_are_left_out() {
        let dir =
            tree(&[".git/x", ".hidden", "README.md", "sub/README.md", "out/2023/x.txt", "s/p.html.zst", "s/p.json", "q.json"]);
        let filter = WalkFilter { folders: vec![dir.path().join("out")], raw: Some(dir.path().to_path_buf()) };
        assert_eq!(names(dir.path(), filter), ["q.json", "s/p.html.zst", "sub/README.md"]);
    }

    #[test]
    fn asset_folders_of_saved_pages_are_left_out() {
        let dir = tree(&[
            "A story.html",
            "A story_files/frame.html",
            "B.htm",
            "B-Dateien/x.html",
            "C_files/own.html",
            "d.txt",
            "d_files/e",
        ]);
        assert_eq!(names(dir.path(), WalkFilter::default()), ["A story.html", "B.htm", "C_files/own.html", "d.txt", "d_files/e"]);
    }

    #[test]
    fn a_list_is_the_walk_and_knows_its_total_unless_it_is_too_long() {
        let dir = tree(&["a", "b/c", "b/d", "e"]);
        let walk = || FileWalk::new(vec![dir.path().to_path_buf(), dir.path().join("missing")], WalkFilter::default());
        let paths = |files: &mut dyn Iterator<Item = Result<PathBuf, Error>>| files.map(Result::ok).collect::<Vec<_>>();
        let expected = paths(&mut walk());
        assert_eq!(expected.len(), 5);
        for (max, total) in [(6, Some(5)), (5, None), (2, None)] {
            let mut list = FileList::collect_up_to(walk(), max);
            assert_eq!(list.total(), total, "{max}");
            assert_eq!(paths(&mut list), expected, "{max}");
        }
        assert_eq!(FileList::collect(walk()).total(), Some(5));
    }

    #[test]
    fn hidden_files_given_by_name_are_walked() {
        let dir = tree(&[".hidden"]);
        assert_eq!(FileWalk::new(vec![dir.path().join(".hidden")], WalkFilter::default()).count(), 1);
        assert!(matches!(FileWalk::new(vec![dir.path().join("no")], WalkFilter::default()).next(), Some(Err(Error::Io { .. }))));
    }

    /// Processor time of this thread in nanoseconds.
    #[cfg(target_os = "linux")]
    fn processor_time() -> u64 {
        let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
        text.split(' ').next().unwrap().parse().unwrap()
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn depth_costs_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let mut folder = dir.path().to_path_buf();
        for _ in 0..900 {
            folder.push("d");
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join("x"), "x").unwrap();
        }
        std::os::unix::fs::symlink(dir.path(), folder.join("up")).unwrap();
        let start = processor_time();
        let found = names(dir.path(), WalkFilter { folders: vec![dir.path().join("clean")], raw: None });
        let seconds = (processor_time() - start) as f64 / 1e9;
        assert_eq!(found.len(), 901, "every file, and one link to a folder that contains it");
        assert!(seconds < 1.0, "{seconds} s for 900 nested folders");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_except_into_loops() {
        let dir = tree(&["a/x", "elsewhere/y"]);
        std::os::unix::fs::symlink(dir.path(), dir.path().join("a/up")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("elsewhere"), dir.path().join("link")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("gone"), dir.path().join("dead")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("socket")).unwrap();
        assert_eq!(
            names(dir.path(), WalkFilter::default()),
            ["loop a/up", "a/x", "dead", "elsewhere/y", "link/y", "special socket"]
        );
    }
}
