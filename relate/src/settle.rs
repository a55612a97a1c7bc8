//! Settles the relations of a collection after texts were added or removed, as if all had come at once.

use std::collections::HashMap;

use gleaner_extract::article::fingerprint::Unmasked;
use gleaner_extract::base::fast_hash::FastHasherBuilder;
use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::candidates::{self, HUBS, Judged};
use super::groups::HashFilter;
use super::hot;
use super::judge::judge;
use super::relation::RelationKind;
use super::texts::{Content, Directory, HotSet, TextSet, Texts};

/// Texts whose candidates are found together.
const SLICE: usize = 1 << 17;

/// Pairs that are compared together.
const BATCH: usize = 4_096;

/// Texts whose shingles are in memory.
const MAX_SKETCHES: usize = 6_000;

/// What has changed since relations were settled last.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The numbers of texts that are new.
    pub added: Vec<u32>,
    /// The hashes of texts that are gone.
    pub removed: Vec<u64>,
}

/// Two related texts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The number of the first text: that with the lower key.
    pub a: u32,
    /// The number of the second.
    pub b: u32,
    /// The relation of the first to the second.
    pub kind: RelationKind,
    /// The share of the first that is in the second.
    pub here: f64,
    /// The share of the second that is in the first.
    pub there: f64,
}

/// The result: the hot hashes from now on, and the relations of all texts that were judged.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    /// Hashes that have become hot.
    pub hot: Vec<u64>,
    /// Hashes that are hot no more.
    pub cooled: Vec<u64>,
    /// The texts that were judged, ascending: their earlier relations no longer count.
    pub judged: Vec<u32>,
    /// Every relation of one of them, each pair once.
    pub pairs: Vec<Pair>,
}

/// Judges what the changes have an effect on. `hot` are the hashes that were hot before, and are hot now when it returns.
pub fn settle<T: Texts>(texts: &T, hot: &mut HotSet, changes: &Changes) -> Result<Settled, T::Error> {
    let mut state = State::read(texts, changes)?;
    let mut settled = Settled::default();
    state.heat(texts, hot, changes, &mut settled)?;
    settled.judged = state.judged.numbers();
    let mut sketches = Sketches { texts, hot, directory: &state.directory, known: HashMap::default() };
    for slice in settled.judged.chunks(SLICE) {
        let (mut in_slice, mut filter) = (TextSet::below(state.directory.len()), HashFilter::new(slice.len() * 64));
        for number in slice {
            in_slice.insert(*number);
            texts.hashes(*number)?.into_iter().filter(|hash| !hot.contains(hash)).for_each(|hash| filter.insert(hash));
        }
        let of = Judged { directory: &state.directory, hot, judged: &state.judged, slice: &in_slice };
        for batch in candidates::find(texts, &of, &filter)?.chunks(BATCH) {
            settled.pairs.extend(sketches.compare(batch)?);
        }
    }
    Ok(settled)
}

/// Texts that are judged.
struct State {
    directory: Directory,
    added: TextSet,
    judged: TextSet,
    /// What the added and removed texts have.
    touched: HashFilter,
}

impl State {
    fn read<T: Texts>(texts: &T, changes: &Changes) -> Result<Self, T::Error> {
        let mut directory = Directory::default();
        texts.for_each(&mut |row| directory.add(&row))?;
        let mut added = TextSet::below(directory.len());
        changes.added.iter().for_each(|number| added.insert(*number));
        let mut touched = HashFilter::new(changes.added.len() * 64 + changes.removed.len());
        texts.for_each(&mut |row| {
            if added.contains(row.number) {
                row.hashes.iter().for_each(|hash| touched.insert(*hash));
            }
        })?;
        changes.removed.iter().for_each(|hash| touched.insert(*hash));
        Ok(Self { directory, judged: added.clone(), added, touched })
    }

