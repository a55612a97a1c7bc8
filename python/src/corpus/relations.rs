//! Near duplicates: what is decided of one group of texts that share a hash, and of one pair. Texts are given by their keys, which Python and SQL have as
//! signed numbers of 64 bits.

use std::collections::HashMap;

use gleaner_extract::article::fingerprint::{Sketch, Unmasked};
use gleaner_relate::{self as relate, Holder, HotSet, MAX_SAMPLE};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// Texts of which the shingles are in memory.
const MAX_SKETCHES: usize = 6_000;

/// Of the texts that share a hash, those by which it is decided whether the hash is boilerplate, in their order.
#[pyfunction]
pub fn lowest_keys(mut keys: Vec<i64>) -> Vec<i64> {
    keys.sort_by_key(|key| key.cast_unsigned());
    keys.truncate(MAX_SAMPLE);
    keys
}

/// Whether enough of these texts are unrelated. Each is given by the number of its shingles and its fingerprint; in the order of [`lowest_keys`].
#[pyfunction]
pub fn are_unrelated(py: Python<'_>, texts: Vec<(u32, Vec<u64>)>) -> bool {
    py.detach(|| relate::are_unrelated(&texts.iter().map(holder).collect::<Vec<_>>()))
}

fn holder((shingles, hashes): &(u32, Vec<u64>)) -> Holder<'_> {
    Holder { shingles: *shingles, hashes }
}

/// The pairs of texts of a group that are counted, each text given by its key and the number of its shingles: the keys of the first and the second of
/// each pair, and their numbers, little-endian.
#[pyfunction]
pub fn pairs_of_group(py: Python<'_>, texts: Vec<(i64, u32)>) -> [Py<PyBytes>; 4] {
    let shingles: HashMap<u64, u32> = texts.iter().map(|(key, shingles)| (key.cast_unsigned(), *shingles)).collect();
    let keys: Vec<u64> = texts.iter().map(|(key, _)| key.cast_unsigned()).collect();
    let mut columns: [Vec<u8>; 4] = Default::default();
    let [first, second, of_first, of_second] = &mut columns;
    for (a, b) in relate::pairs_of_group(&keys) {
        let shingles = |key: &u64| shingles.get(key).copied().unwrap_or_default().to_le_bytes();
        first.extend(a.to_le_bytes());
        second.extend(b.to_le_bytes());
        of_first.extend(shingles(&a));
        of_second.extend(shingles(&b));
    }
    columns.map(|column| PyBytes::new(py, &column).unbind())
}

/// Whether two texts with these numbers of shingles share enough hashes to be compared.
#[pyfunction]
pub fn are_candidates(a: u32, b: u32, shared: u32) -> bool {
    relate::are_candidates((a, b), shared)
}

/// Compares texts, and names their relation. Remembers the texts that it has seen last.
#[pyclass(module = "gleaner")]
pub struct Judge {
    hot: HotSet,
    known: HashMap<i64, Unmasked>,
}

#[pymethods]
impl Judge {
    /// With these hashes masked.
    #[new]
    fn new(hot: Vec<u64>) -> Self {
        Self { hot: hot.into_iter().collect(), known: HashMap::new() }
    }

    /// The relation of the first of two texts to the second, that of the second to the first, and the share of each that is in the other; `None` if they
    /// are not related.
    fn judge(&mut self, a: (i64, String), b: (i64, String)) -> Option<(&'static str, &'static str, f64, f64)> {
        if self.known.len() > MAX_SKETCHES {
            self.known.clear();
        }
        self.note(a.0, &a.1);
        self.note(b.0, &b.1);
        let (kind, overlap) = relate::judge(self.known.get(&a.0)?, self.known.get(&b.0)?)?;
        Some((kind.name(), kind.inverse().name(), overlap.here, overlap.there))
    }
}

impl Judge {
    fn note(&mut self, key: i64, text: &str) {
        let hot = &self.hot;
        self.known.entry(key).or_insert_with(|| Sketch::of(text).unmasked(|hash| hot.contains(&hash)));
    }
}
