//! Paths as text, without loss: on Unix, a byte that is not UTF-8 is written `\xHH`, and a backslash `\\`. So every path has one text, every
//! text leads back to one path, and a path that is UTF-8 and has no backslash is its own text. Opens nothing.

use std::path::{Path, PathBuf};

use serde::Serializer;

/// Serializes a path as its text, for serde's `serialize_with`: by itself, a path that is not UTF-8 is an error.
pub fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path_text(path))
}

/// The text of a path, as in sidecars, journals, messages and JSON.
#[cfg(unix)]
pub fn path_text(path: &Path) -> String {
    use std::fmt::Write;
    use std::os::unix::ffi::OsStrExt;
    let mut out = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        out.push_str(&chunk.valid().replace('\\', r"\\"));
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

/// The path that [`path_text`] gave this text.
#[cfg(unix)]
pub fn path_of_text(text: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        bytes.extend_from_slice(before.as_bytes());
        let byte = escape.strip_prefix(r"\x").and_then(|hex| hex.get(..2)).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        let (byte, length) = byte.map_or((b'\\', if escape.starts_with(r"\\") { 2 } else { 1 }), |byte| (byte, 4));
        bytes.push(byte);
        rest = escape.get(length..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest.as_bytes());
    std::ffi::OsString::from_vec(bytes).into()
}

/// The text of a path, as in sidecars, journals, messages and JSON: `/` is the separator on every platform.
#[cfg(not(unix))]
pub fn path_text(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// The path that [`path_text`] gave this text.
#[cfg(not(unix))]
pub fn path_of_text(text: &str) -> PathBuf {
    PathBuf::from(text)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn every_path_has_one_text_that_leads_back_to_it() {
        let texts = [
            (&b"raw/Z\xc3\xbcrich.html"[..], "raw/Zürich.html"),
            (b"raw/caf\xe9.html", r"raw/caf\xe9.html"),
            (b"raw/caf\\xe9.html", r"raw/caf\\xe9.html"),
            (b"\xff\\\xfe", r"\xff\\\xfe"),
            (b"cut \xe2\x82", r"cut \xe2\x82"),
            (b"", ""),
        ];
        for (bytes, text) in texts {
            let path = Path::new(OsStr::from_bytes(bytes));
            assert_eq!(path_text(path), text);
            assert_eq!(path_of_text(text), path);
        }
        assert_eq!(path_of_text(r"a\b"), Path::new(r"a\b"), "a lone backslash stands for itself");
    }
}