    /// Decides again which of the touched hashes are hot, and adds the texts to those that are judged for which that makes a difference.
    fn heat<T: Texts>(&mut self, texts: &T, hot: &mut HotSet, changes: &Changes, settled: &mut Settled) -> Result<(), T::Error> {
        let mut removed = changes.removed.clone();
        removed.sort_unstable();
        let Self { directory, added, judged, touched } = self;
        let mut still_held = HotSet::default();
        hot::decide(texts, directory, touched, &mut |hash, holders, is_hot| {
            let was_hot = hot.contains(&hash);
            if was_hot {
                still_held.insert(hash);
            }
            if is_hot && !was_hot {
                settled.hot.push(hash);
            } else if was_hot && !is_hot {
                settled.cooled.push(hash);
            }
            // Other texts are compared with all that have the hash from now on, or no more.
            let has_other_hubs = || {
                holders.len() > HUBS
                    && (holders.iter().take(HUBS).any(|number| added.contains(*number)) || removed.binary_search(&hash).is_ok())
            };
            if is_hot != was_hot || (!is_hot && has_other_hubs()) {
                holders.iter().for_each(|number| judged.insert(*number));
            }
        })?;
        // Too few texts have these for a decision.
        let cold = removed.iter().copied().filter(|hash| hot.contains(hash) && !still_held.contains(hash));
        let mut cold: Vec<u64> = cold.collect();
        cold.dedup();
        self.judge_holders(texts, &cold)?;
        settled.cooled.extend(cold);
        hot.extend(&settled.hot);
        settled.cooled.iter().for_each(|hash| {
            hot.remove(hash);
        });
        Ok(())
    }

    /// Judges the texts that have one of these hashes.
    fn judge_holders<T: Texts>(&mut self, texts: &T, hashes: &[u64]) -> Result<(), T::Error> {
        if hashes.is_empty() {
            return Ok(());
        }
        texts.for_each(&mut |row| {
            if row.hashes.iter().any(|hash| hashes.binary_search(hash).is_ok()) {
                self.judged.insert(row.number);
            }
        })
    }
}

/// The shingles of texts, read when they are needed.
struct Sketches<'a, T> {
    texts: &'a T,
    hot: &'a HotSet,
    directory: &'a Directory,
    known: HashMap<u32, Unmasked, FastHasherBuilder>,
}

impl<T: Texts> Sketches<'_, T> {
    fn load(&mut self, pairs: &[(u32, u32)]) -> Result<(), T::Error> {
        let mut needed: Vec<u32> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
        needed.sort_unstable();
        needed.dedup();
        if self.known.len() + needed.len() > MAX_SKETCHES {
            self.known.retain(|number, _| needed.binary_search(number).is_ok());
        }
        needed.retain(|number| !self.known.contains_key(number));
        let mut read = Vec::with_capacity(needed.len());
        for number in needed {
            read.push((number, self.texts.content(number)?));
        }
        let hot = self.hot;
        let unmasked = |content: Option<Content<'_>>| content.map(|content| content.unmasked(hot)).unwrap_or_default();
        let known: Vec<(u32, Unmasked)> = read.into_par_iter().map(|(number, content)| (number, unmasked(content))).collect();
        self.known.extend(known);
        Ok(())
    }

    /// The relations among these pairs, compared on all threads.
    fn compare(&mut self, pairs: &[(u32, u32)]) -> Result<Vec<Pair>, T::Error> {
        self.load(pairs)?;
        let (known, directory) = (&self.known, self.directory);
        let judged = |(one, other): &(u32, u32)| {
            // Which of the two is the first depends on their words, not on their numbers.
            let (a, b) = if directory.key(*one) <= directory.key(*other) { (one, other) } else { (other, one) };
            let (kind, overlap) = judge(known.get(a)?, known.get(b)?)?;
            Some(Pair { a: *a, b: *b, kind, here: overlap.here, there: overlap.there })
        };
        Ok(pairs.par_iter().filter_map(judged).collect())
    }
}
