//! Hot hashes: boilerplate, such as an agency's notice or the template of weather reports, which texts share that have nothing else in common.
//!
//! Every hash's texts are counted, apart from what is done with them. A hash is hot if at least [`MIN_UNRELATED`] of its texts are unrelated: if
//! the texts that contain each other by [`RELATED`] or more are taken together, so many groups remain. A wire story in five hundred papers is one
//! group and never becomes hot. Containment is estimated from the fingerprints here, which are enough to tell a template from a copy.

use std::collections::HashMap;

use gleaner_extract::base::fast_hash::FastHasherBuilder;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::groups::{HashFilter, for_each_group};
use super::texts::{Directory, Texts, common, expected_hashes};

/// A hash that so many unrelated texts share is hot.
pub const MIN_UNRELATED: usize = 8;

/// Texts that contain each other by less are unrelated.
const RELATED: f64 = 0.6;

/// Of the texts that share a hash, so many are looked at, in the order of their keys.
pub const MAX_SAMPLE: usize = 32;

/// Unrelated texts after which no more are looked at: more than enough, since texts that come later may relate some of them.
const SURELY_UNRELATED: usize = 12;

/// Hashes that are decided on together.
const BATCH: usize = 4_096;

/// Texts whose fingerprints are in memory between batches.
const MAX_KNOWN: usize = 1 << 15;

/// A text that has a hash which others have too.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'a> {
    /// Number of its shingles.
    pub shingles: u32,
    /// The hashes of its fingerprint, sorted.
    pub hashes: &'a [u64],
}

/// A hash, and its texts in the order of their keys.
type Holders = (u64, Vec<u32>);

type Hashes = HashMap<u32, Vec<u64>, FastHasherBuilder>;

/// Decides for every hash in the filter that enough texts have whether it is hot, and calls a function with the hash, all its texts, and the decision.
pub(super) fn decide<T: Texts>(
    texts: &T,
    directory: &Directory,
    filter: &HashFilter,
    decided: &mut dyn FnMut(u64, &[u32], bool),
) -> Result<(), T::Error> {
    let (mut batch, mut hashes): (Vec<Holders>, Hashes) = Default::default();
    for_each_group(texts, filter, MIN_UNRELATED, |hash, holders| {
        let mut holders = holders.to_vec();
        holders.sort_by_key(|number| directory.key(*number));
        batch.push((hash, holders));
        if batch.len() >= BATCH { decide_batch(texts, directory, (&mut batch, &mut hashes), decided) } else { Ok(()) }
    })?;
    decide_batch(texts, directory, (&mut batch, &mut hashes), decided)
}

fn decide_batch<T: Texts>(
    texts: &T,
    directory: &Directory,
    (batch, hashes): (&mut Vec<Holders>, &mut Hashes),
    decided: &mut dyn FnMut(u64, &[u32], bool),
) -> Result<(), T::Error> {
    // The hashes of a batch are from anywhere, and so are its texts: nearly all of them, in a small collection.
    if hashes.len() > MAX_KNOWN {
        hashes.clear();
    }
    for number in batch.iter().flat_map(|(_, holders)| holders.iter().take(MAX_SAMPLE)) {
        if !hashes.contains_key(number) {
            hashes.insert(*number, texts.hashes(*number)?);
        }
    }
    let holder = |number: &u32| Holder {
        shingles: directory.shingles(*number),
        hashes: hashes.get(number).map(Vec::as_slice).unwrap_or_default(),
    };
    let is_hot = |(_, holders): &Holders| are_unrelated(&holders.iter().take(MAX_SAMPLE).map(holder).collect::<Vec<_>>());
    let is_hot: Vec<bool> = batch.par_iter().map(is_hot).collect();
    for ((hash, holders), is_hot) in batch.drain(..).zip(is_hot) {
        decided(hash, &holders, is_hot);
    }
    Ok(())
}

/// Whether enough of these texts are unrelated for a hash that all of them have to be boilerplate. They are the texts with the lowest keys, in their order;
/// no more than [`MAX_SAMPLE`] are looked at.
pub fn are_unrelated(sample: &[Holder<'_>]) -> bool {
    // Groups of related texts.
    let mut groups: Vec<Vec<&Holder<'_>>> = Vec::new();
    let sample = sample.get(..MAX_SAMPLE).unwrap_or(sample);
    for (at, holder) in sample.iter().enumerate() {
        // Each text adds one group at most.
        if groups.len() + (sample.len() - at) < MIN_UNRELATED {
            return false;
        }
        let is_related = |other: &&Holder<'_>| contained(holder, other) >= RELATED;
        let (related, mut others): (Vec<_>, Vec<_>) = groups.drain(..).partition(|group| group.iter().any(is_related));
        let mut group: Vec<&Holder<'_>> = related.into_iter().flatten().collect();
        group.push(holder);
        others.push(group);
        groups = others;
        if groups.len() >= SURELY_UNRELATED {
            return true;
        }
    }
    groups.len() >= MIN_UNRELATED
}

/// An estimate of how much of the shorter text is in the longer.
fn contained(one: &Holder<'_>, other: &Holder<'_>) -> f64 {
    let expected = expected_hashes(one.shingles, other.shingles);
    let fewest = one.hashes.len().min(other.hashes.len());
    common(one.hashes, other.hashes) as f64 / expected.clamp(1.0, fewest.max(1) as f64)
}
