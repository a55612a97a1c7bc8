//! The compressions that whole files come in, recognised by their first bytes. Decompresses nothing.

use std::fmt;

/// A compression format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// gzip (RFC 1952).
    Gzip,
    /// zstd (RFC 8878).
    Zstd,
    /// xz (<https://tukaani.org/xz/xz-file-format.txt>).
    Xz,
    /// bzip2 (<https://sourceware.org/bzip2/>).
    Bzip2,
}

/// A compression's name, and how every file begins that has it.
struct Signature {
    compression: Compression,
    name: &'static str,
    magic: &'static [u8],
}

const SIGNATURES: &[Signature] = &[
    Signature { compression: Compression::Gzip, name: "gzip", magic: &[0x1f, 0x8b, 0x08] },
    Signature { compression: Compression::Zstd, name: "zstd", magic: &[0x28, 0xb5, 0x2f, 0xfd] },
    Signature { compression: Compression::Xz, name: "xz", magic: b"\xfd7zXZ\0" },
    Signature { compression: Compression::Bzip2, name: "bzip2", magic: b"BZh" },
];

/// How the first block of a bzip2 file begins, or its end if it has no block. `BZh` alone also begins texts.
const BZIP2_BLOCKS: &[&[u8]] = &[b"1AY&SY", b"\x17rE8P\x90"];

impl Compression {
    /// Bytes that [`Compression::detect`] needs to recognise every compression.
    pub const DETECTION_BYTES: usize = 10;

    /// The compression of a file that starts with these bytes.
    pub fn detect(start: &[u8]) -> Option<Self> {
        let found = SIGNATURES.iter().find(|signature| start.starts_with(signature.magic))?.compression;
        let is_bzip2 = || start.get(4..).is_some_and(|block| BZIP2_BLOCKS.iter().any(|known| block.starts_with(known)));
        (found != Self::Bzip2 || is_bzip2()).then_some(found)
    }

    /// The bytes that compressed data starts with.
    pub fn magic(self) -> &'static [u8] {
        self.signature().map_or(b"", |signature| signature.magic)
    }

    fn signature(self) -> Option<&'static Signature> {
        SIGNATURES.iter().find(|signature| signature.compression == self)
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.signature().map_or("", |signature| signature.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_not_taken_for_bzip2() {
        assert_eq!(Compression::detect(b"BZh91AY&SYxx"), Some(Compression::Bzip2));
        assert_eq!(Compression::detect(b"BZh9\x17rE8P\x90"), Some(Compression::Bzip2));
        for text in [&b"BZh is a newspaper.\n"[..], b"BZh9", b"7zXZ", b""] {
            assert_eq!(Compression::detect(text), None, "{text:?}");
        }
    }
}
