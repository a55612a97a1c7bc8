//! The compressions that whole files come in, recognised by their first bytes. Decompresses nothing itself.

use std::fmt;

/// A compression format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// gzip (RFC 1952).
    Gzip,
    /// zstd (RFC 8878).
    Zstd,
}

impl Compression {
    const MAGIC: &[(&[u8], Self)] = &[(&[0x1f, 0x8b, 0x08], Self::Gzip), (&[0x28, 0xb5, 0x2f, 0xfd], Self::Zstd)];

    /// The compression of a file that starts with these bytes.
    pub fn detect(start: &[u8]) -> Option<Self> {
        Self::MAGIC.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, compression)| *compression)
    }

    /// The bytes that compressed data starts with.
    pub fn magic(self) -> &'static [u8] {
        Self::MAGIC.iter().find(|(_, compression)| *compression == self).map_or(b"", |(magic, _)| magic)
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        })
    }
}
