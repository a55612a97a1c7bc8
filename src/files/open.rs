//! Opens files for reading, without waiting, and checks that they are what they should be.

use std::fs::{self, File, FileType, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Bytes of two files that are compared at a time.
const CHUNK: u64 = 64 << 10;

/// Something other than a regular file or a folder is in a file's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is {0}, not a regular file")]
pub struct NotAFile(&'static str);

/// Opens a regular file for reading; never waits. Anything else is an error: [`NotAFile`], or [`ErrorKind::IsADirectory`]. It is not even
/// opened, since opening a device may do something to it; the type is checked again after opening, since it may have been replaced.
pub fn open(path: &Path) -> io::Result<File> {
    expect_file(path)?;
    let file = without_waiting().read(true).open(path)?;
    check(&file.metadata()?)?;
    Ok(file)
}

/// The content of a regular file of at most `max` bytes.
pub fn read(path: &Path, max: u64) -> io::Result<Vec<u8>> {
    read_from(open(path)?, max)
}

/// The content of a regular UTF-8 file of at most `max` bytes.
pub fn read_text(path: &Path, max: u64) -> io::Result<String> {
    read_text_from(open(path)?, max)
}

/// The rest of an open file of at most `max` bytes.
pub fn read_from(file: File, max: u64) -> io::Result<Vec<u8>> {
    let size = file.metadata()?.len().min(max);
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    file.take(max.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max {
        return Err(io::Error::new(ErrorKind::FileTooLarge, format!("larger than {max} bytes")));
    }
    Ok(bytes)
}

/// The rest of an open UTF-8 file of at most `max` bytes.
pub fn read_text_from(file: File, max: u64) -> io::Result<String> {
    String::from_utf8(read_from(file, max)?).map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is not UTF-8"))
}

/// An error unless there is a regular file at the path.
fn expect_file(path: &Path) -> io::Result<()> {
    check(&fs::metadata(path)?)
}

/// Opens a file that the user named on the command line. Besides regular files, this may be a pipe (`<(…)`, `/dev/stdin`, a FIFO, which is
/// waited for as `cat` does), a terminal, or `/dev/null`.
pub fn open_named(path: &Path) -> io::Result<File> {
    if is_stream(path) { OpenOptions::new().read(true).open(path) } else { open(path) }
}

/// An error if anything but a regular file is in place of a SQLite database or of a file that SQLite keeps next to it. SQLite would wait for
/// a pipe's other end.
pub fn expect_database(path: &Path) -> io::Result<()> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut file = path.as_os_str().to_os_string();
        file.push(suffix);
        match expect_file(Path::new(&file)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a path is that of a pipe, a terminal, or `/dev/null`: it can be read once, and has no size.
pub fn is_stream(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| is_pipe_or_null(&metadata) || is_terminal(path, &metadata))
}

/// Opens a folder, to sync it.
pub fn open_folder(path: &Path) -> io::Result<File> {
    let file = without_waiting().read(true).open(path)?;
    if file.metadata()?.is_dir() { Ok(file) } else { Err(ErrorKind::NotADirectory.into()) }
}

/// What is in a file's place, if the error says that it is neither a file nor a folder.
pub fn not_a_file(error: &io::Error) -> Option<NotAFile> {
    error.get_ref()?.downcast_ref().copied()
}

/// Whether the error means that something is there, but no file that could be read: a pipe, a device, a folder, a link to itself, a name or a
/// link that is too long. Trying again is of no use, unlike after an error of the disk.
pub fn is_no_file(error: &io::Error) -> bool {
    not_a_file(error).is_some()
        || matches!(error.kind(), ErrorKind::IsADirectory | ErrorKind::InvalidFilename)
        || is_link_loop(error)
}

/// The options of [`OpenOptions::new`], but opening a pipe does not wait for its other end, and a terminal does not become the process's.
pub(super) fn without_waiting() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | libc::O_NOCTTY);
    options
}

/// An error unless it is a regular file.
pub(super) fn check(metadata: &Metadata) -> io::Result<()> {
    let found = metadata.file_type();
    match (found.is_file(), found.is_dir()) {
        (true, _) => Ok(()),
        (_, true) => Err(ErrorKind::IsADirectory.into()),
        _ => Err(io::Error::other(NotAFile(name_of(found)))),
    }
}

#[cfg(unix)]
fn name_of(found: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if found.is_fifo() {
        "a pipe"
    } else if found.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
fn name_of(_: FileType) -> &'static str {
    "a device"
}

#[cfg(unix)]
fn is_pipe_or_null(metadata: &Metadata) -> bool {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let is_null = || fs::metadata("/dev/null").is_ok_and(|null| null.rdev() == metadata.rdev());
    metadata.file_type().is_fifo() || (metadata.file_type().is_char_device() && is_null())
}

#[cfg(not(unix))]
fn is_pipe_or_null(_: &Metadata) -> bool {
    false
}

#[cfg(unix)]
fn is_terminal(path: &Path, metadata: &Metadata) -> bool {
    use std::io::IsTerminal;
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_char_device() && without_waiting().read(true).open(path).is_ok_and(|device| device.is_terminal())
}

#[cfg(not(unix))]
fn is_terminal(_: &Path, _: &Metadata) -> bool {
    false
}

#[cfg(unix)]
fn is_link_loop(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::ELOOP)
}

