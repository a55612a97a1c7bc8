//! Which file or folder a path leads to, whatever links are on the way.

use std::io;
use std::path::Path;

/// A file or folder on this machine: two paths that lead to the same one have the same id. Found by one system call, whatever the path's depth.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PathId(Id);

#[cfg(unix)]
type Id = (u64, u64);

#[cfg(not(unix))]
type Id = std::path::PathBuf;

impl PathId {
    /// The file or folder at a path, links followed.
    pub fn of(path: &Path) -> io::Result<Self> {
        id(path).map(Self)
    }
}

/// Device and inode.
#[cfg(unix)]
fn id(path: &Path) -> io::Result<Id> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn id(path: &Path) -> io::Result<Id> {
    std::fs::canonicalize(path)
}
