//! Checksums that records carry (`WARC-Block-Digest`, `WARC-Payload-Digest`): SHA-1 and SHA-256, in Base32 or hexadecimal digits. Others are
//! left alone: the standard names none that must be known.

use std::fmt::Write as _;

use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// What a record says that bytes hash to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    hasher: Hasher,
    /// As it is written, without padding, in upper case.
    value: String,
}

/// A hash in the making.
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

impl Claim {
    /// Reads `sha1:3EF4GH5IJ6KL7MN8OPQAS2KL3MN4OP5Q`; `None` where the algorithm or the length is another.
    pub fn read(field: &str) -> Option<Self> {
        let (name, value) = field.trim().split_once(':')?;
        let value = value.trim().trim_end_matches('=').to_ascii_uppercase();
        let hasher = match (name.to_ascii_lowercase().as_str(), value.len()) {
            ("sha1" | "sha-1", 32 | 40) => Hasher::Sha1(Sha1::new()),
            ("sha256" | "sha-256", 52 | 64) => Hasher::Sha256(Sha256::new()),
            _ => return None,
        };
        Some(Self { hasher, value })
    }

    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.hasher {
            Hasher::Sha1(hasher) => hasher.update(bytes),
            Hasher::Sha256(hasher) => hasher.update(bytes),
        }
    }

    /// Whether what was taken in is what it says.
    pub fn holds(self) -> bool {
        let hash = match self.hasher {
            Hasher::Sha1(hasher) => hasher.finalize().to_vec(),
            Hasher::Sha256(hasher) => hasher.finalize().to_vec(),
        };
        self.value == if self.value.len() == 2 * hash.len() { hexadecimal(&hash) } else { base32(&hash) }
    }

    /// Whether these bytes, and no others, are what it says.
    pub fn fits(&self, bytes: &[u8]) -> bool {
        let mut claim = self.clone();
        claim.update(bytes);
        claim.holds()
    }
}

fn hexadecimal(hash: &[u8]) -> String {
    hash.iter().fold(String::new(), |mut out, byte| {
        // A string takes everything.
        let _ = write!(out, "{byte:02X}");
        out
    })
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
    fn all_spellings_are_known_and_others_left_alone() {
        // The empty text's, as everybody knows them.
        for claim in [
            "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",
            "SHA-1:da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
            "sha256:4OYMIQUY7QOBJGX36TEJS35ZEQT24QPEMSNZGTFESWMRW6CSXBKQ====",
        ] {
            let claim = Claim::read(claim).unwrap();
            assert!(claim.fits(b"") && !claim.fits(b"x"), "{claim:?}");
        }
        for other in ["md5:d41d8cd98f00b204e9800998ecf8427e", "sha1:abc", "sha1", ""] {
            assert_eq!(Claim::read(other), None, "{other}");
        }
    }
}
