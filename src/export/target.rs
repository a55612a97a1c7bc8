//! Where an export goes: a regular file, which is replaced at once when the export is whole, or a pipe, device or open descriptor, which is
//! written into as it is. Knows no formats but those of compression.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use flate2::write::GzEncoder;

use crate::files;

/// Most symbolic links that are followed, as in Linux.
const MAX_LINKS: usize = 40;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip (RFC 1952).
    Gzip,
    /// Zstandard (RFC 8878).
    Zstd,
}

/// What a path names, symbolic links followed.
enum Place {
    /// A regular file, or none yet.
    File(PathBuf),
    /// Anything that cannot be replaced: a pipe, a device.
    Stream(PathBuf),
    /// A descriptor that a shell has opened, by its name in `/dev/fd` or `/proc`; it may be of a file that the shell appends to.
    Descriptor(PathBuf),
}

/// Whether the path names something that is written into as it is and not replaced: a pipe, a device, an open descriptor.
pub fn is_stream(path: &Path) -> bool {
    matches!(place_of(path), Ok(Place::Stream(_) | Place::Descriptor(_)))
}

fn place_of(path: &Path) -> io::Result<Place> {
    let mut path = path.to_path_buf();
    for _ in 0..MAX_LINKS {
        if is_descriptor(&path) {
            return Ok(Place::Descriptor(path));
        }
        let kind = match fs::symlink_metadata(&path) {
            Ok(metadata) => metadata.file_type(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Place::File(path)),
            Err(error) => return Err(error),
        };
        if kind.is_symlink() {
            let target = fs::read_link(&path)?;
            path = folder_of(&path).join(target);
        } else if kind.is_dir() {
            return Err(ErrorKind::IsADirectory.into());
        } else {
            return Ok(if kind.is_file() { Place::File(path) } else { Place::Stream(path) });
        }
    }
    Err(io::Error::other("it leads through too many symbolic links"))
}

