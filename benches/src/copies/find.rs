//! Finds the relations of texts with gleaner, in memory.

use gleaner::relate::RelationKind;
use gleaner::relate::cluster::Clusters;
use gleaner::relate::memory::MemoryTexts;

use super::score::Found;

/// A relation of two texts that are named by their places, the lower place first.
pub type PlacedRelation = (usize, usize, RelationKind);

/// Adds texts in an order, in so many runs, and settles their relations after each. Gives all relations, sorted.
pub fn relations(texts: &[&str], order: &[usize], runs: usize) -> Vec<PlacedRelation> {
    let mut collection = MemoryTexts::default();
    let mut places: Vec<Vec<usize>> = Vec::new();
    for run in order.chunks(order.len().div_ceil(runs.max(1)).max(1)) {
        let batch: Vec<&str> = run.iter().filter_map(|place| texts.get(*place).copied()).collect();
        for (place, number) in run.iter().zip(collection.add(&batch)) {
            let Some(number) = number else { continue };
            if places.len() <= number as usize {
                places.resize(number as usize + 1, Vec::new());
            }
            places.get_mut(number as usize).into_iter().for_each(|places| places.push(*place));
        }
        collection.settle();
    }
    let places_of = |number: u32| places.get(number as usize).map_or(&[][..], Vec::as_slice);
    let mut found: Vec<PlacedRelation> = Vec::new();
    for same in &places {
        let exact = same
            .iter()
            .enumerate()
            .flat_map(|(at, a)| same.iter().skip(at + 1).map(move |b| placed(*a, *b, RelationKind::Exact)));
        found.extend(exact);
    }
    for pair in collection.pairs() {
        let all = places_of(pair.a).iter().flat_map(|a| places_of(pair.b).iter().map(move |b| placed(*a, *b, pair.kind)));
        found.extend(all);
    }
    found.sort_unstable();
    found
}

fn placed(a: usize, b: usize, kind: RelationKind) -> PlacedRelation {
    if a < b { (a, b, kind) } else { (b, a, kind.inverse()) }
}

/// The relations as pairs and clusters.
pub fn found(relations: &[PlacedRelation], texts: usize) -> Found {
    let mut clusters = Clusters::default();
    for (a, b, _) in relations.iter().filter(|(.., kind)| kind.merges()) {
        clusters.join(*a as u32, *b as u32);
    }
    let mut of: Vec<usize> = (0..texts).collect();
    for group in clusters.groups() {
        for text in &group {
            if let (Some(entry), Some(first)) = (of.get_mut(*text as usize), group.first()) {
                *entry = *first as usize;
            }
        }
    }
    Found { pairs: relations.iter().map(|(a, b, _)| (*a, *b)).collect(), clusters: of }
}
