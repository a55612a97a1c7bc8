//! How many texts can be compared, and what is said when that is nearly reached. Counts nothing.

use std::fmt;

use serde::Serialize;

/// Numbers of texts are below this: beside a hash of 40 bits, a posting has 24 bits for them.
pub const MAX_TEXTS: u32 = 1 << super::groups::NUMBER_BITS;

/// The share of all numbers from which on people are warned, in percent.
const WARN_PERCENT: u64 = 80;

/// The share from which on most texts that are new find no number.
const FULL_PERCENT: u64 = 99;

/// A number of texts that is close to the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NearLimit {
    /// Different texts that are compared with one another.
    pub texts: u64,
    /// The most that can be.
    pub most: u64,
}

impl NearLimit {
    /// The number of texts, if it is close to the greatest below `limit`.
    pub fn of(texts: u64, limit: u32) -> Option<Self> {
        let near = Self { texts, most: u64::from(limit).saturating_sub(1) };
        near.reaches(WARN_PERCENT).then_some(near)
    }

    /// What the user can do about it.
    pub fn advice(&self) -> &'static str {
        "divide the corpus into several, such as by year or language"
    }

    fn reaches(&self, percent: u64) -> bool {
        self.texts * 100 >= self.most * percent
    }
}

impl fmt::Display for NearLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { texts, most } = self;
        write!(f, "{texts} of at most {most} different texts are compared for near duplicates; ")?;
        f.write_str(if self.reaches(FULL_PERCENT) {
            "new ones are compared for exact copies only"
        } else {
            "those beyond will be compared for exact copies only"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_warning_comes_long_before_the_limit() {
        assert_eq!(NearLimit::of(13_000_000, MAX_TEXTS), None);
        let near = NearLimit::of(13_500_000, MAX_TEXTS).unwrap().to_string();
        assert!(near.starts_with("13500000 of at most 16777215 different texts") && near.contains("will be"), "{near}");
        assert!(NearLimit::of(16_777_000, MAX_TEXTS).unwrap().to_string().contains("new ones are"));
        assert_eq!(NearLimit::of(0, 11), None);
        assert!(NearLimit::of(8, 11).is_some());
    }
}
