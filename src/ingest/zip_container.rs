//! Files inside a ZIP container, read one at a time under a cap and within the container's [`Budget`], whatever sizes the container declares.

use std::borrow::Cow;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use zip::ZipArchive;

use gleaner_warc::budget::{Budget, too_large};

/// Most files in a container.
const MAX_FILES: usize = 100_000;

/// Most bytes that are read to find and read the directory of a container: it is held in memory, and what it says of its own size may be wrong.
/// Those of a hundred thousand files have ten to twenty megabytes.
const MAX_DIRECTORY: u64 = 32 << 20;

/// An open ZIP container. Its errors are fragments that say what is wrong with the file.
pub struct ZipContainer<R> {
    zip: ZipArchive<Limited<R>>,
    budget: Budget,
}

impl<R: Read + Seek> ZipContainer<R> {
    /// Reads the directory of a container.
    pub fn open(reader: R, budget: Budget) -> Result<Self, String> {
        let left = Arc::new(AtomicU64::new(MAX_DIRECTORY));
        let zip = ZipArchive::new(Limited { inner: reader, left: Arc::clone(&left) }).map_err(|error| {
            match left.load(Ordering::Relaxed) {
                0 => format!("its directory has more than {MAX_DIRECTORY} bytes"),
                _ => error.to_string(),
            }
        })?;
        // The files have limits of their own.
        left.store(u64::MAX, Ordering::Relaxed);
        if zip.len() > MAX_FILES {
            return Err(format!("it contains more than {MAX_FILES} files"));
        }
        Ok(Self { zip, budget })
    }

    /// Whether the container has a file of this name.
    pub fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// The names of the files, in the order of the directory; those of folders end in a slash. Names that are not marked as UTF-8 are read as code
    /// page 437, as ZIP prescribes.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let name = |(name, raw): (Result<Cow<'_, str>, _>, &[u8])| match name {
            Ok(name) => name.into_owned(),
            Err(_) => String::from_utf8_lossy(raw).into_owned(),
        };
        self.zip.file_names().zip(self.zip.file_names_raw()).map(name)
    }

    /// Whether the container is a document of its own: an office document, an e-book, a program.
    pub fn is_document(&self) -> bool {
        const MARKERS: &[&str] = &[
            "[Content_Types].xml",
            "mimetype",
            "META-INF/MANIFEST.MF",
            "META-INF/manifest.xml",
            "META-INF/container.xml",
            "AndroidManifest.xml",
        ];
        MARKERS.iter().any(|name| self.has(name))
    }

    /// The content of a file; an error if it has more than `cap` bytes.
    pub fn read(&mut self, name: &str, cap: usize) -> Result<Vec<u8>, String> {
        let index = self.zip.index_for_name(name).ok_or_else(|| format!("{name}: there is no such file in it"))?;
        self.read_at(index, cap).map_err(|reason| format!("{name}: {reason}"))
    }

    /// The content of the file at a position in the directory, from 0; an error if it has more than `cap` bytes.
    pub fn read_at(&mut self, index: usize, cap: usize) -> Result<Vec<u8>, String> {
        let file = self.zip.by_index(index).map_err(|error| error.to_string())?;
        let mut bytes = Vec::new();
        self.budget.charge(file).take(cap as u64 + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if bytes.len() > cap { Err(too_large(cap as u64)) } else { Ok(bytes) }
    }

    /// The content of a UTF-8 text file, such as the XML parts of EPUB and DOCX.
    pub fn read_text(&mut self, name: &str, cap: usize) -> Result<String, String> {
        String::from_utf8(self.read(name, cap)?).map_err(|_| format!("{name} is not UTF-8"))
    }
}

/// A reader that fails once so many bytes have been read.
struct Limited<R> {
    inner: R,
    left: Arc<AtomicU64>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Err(io::Error::other("too much was read"));
        }
        let end = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let count = self.inner.read(buffer.get_mut(..end).unwrap_or_default())?;
        self.left.store(left.saturating_sub(count as u64), Ordering::Relaxed);
        Ok(count)
    }
}

impl<R: Seek> Seek for Limited<R> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.inner.seek(position)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    /// A container whose files have names of 60,000 bytes.
    fn with_long_names(files: usize) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for number in 0..files {
            zip.start_file(format!("{number:060000}"), SimpleFileOptions::default()).unwrap();
            zip.write_all(b"x").unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn a_directory_is_read_up_to_its_limit() {
        let mut zip = ZipContainer::open(Cursor::new(with_long_names(100)), Budget::new(0, 10)).unwrap();
        assert_eq!((zip.names().count(), zip.read_at(99, 10).unwrap()), (100, b"x".to_vec()));
        let refused = ZipContainer::open(Cursor::new(with_long_names(600)), Budget::new(0, 10)).map(|_| ());
        assert_eq!(refused, Err("its directory has more than 33554432 bytes".to_owned()));
    }
}
