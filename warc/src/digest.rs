//! Checksums in WARC records (`WARC-Block-Digest`, `WARC-Payload-Digest`): SHA-1 and SHA-256, in Base32 or hexadecimal. Other algorithms are
//! ignored; the standard requires none.

use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// The digest that a record declares for its block or payload, compared with the bytes read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredDigest {
    hasher: Hasher,
    /// The declared value, without padding, in upper case.
    value: String,
}

/// The hash of the bytes so far.
#[derive(Clone, Debug)]
enum Hasher {
    Sha1(Sha1),
    Sha256(Sha256),
}

impl PartialEq for Hasher {
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl Eq for Hasher {}

impl DeclaredDigest {
    /// Parses `sha1:3EF4GH5IJ6KL7MN8OPQAS2KL3MN4OP5Q`; `None` for other algorithms and lengths.
    pub fn parse(field: &str) -> Option<Self> {
        let (name, value) = field.trim().split_once(':')?;
        let value = value.trim().trim_end_matches('=').to_ascii_uppercase();
        let hasher = match (name.to_ascii_lowercase().as_str(), value.len()) {
            ("sha1" | "sha-1", 32 | 40) => Hasher::Sha1(Sha1::new()),
            ("sha256" | "sha-256", 52 | 64) => Hasher::Sha256(Sha256::new()),
            _ => return None,
        };
        Some(Self { hasher, value })
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.hasher {
            Hasher::Sha1(hasher) => hasher.update(bytes),
            Hasher::Sha256(hasher) => hasher.update(bytes),
        }
    }

    /// Whether the bytes added so far have this digest.
    pub fn verify(self) -> bool {
        let hash = match self.hasher {
            Hasher::Sha1(hasher) => hasher.finalize().to_vec(),
            Hasher::Sha256(hasher) => hasher.finalize().to_vec(),
        };
        self.value == if self.value.len() == 2 * hash.len() { hex(&hash) } else { base32(&hash) }
    }

    /// Whether these bytes alone have this digest.
    pub fn matches(&self, bytes: &[u8]) -> bool {
        let mut digest = self.clone();
        digest.update(bytes);
        digest.verify()
    }
}

fn hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Base32 (RFC 4648 §6) without padding.
fn base32(hash: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::with_capacity(hash.len().div_ceil(5) * 8);
    for group in hash.chunks(5) {
        let bits = group.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte)) << (8 * (5 - group.len()));
        let digits = (group.len() * 8).div_ceil(5);
        out.extend((0..digits).map(|at| char::from(DIGITS[(bits >> (35 - 5 * at) & 31) as usize])));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_understood_and_other_algorithms_are_ignored() {
        // The well-known digests of the empty string.
        for field in [
            "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",
            "SHA-1:da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
            "sha256:4OYMIQUY7QOBJGX36TEJS35ZEQT24QPEMSNZGTFESWMRW6CSXBKQ====",
        ] {
            let digest = DeclaredDigest::parse(field).unwrap();
            assert!(digest.matches(b"") && !digest.matches(b"x"), "{digest:?}");
        }
        for other in ["md5:d41d8cd98f00b204e9800998ecf8427e", "sha1:abc", "sha1", ""] {
            assert_eq!(DeclaredDigest::parse(other), None, "{other}");
        }
    }
}
