//! Files inside a ZIP container, read one at a time under a cap and within the container's [`Budget`], whatever sizes the container declares.

use std::borrow::Cow;
use std::io::{Read, Seek};

use zip::ZipArchive;

use super::budget::{Budget, too_large};

/// Most files in a container.
const MAX_FILES: usize = 100_000;

/// An open ZIP container. Its errors are fragments that say what is wrong with the file.
pub struct ZipContainer<R> {
    zip: ZipArchive<R>,
    budget: Budget,
}

impl<R: Read + Seek> ZipContainer<R> {
    /// Reads the directory of a container.
    pub fn open(reader: R, budget: Budget) -> Result<Self, String> {
        let zip = ZipArchive::new(reader).map_err(|error| error.to_string())?;
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
