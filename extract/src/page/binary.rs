//! Recognises binary data, which is neither HTML nor text.

use super::decode;
use super::input::Error;

/// First bytes of binary files.
const MAGIC: &[(&[u8], &str)] = &[
    (b"%PDF-", "PDF"),
    (b"\x89PNG", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF87a", "GIF image"),
    (b"GIF89a", "GIF image"),
    (b"PK\x03\x04", "ZIP archive or office document"),
    (b"PK\x05\x06", "ZIP archive"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"7z\xbc\xaf", "7-Zip archive"),
    (b"\x7fELF", "ELF program"),
    (b"MZ\x90", "Windows program"),
    (b"OggS", "Ogg media"),
    (b"ID3", "MP3 audio"),
    (b"RIFF", "RIFF media"),
    (b"SQLite format 3", "SQLite database"),
    (b"\xd0\xcf\x11\xe0", "old office document"),
    (b"wOFF", "font"),
    (b"wOF2", "font"),
];

/// Rejects binary data, by its first bytes or by many control characters. `content_type` is the value of the header.
pub fn reject(bytes: &[u8], content_type: Option<&str>) -> Result<(), Error> {
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(Error::Binary { kind });
    }
    let sample = bytes.get(..64 << 10).unwrap_or(bytes);
    // Counting in a byte per chunk lets the compiler vectorise it.
    let control = |byte: &u8| u8::from(matches!(byte, 0x00..=0x08 | 0x0e..=0x1a | 0x1c..=0x1f));
    let controls: usize = sample.chunks(255).map(|chunk| usize::from(chunk.iter().map(control).sum::<u8>())).sum();
    let is_wide = || decode::charset(bytes, content_type, None).is_wide();
    if controls * 50 > sample.len() && !is_wide() {
        return Err(Error::Binary { kind: "control characters" });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_data_is_rejected_and_text_is_not() {
        assert!(reject(b"%PDF-1.7 ...", None).is_err());
        assert!(reject(&[0u8; 100], None).is_err());
        assert!(reject("Überall plain text\n".as_bytes(), None).is_ok());
        assert!(reject(b"\xff\xfea\0b\0c\0", None).is_ok());
        // Without a declaration or a byte order mark, three letters are too few to be sure.
        let unmarked = b"a\0b\0c\0";
        assert!(reject(unmarked, Some("text/html; charset=utf-16le")).is_ok() && reject(unmarked, None).is_err());
    }
}
