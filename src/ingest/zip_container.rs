//! Files inside a ZIP container, read one at a time under a cap that does not trust the sizes the container declares.

use std::io::{Read, Seek};

use zip::ZipArchive;

use super::failure::too_large;

/// Most files in a container.
const MAX_FILES: usize = 100_000;

/// An open ZIP container. Its errors are fragments that say what is wrong with the file.
pub struct ZipContainer<R> {
    zip: ZipArchive<R>,
}

impl<R: Read + Seek> ZipContainer<R> {
    /// Reads the directory of a container.
    pub fn open(reader: R) -> Result<Self, String> {
        let zip = ZipArchive::new(reader).map_err(|error| error.to_string())?;
        if zip.len() > MAX_FILES {
            return Err(format!("it contains more than {MAX_FILES} files"));
        }
        Ok(Self { zip })
    }

    /// Whether the container has a file of this name.
    pub fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// The content of a file; an error if it has more than `cap` bytes.
    pub fn read(&mut self, name: &str, cap: usize) -> Result<Vec<u8>, String> {
        let file = self.zip.by_name(name).map_err(|error| format!("{name}: {error}"))?;
        let mut bytes = Vec::new();
        file.take(cap as u64 + 1).read_to_end(&mut bytes).map_err(|error| format!("{name}: {error}"))?;
        if bytes.len() > cap { Err(too_large(cap as u64)) } else { Ok(bytes) }
    }

    /// The content of a UTF-8 text file, such as the XML parts of EPUB and DOCX.
    pub fn read_text(&mut self, name: &str, cap: usize) -> Result<String, String> {
        String::from_utf8(self.read(name, cap)?).map_err(|_| format!("{name} is not UTF-8"))
    }
}