#[cfg(not(unix))]
fn is_link_loop(_: &io::Error) -> bool {
    false
}

/// Whether two regular files have the same content.
pub fn have_same_content(one: &Path, other: &Path) -> io::Result<bool> {
    let (mut one, mut other) = (open(one)?, open(other)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    loop {
        for (file, chunk) in [(&mut one, &mut left), (&mut other, &mut right)] {
            chunk.clear();
            file.take(CHUNK).read_to_end(chunk)?;
        }
        if left != right || left.is_empty() {
            return Ok(left == right);
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    /// A folder with something of every kind in it, and what is said of each when it is read.
    fn zoo() -> (tempfile::TempDir, Vec<(&'static str, &'static str)>) {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        assert!(Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        fs::create_dir(at("folder")).unwrap();
        symlink("loop", at("loop")).unwrap();
        symlink("x".repeat(400), at("long")).unwrap();
        symlink("/dev/zero", at("device")).unwrap();
        symlink("pipe", at("link")).unwrap();
        let said = vec![
            ("pipe", "it is a pipe, not a regular file"),
            ("socket", "it is a socket, not a regular file"),
            ("device", "it is a device, not a regular file"),
            ("link", "it is a pipe, not a regular file"),
            ("folder", "is a directory"),
            ("loop", "symbolic links"),
            ("long", "too long"),
        ];
        (dir, said)
    }

    #[test]
    fn only_regular_files_are_opened_and_nothing_is_waited_for() {
        let (dir, said) = zoo();
        for (name, words) in said {
            let error = read(&dir.path().join(name), 100).unwrap_err();
            assert!(error.to_string().to_lowercase().contains(words), "{name}: {error}");
            assert!(is_no_file(&error), "{name}");
        }
        let missing = open(&dir.path().join("missing")).unwrap_err();
        assert!(missing.kind() == ErrorKind::NotFound && !is_no_file(&missing));
        fs::write(dir.path().join("file"), "four").unwrap();
        symlink("file", dir.path().join("to-file")).unwrap();
        assert_eq!(read(&dir.path().join("to-file"), 4).unwrap(), b"four");
        assert_eq!(read(&dir.path().join("file"), 3).unwrap_err().kind(), ErrorKind::FileTooLarge);
        fs::write(dir.path().join("file"), b"\xff").unwrap();
        assert_eq!(read_text(&dir.path().join("file"), 4).unwrap_err().to_string(), "it is not UTF-8");
    }

    #[test]
    fn a_pipe_that_the_user_names_is_read_and_a_device_is_not() {
        let (dir, _) = zoo();
        let pipe = dir.path().join("pipe");
        let writer = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::write(pipe, "through the pipe").unwrap()
        });
        let mut text = String::new();
        open_named(&pipe).unwrap().read_to_string(&mut text).unwrap();
        writer.join().unwrap();
        assert_eq!(text, "through the pipe");
        assert_eq!(open_named(Path::new("/dev/null")).unwrap().read(&mut [0]).unwrap(), 0);
        for name in ["device", "socket", "folder"] {
            assert!(open_named(&dir.path().join(name)).is_err(), "{name}");
        }
    }

    #[test]
    fn only_folders_are_opened_as_folders() {
        let (dir, _) = zoo();
        assert!(open_folder(&dir.path().join("folder")).is_ok());
        assert_eq!(open_folder(&dir.path().join("pipe")).unwrap_err().kind(), ErrorKind::NotADirectory);
    }
}
