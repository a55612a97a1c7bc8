//! Finds files: below folders, at any depth, in byte order of their paths. Opens none of them.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};

use super::{Error, kept};

/// Names that gleaner itself puts at the top of `raw/`, to say what the folder is for.
const OUR_README: &[&str] = &["README.md", "README"];

/// Endings of pages that browsers save together with a folder of what they load, and of that folder's name behind the page's: the page is
/// the document, the frames and scripts in the folder are not. Each browser writes the folder's name in its own language.
const SAVED_PAGES: &[&str] = &[".html", ".htm", ".xhtml", ".xht"];
const SAVED_PARTS: &[&str] = &[
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

/// What [`Walk`] leaves out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skip {
    /// Folders that are never entered: the corpus's own output.
    pub folders: Vec<PathBuf>,
    /// The corpus's raw folder: a README at its top is ours.
    pub raw: Option<PathBuf>,
}

/// Every file below the given paths: the paths in the order given, within a folder in byte order of the paths. Hidden files and
/// folders are left out unless named themselves. Links are followed, except back into a folder around them.
///
/// Memory grows with the depth and the largest folder, not with the number of files.
#[derive(Debug)]
pub struct Walk {
    named: std::vec::IntoIter<PathBuf>,
    stack: Vec<Folder>,
    skip: Skip,
}

/// An open folder: its own real path, and what is left of it, last first.
#[derive(Debug)]
struct Folder {
    real: PathBuf,
    left: Vec<Found>,
}

#[derive(Debug)]
struct Found {
    path: PathBuf,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    Special,
}

impl Walk {
    /// Walks the paths.
    pub fn new(paths: Vec<PathBuf>, skip: Skip) -> Self {
        let folders = skip.folders.iter().map(|folder| real(folder)).collect();
        let raw = skip.raw.as_deref().map(real);
        Self { named: paths.into_iter(), stack: Vec::new(), skip: Skip { folders, raw } }
    }

    fn next_found(&mut self) -> Option<Result<Found, Error>> {
        loop {
            let Some(folder) = self.stack.last_mut() else {
                let path = self.named.next()?;
                return Some(match fs::metadata(&path) {
                    Ok(metadata) => Ok(Found { kind: kind_of(metadata.file_type()), path }),
                    Err(source) => Err(Error::Io { path, source }),
                });
            };
            match folder.left.pop() {
                Some(found) => return Some(Ok(found)),
                None => drop(self.stack.pop()),
            }
        }
    }

    /// Opens a folder, unless it is skipped.
    fn enter(&mut self, path: PathBuf) -> Result<(), Error> {
        let real = real(&path);
        if self.skip.folders.contains(&real) {
            return Ok(());
        }
        if self.stack.iter().any(|folder| folder.real == real) {
            return Err(Error::Loop { path });
        }
        let is_raw = self.skip.raw.as_ref() == Some(&real);
        let mut left = list(&path)?;
        left.retain(|found| !is_hidden(&found.path));
        left.retain(|found| !is_raw || !is_our_readme(found));
        let sidecars: HashSet<PathBuf> = left.iter().filter_map(|found| kept::sidecar(&found.path)).collect();
        left.retain(|found| !sidecars.contains(&found.path));
        let parts = parts_of_saved_pages(&left);
        left.retain(|found| found.kind != Kind::Folder || !parts.contains(&found.path));
        left.sort_by_cached_key(|found| std::cmp::Reverse(sort_key(found)));
        self.stack.push(Folder { real, left });
        Ok(())
    }
}

