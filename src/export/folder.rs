//! Exports of many files in a folder: a new folder that takes the place of the old one at once, or a folder of which single files are updated. Deletes
//! no file that an export did not write. Knows no formats.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::files;

/// Marks a folder that an export wrote, so that the next one may replace it. Readers of Parquet pass over names that begin with a dot.
const MARK: &str = ".gleaner-export";

/// Largest file that is compared with what is to be written.
const MAX_COMPARED: u64 = 64 << 20;

/// Takes the files of an export.
pub trait FileSink {
    /// Writes a file. `path` is relative, with `/` as separator.
    fn put(&mut self, path: &str, bytes: &[u8]) -> io::Result<()>;

    /// Called once, after the last file.
    fn finish(&mut self) -> io::Result<()>;
}

impl<S: FileSink> FileSink for &mut S {
    fn put(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        (**self).put(path, bytes)
    }

    fn finish(&mut self) -> io::Result<()> {
        (**self).finish()
    }
}

/// A folder that is written as `FOLDER.part`, and takes the place of the one before when it is whole.
#[derive(Debug)]
pub struct ReplacedFolder {
    folder: PathBuf,
    part: PathBuf,
    old: PathBuf,
}

impl ReplacedFolder {
    /// Begins a folder. One that is there must be empty, or come from an export.
    pub fn create(folder: &Path) -> io::Result<Self> {
        let with = |end: &str| {
            let mut name = OsString::from(folder.components().as_path());
            name.push(end);
            PathBuf::from(name)
        };
        let new = Self { folder: folder.to_path_buf(), part: with(".part"), old: with(".old") };
        // What an export left that was killed between the two renames of `finish`.
        if is_missing(&new.folder) && is_ours(&new.old)? {
            fs::rename(&new.old, &new.folder)?;
        }
        if !is_missing(&new.folder) && !is_ours(&new.folder)? {
            return Err(io::Error::new(
                ErrorKind::AlreadyExists,
                "it has files that no export wrote; name a new or an empty folder",
            ));
        }
        new.remove_part()?;
        fs::create_dir_all(&new.part)?;
        files::create(&new.part.join(MARK))?;
        Ok(new)
    }

    fn remove_part(&self) -> io::Result<()> {
        match is_ours(&self.part)? {
            true => remove(&self.part),
            false if is_missing(&self.part) => Ok(()),
            false => Err(io::Error::new(ErrorKind::AlreadyExists, "there is a folder beside it whose name ends in .part")),
        }
    }
}

impl FileSink for ReplacedFolder {
    fn put(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.part.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        let mut file = files::create(&path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn finish(&mut self) -> io::Result<()> {
        if !is_missing(&self.folder) {
            remove(&self.old)?;
            fs::rename(&self.folder, &self.old)?;
        }
        fs::rename(&self.part, &self.folder)?;
        remove(&self.old)
    }
}

impl Drop for ReplacedFolder {
    fn drop(&mut self) {
        // Half an export is of no use; after `finish`, there is none.
        let _ = remove(&self.part);
    }
}

/// A folder of which files are added and replaced one by one, each at once.
#[derive(Debug)]
pub struct UpdatedFolder {
    folder: PathBuf,
    is_unedited: fn(&[u8]) -> bool,
    edited: u64,
}

impl UpdatedFolder {
    /// Opens or creates a folder. A file that `is_unedited` says no export wrote, or that was edited since, is not replaced.
    pub fn open(folder: &Path, is_unedited: fn(&[u8]) -> bool) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_path_buf(), is_unedited, edited: 0 })
    }

    /// Removes the files whose name and content these accept, apart from those that were edited. Does not follow symbolic links.
    pub fn remove(&mut self, has_name: &dyn Fn(&str) -> bool, is_meant: &dyn Fn(&[u8]) -> bool) -> io::Result<()> {
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() && entry.file_name().to_str().is_some_and(has_name) {
                    // What cannot be read is none that an export wrote.
                    let Ok(file) = files::read(&entry.path(), MAX_COMPARED) else { continue };
                    match is_meant(&file) {
                        true if (self.is_unedited)(&file) => fs::remove_file(entry.path())?,
                        true => self.edited += 1,
                        false => {}
                    }
                }
            }
        }
        Ok(())
    }

    /// Number of files that were neither replaced nor removed because somebody has edited them.
    pub fn edited(&self) -> u64 {
        self.edited
    }
}

impl FileSink for UpdatedFolder {
    fn put(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.folder.join(path);
        match files::read(&path, MAX_COMPARED) {
            Ok(found) if found == bytes => return Ok(()),
            Ok(found) if (self.is_unedited)(&found) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            _ => {
                self.edited += 1;
                return Ok(());
            }
        }
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        // Programs that watch the folder pass over names that begin with a dot.
        let mut name = OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        let part = path.with_file_name(name).with_added_extension("part");
        files::create(&part)?.write_all(bytes).and_then(|()| fs::rename(&part, &path)).inspect_err(|_| {
            let _ = fs::remove_file(&part);
        })
    }

    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn is_missing(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

/// Whether a folder is empty, or comes from an export.
fn is_ours(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none() || folder.join(MARK).is_file()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes a folder, if there is one and an export wrote it.
fn remove(folder: &Path) -> io::Result<()> {
    if !is_missing(folder) && is_ours(folder)? { fs::remove_dir_all(folder) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_replaced_only_when_whole() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("out");
        let write = |path: &str| {
            let mut sink = ReplacedFolder::create(&folder).unwrap();
            sink.put(path, b"x").unwrap();
            sink.finish()
        };
        write("a=1/part").unwrap();
        let mut half = ReplacedFolder::create(&folder).unwrap();
        half.put("b=1/part", b"y").unwrap();
        assert!(folder.join("a=1/part").is_file());
        drop(half);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "an export that failed leaves nothing");
        write("c=1/part").unwrap();
        assert!(folder.join("c=1/part").is_file() && !folder.join("a=1").exists());
        // Killed between the two renames.
        fs::rename(&folder, dir.path().join("out.old")).unwrap();
        drop(ReplacedFolder::create(&folder).unwrap());
        assert!(folder.join("c=1/part").is_file());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn files_of_others_are_never_deleted() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("mine"), "kept").unwrap();
        let error = ReplacedFolder::create(dir.path()).unwrap_err().to_string();
        assert!(error.contains("that no export wrote"), "{error}");
        let folder = dir.path().join("out");
        fs::create_dir(dir.path().join("out.part")).unwrap();
        fs::write(dir.path().join("out.part/mine"), "kept").unwrap();
        assert!(ReplacedFolder::create(&folder).is_err());
        assert!(dir.path().join("mine").is_file() && dir.path().join("out.part/mine").is_file());
    }

    #[test]
    fn files_that_were_edited_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        let mut sink = UpdatedFolder::open(dir.path(), |bytes| bytes.starts_with(b"ours")).unwrap();
        sink.put("2024/a.md", b"ours 1").unwrap();
        sink.put("2024/a.md", b"ours 2").unwrap();
        assert_eq!(fs::read(dir.path().join("2024/a.md")).unwrap(), b"ours 2");
        fs::write(dir.path().join("2024/a.md"), "edited").unwrap();
        sink.put("2024/a.md", b"ours 3").unwrap();
        assert_eq!((fs::read(dir.path().join("2024/a.md")).unwrap().as_slice(), sink.edited()), (b"edited".as_slice(), 1));
        assert_eq!(fs::read_dir(dir.path().join("2024")).unwrap().count(), 1);
    }
}
