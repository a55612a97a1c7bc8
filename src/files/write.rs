//! Opens files for writing, without waiting, and never writes into a pipe or a device in a file's place.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use super::open::{check, open, open_folder, without_waiting};

/// Creates a file for writing. Whatever has its name is removed first, so that nothing is written through a link or into a pipe.
pub fn create(path: &Path) -> io::Result<File> {
    let create = || OpenOptions::new().write(true).create_new(true).open(path);
    match create() {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => fs::remove_file(path).and_then(|()| create()),
        created => created,
    }
}

/// Creates a file to write to its end; an error if anything has its name.
pub fn create_new(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create_new(true).open(path)
}

/// Opens a regular file for reading and writing, with what it contains; creates it if there is none.
pub fn open_or_create(path: &Path) -> io::Result<File> {
    let file = without_waiting().read(true).write(true).create(true).truncate(false).open(path)?;
    check(&file.metadata()?)?;
    Ok(file)
}

/// Opens a regular file to add to its end; creates it if there is none.
pub fn append(path: &Path) -> io::Result<File> {
    let file = without_waiting().append(true).create(true).open(path)?;
    check(&file.metadata()?)?;
    Ok(file)
}

/// Writes a regular file, in place of what it contains.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = open_or_create(path)?;
    file.set_len(0)?;
    file.write_all(bytes)
}

/// Writes a file completely or not at all: under a hidden name first, then renamed. What has its name is replaced.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    whole(path, |file| file.write_all(bytes))
}

/// Copies a regular file completely or not at all.
pub fn copy_whole(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = open(from)?;
    whole(to, |file| io::copy(&mut source, file).map(|_| ()))
}

fn whole(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Err(ErrorKind::InvalidInput.into()) };
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(".part");
    let hidden = folder.join(hidden);
    let mut file = create(&hidden)?;
    let written = write(&mut file).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&hidden, path));
    if written.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&hidden);
    }
    written?;
    if cfg!(unix) { open_folder(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_file_is_created_in_place_of_anything_and_through_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (target, link, pipe) = (dir.path().join("target"), dir.path().join("link"), dir.path().join("pipe"));
        fs::write(&target, "kept").unwrap();
        symlink(&target, &link).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [&link, &pipe] {
            create(path).unwrap().write_all(b"new").unwrap();
            assert_eq!(fs::read(path).unwrap(), b"new");
            assert!(fs::symlink_metadata(path).unwrap().is_file());
        }
        assert_eq!(fs::read(target).unwrap(), b"kept");
    }

    #[test]
    fn a_pipe_is_never_written_into() {
        let dir = tempfile::tempdir().unwrap();
        let (file, pipe) = (dir.path().join("file"), dir.path().join("pipe"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert!(open_or_create(&pipe).is_err() && append(&pipe).is_err() && replace(&pipe, b"x").is_err());
        replace(&file, b"long enough").unwrap();
        replace(&file, b"short").unwrap();
        append(&file).unwrap().write_all(b", more").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"short, more");
    }

    #[test]
    fn a_file_is_there_as_a_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let (file, copy) = (dir.path().join("file"), dir.path().join("copy"));
        write_whole(&file, b"one").unwrap();
        write_whole(&file, b"two").unwrap();
        copy_whole(&file, &copy).unwrap();
        assert_eq!((fs::read(&file).unwrap(), fs::read(&copy).unwrap()), (b"two".to_vec(), b"two".to_vec()));
        assert!(copy_whole(&dir.path().join("none"), &copy).is_err() && write_whole(&dir.path().join("no/file"), b"").is_err());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }
}