/// Whether the path is the name of an open descriptor: `/dev/fd/3`, `/proc/self/fd/1` (which `/dev/stdout` links to).
fn is_descriptor(path: &Path) -> bool {
    let Some(folder) = path.parent().and_then(|folder| folder.canonicalize().ok()) else { return false };
    folder == Path::new("/dev/fd") || (folder.starts_with("/proc") && folder.ends_with("fd"))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Where an export is written to. A regular file is there only after [`finish`](Target::finish).
pub struct Target {
    out: Encoder,
    /// For a regular file: itself, and where it is written until it is whole.
    replaces: Option<Replacement>,
}

struct Replacement {
    path: PathBuf,
    part: PathBuf,
}

impl Drop for Replacement {
    fn drop(&mut self) {
        // Half an export is of no use; after `finish`, there is none.
        let _ = fs::remove_file(&self.part);
    }
}

enum Encoder {
    Plain(BufWriter<File>),
    Gzip(GzEncoder<BufWriter<File>>),
    Zstd(zstd::Encoder<'static, BufWriter<File>>),
}

impl Target {
    /// Opens what the path names. A pipe waits here for its reader.
    pub fn open(path: &Path, compression: Compression) -> io::Result<Self> {
        let (file, replaces) = match place_of(path)? {
            Place::File(path) => {
                let (file, replacement) = Replacement::create(path)?;
                (file, Some(replacement))
            }
            Place::Stream(path) => (OpenOptions::new().write(true).open(path)?, None),
            Place::Descriptor(path) => (OpenOptions::new().append(true).open(path)?, None),
        };
        let file = BufWriter::new(file);
        let out = match compression {
            Compression::None => Encoder::Plain(file),
            Compression::Gzip => Encoder::Gzip(GzEncoder::new(file, flate2::Compression::default())),
            Compression::Zstd => Encoder::Zstd(zstd::Encoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL)?),
        };
        Ok(Self { out, replaces })
    }

    /// Writes what is left. A regular file then replaces the one that was there.
    pub fn finish(self) -> io::Result<()> {
        let Self { out, replaces } = self;
        let file = match out {
            Encoder::Plain(file) => file,
            Encoder::Gzip(gzip) => gzip.finish()?,
            Encoder::Zstd(zstd) => zstd.finish()?,
        };
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let Some(replacement) = replaces else { return Ok(()) };
        file.sync_all()?;
        fs::rename(&replacement.part, &replacement.path)?;
        if cfg!(unix) {
            File::open(folder_of(&replacement.path))?.sync_all()?;
        }
        Ok(())
    }
}

impl Replacement {
    /// Creates the file `PATH.part`, with the permissions of the one that it is to replace.
    fn create(path: PathBuf) -> io::Result<(File, Self)> {
        let mut part = OsString::from(&path);
        part.push(".part");
        let part = PathBuf::from(part);
        // A new file never follows a link that somebody else left there. What an export that was killed left is removed.
        let file = files::create(&part)?;
        let replacement = Self { path, part };
        if let Ok(replaced) = fs::metadata(&replacement.path) {
            file.set_permissions(replaced.permissions())?;
        }
        Ok((file, replacement))
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.out {
            Encoder::Plain(file) => file.write(bytes),
            Encoder::Gzip(gzip) => gzip.write(bytes),
            Encoder::Zstd(zstd) => zstd.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.out {
            Encoder::Plain(file) => file.flush(),
            Encoder::Gzip(gzip) => gzip.flush(),
            Encoder::Zstd(zstd) => zstd.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) -> io::Result<()> {
        let mut target = Target::open(path, Compression::None)?;
        target.write_all(text.as_bytes())?;
        target.finish()
    }

    #[test]
    fn a_file_is_replaced_only_when_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out");
        write(&path, "old").unwrap();
        let mut target = Target::open(&path, Compression::None).unwrap();
        target.write_all(b"new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        drop(target);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "an export that failed leaves nothing");
        // What an export that was killed left is in nobody's way.
        fs::write(dir.path().join("out.part"), "half").unwrap();
        write(&path, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        assert_eq!(write(dir.path(), "x").unwrap_err().kind(), ErrorKind::IsADirectory);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_never_replaced() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        fs::create_dir(path("elsewhere")).unwrap();
        fs::write(path("elsewhere/file"), "old").unwrap();
        fs::set_permissions(path("elsewhere/file"), fs::Permissions::from_mode(0o640)).unwrap();
        symlink("elsewhere/file", path("link")).unwrap();
        symlink("link", path("second")).unwrap();
        symlink("elsewhere/missing", path("dangling")).unwrap();
        symlink("loop", path("loop")).unwrap();
        for (link, file) in [("second", "elsewhere/file"), ("dangling", "elsewhere/missing")] {
            write(&path(link), "new").unwrap();
            assert!(fs::symlink_metadata(path(link)).unwrap().is_symlink());
            assert_eq!(fs::read_to_string(path(file)).unwrap(), "new");
        }
        assert_eq!(fs::metadata(path("elsewhere/file")).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(write(&path("loop"), "x").unwrap_err().to_string().contains("too many symbolic links"));
        // A link in place of the temporary file is removed, and what it leads to stays as it is.
        fs::write(path("victim"), "kept").unwrap();
        symlink("victim", path("out.part")).unwrap();
        write(&path("out"), "new").unwrap();
        assert_eq!(fs::read_to_string(path("victim")).unwrap(), "kept");
    }

    #[cfg(unix)]
    #[test]
    fn devices_are_written_into() {
        use std::os::unix::fs::FileTypeExt;
        write(Path::new("/dev/null"), "x").unwrap();
        assert!(is_stream(Path::new("/dev/null")) && fs::metadata("/dev/null").unwrap().file_type().is_char_device());
        assert!(!is_stream(Path::new("no such file")));
        if Path::new("/dev/full").exists() {
            assert_eq!(write(Path::new("/dev/full"), "x").unwrap_err().kind(), ErrorKind::StorageFull);
            assert!(fs::metadata("/dev/full").unwrap().file_type().is_char_device());
        }
    }
}