impl Iterator for Walk {
    type Item = Result<PathBuf, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.next_found()? {
                Ok(Found { path, kind: Kind::File }) => return Some(Ok(path)),
                Ok(Found { path, kind: Kind::Special }) => return Some(Err(Error::Special { path })),
                Ok(Found { path, kind: Kind::Folder }) => match self.enter(path) {
                    Ok(()) => {}
                    Err(error) => return Some(Err(error)),
                },
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// The folders that lie beside saved pages and hold what those load.
fn parts_of_saved_pages(found: &[Found]) -> HashSet<PathBuf> {
    let stem_of = |path: &Path| {
        let name = path.file_name()?.to_str()?;
        let ending =
            name.rfind('.').map(|dot| &name[dot..]).filter(|ending| SAVED_PAGES.contains(&&*ending.to_ascii_lowercase()))?;
        Some(path.with_file_name(name.strip_suffix(ending)?))
    };
    let pages: HashSet<PathBuf> =
        found.iter().filter(|found| found.kind == Kind::File).filter_map(|f| stem_of(&f.path)).collect();
    let is_part = |path: &&PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let stems = SAVED_PARTS.iter().filter_map(|ending| name.strip_suffix(ending));
        stems.into_iter().any(|stem| pages.contains(&path.with_file_name(stem)))
    };
    found.iter().filter(|found| found.kind == Kind::Folder).map(|found| &found.path).filter(is_part).cloned().collect()
}

/// What a folder holds, links resolved. A link that leads nowhere counts as a file, so that reading it says why.
fn list(folder: &Path) -> Result<Vec<Found>, Error> {
    let failed = |source| Error::Io { path: folder.to_path_buf(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (path, own) = (entry.path(), entry.file_type().map_err(failed)?);
        let kind =
            if own.is_symlink() { fs::metadata(&path).map_or(Kind::File, |m| kind_of(m.file_type())) } else { kind_of(own) };
        found.push(Found { path, kind });
    }
    Ok(found)
}

fn kind_of(file_type: FileType) -> Kind {
    match (file_type.is_file(), file_type.is_dir()) {
        (true, _) => Kind::File,
        (_, true) => Kind::Folder,
        _ => Kind::Special,
    }
}

/// The name as it stands in the paths of files: a folder's ends in a separator, which sorts after `.` and `-`.
fn sort_key(found: &Found) -> OsString {
    let mut name = found.path.file_name().unwrap_or_default().to_os_string();
    if found.kind == Kind::Folder {
        name.push("/");
    }
    name
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

fn is_our_readme(found: &Found) -> bool {
    found.kind == Kind::File && OUR_README.iter().any(|name| found.path.ends_with(name))
}

/// The path without links, as far as it exists.
fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(root: &Path, skip: Skip) -> Vec<String> {
        let shown = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
        Walk::new(vec![root.to_path_buf()], skip)
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
    fn order_is_that_of_path_bytes() {
        let dir = tree(&["b", "a/z", "a.txt", "a-b", "a/b/c", "B", "é"]);
        let found = names(dir.path(), Skip::default());
        let mut sorted = found.clone();
        sorted.sort();
        assert_eq!(found, sorted);
        assert_eq!(found.len(), 7);
    }

    #[test]
    fn leaves_out_hidden_files_our_own_and_the_output() {
        let dir =
            tree(&[".git/x", ".hidden", "README.md", "sub/README.md", "out/2023/x.txt", "s/p.html.zst", "s/p.json", "q.json"]);
        let skip = Skip { folders: vec![dir.path().join("out")], raw: Some(dir.path().to_path_buf()) };
        assert_eq!(names(dir.path(), skip), ["q.json", "s/p.html.zst", "sub/README.md"]);
    }

    #[test]
    fn the_folder_beside_a_saved_page_is_a_part_of_it() {
        let dir = tree(&[
            "A story.html",
            "A story_files/frame.html",
            "B.htm",
            "B-Dateien/x.html",
            "C_files/own.html",
            "d.txt",
            "d_files/e",
        ]);
        assert_eq!(names(dir.path(), Skip::default()), ["A story.html", "B.htm", "C_files/own.html", "d.txt", "d_files/e"]);
    }

    #[test]
    fn what_is_named_is_walked_even_if_hidden() {
        let dir = tree(&[".hidden"]);
        assert_eq!(Walk::new(vec![dir.path().join(".hidden")], Skip::default()).count(), 1);
        assert!(matches!(Walk::new(vec![dir.path().join("no")], Skip::default()).next(), Some(Err(Error::Io { .. }))));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_but_not_in_circles() {
        let dir = tree(&["a/x", "elsewhere/y"]);
        std::os::unix::fs::symlink(dir.path(), dir.path().join("a/up")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("elsewhere"), dir.path().join("link")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("gone"), dir.path().join("dead")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("socket")).unwrap();
        assert_eq!(names(dir.path(), Skip::default()), ["loop a/up", "a/x", "dead", "elsewhere/y", "link/y", "special socket"]);
    }
}
