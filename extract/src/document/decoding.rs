//! What was wrong with the characters of a page. Decodes nothing.

use serde::{Deserialize, Serialize};

/// Faults in the encoding of a page, and what was done about them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decoding {
    /// The charset that the page was decoded with, by its name in the Encoding Standard, or `UTF-32LE` or `UTF-32BE`.
    pub charset: String,
    /// Bytes that are not valid in it; U+FFFD stands for them. In other charsets than UTF-8, the number of U+FFFD.
    pub bad_bytes: u64,
    /// Characters that had been decoded with the wrong charset before the page was written (`â€™` for `’`), and were repaired.
    pub repaired: u64,
}

impl Decoding {
    /// The faults of a page and of another that is a part of the same document.
    #[must_use]
    pub fn join(first: Option<Self>, second: Option<Self>) -> Option<Self> {
        match (first, second) {
            (Some(first), Some(second)) => Some(Self {
                charset: first.charset,
                bad_bytes: first.bad_bytes + second.bad_bytes,
                repaired: first.repaired + second.repaired,
            }),
            (first, second) => first.or(second),
        }
    }
}
