//! Files in a ZIP container, read one at a time under a cap, whatever the container says of their size.

use std::io::{Read, Seek};

use zip::ZipArchive;

use super::failure::too_large;

/// Most files in a container.
const MAX_FILES: usize = 100_000;

/// A ZIP container.
pub struct Zipped<R> {
    zip: ZipArchive<R>,
}

impl<R: Read + Seek> Zipped<R> {
    /// Opens a container. The error says what is wrong with it.
    pub fn open(reader: R) -> Result<Self, String> {
        let zip = ZipArchive::new(reader).map_err(|error| error.to_string())?;
        if zip.len() > MAX_FILES {
            return Err(format!("it holds more than {MAX_FILES} files"));
        }
        Ok(Self { zip })
    }

    /// Whether there is a file of this name.
    pub fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// The bytes of a file, at most `cap` of them.
    pub fn read(&mut self, name: &str, cap: usize) -> Result<Vec<u8>, String> {
        let file = self.zip.by_name(name).map_err(|error| format!("{name}: {error}"))?;
        let mut bytes = Vec::new();
        file.take(cap as u64 + 1).read_to_end(&mut bytes).map_err(|error| format!("{name}: {error}"))?;
        if bytes.len() > cap { Err(too_large(cap as u64)) } else { Ok(bytes) }
    }

    /// A file that is text in UTF-8, as XML in such containers is.
    pub fn read_text(&mut self, name: &str, cap: usize) -> Result<String, String> {
        String::from_utf8(self.read(name, cap)?).map_err(|_| format!("{name} is not UTF-8"))
    }
}
