//! How much of the disk the corpus uses, and how much is free.

use std::path::Path;

use crate::store::Layout;

/// Most files that are counted, so that the answer comes in time.
const MAX_FILES: u64 = 2_000_000;

/// The files below a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FolderSize {
    /// Their number.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Whether there are more than were counted.
    pub is_partial: bool,
}

/// The folders of a corpus with their sizes.
pub fn folders(layout: &Layout) -> Vec<(&'static str, FolderSize)> {
    let parts = [
        ("raw pages", &layout.raw),
        ("clean text", &layout.clean),
        ("journals", &layout.log),
        ("index and queue", &layout.state),
    ];
    parts.into_iter().map(|(name, path)| (name, below(path))).collect()
}

/// The files below a folder; links are not followed.
fn below(folder: &Path) -> FolderSize {
    let (mut size, mut open) = (FolderSize::default(), vec![folder.to_path_buf()]);
    while let Some(folder) = open.pop() {
        // A folder that cannot be read, or that a run has just removed, counts as empty.
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(metadata) = entry.metadata() else { continue };
            if metadata.is_dir() {
                open.push(entry.path());
            } else if size.files == MAX_FILES {
                size.is_partial = true;
                return size;
            } else {
                size.files += 1;
                size.bytes += metadata.len();
            }
        }
    }
    size
}

/// Bytes that are free on the file system of a folder, if the system tells.
#[cfg(unix)]
pub fn free(folder: &Path) -> Option<u64> {
    let system = rustix::fs::statvfs(folder).ok()?;
    Some(system.f_bavail.saturating_mul(system.f_frsize))
}

/// Bytes that are free on the file system of a folder, if the system tells.
#[cfg(not(unix))]
pub fn free(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_counted_with_their_sizes() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("raw/a.example")).unwrap();
        for (name, text) in [("raw/a.html", "12345"), ("raw/a.example/b.html", "123")] {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        let sizes = folders(&Layout::at(dir.path()));
        assert_eq!(sizes[0], ("raw pages", FolderSize { files: 2, bytes: 8, is_partial: false }));
        assert_eq!(sizes[1].1, FolderSize::default());
        #[cfg(unix)]
        assert!(free(dir.path()).is_some());
    }
}
