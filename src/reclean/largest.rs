//! The largest of many changes, in bounded memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use gleaner_extract::document::DocumentId;

use super::change::WordChange;
use super::report::DocumentChange;

/// Most changes of a site that are kept.
const KEPT: usize = 10;

/// The largest changes of a site. Of two that are equally large, the one of the lower id.
#[derive(Clone, Debug, Default)]
pub(super) struct Largest(BinaryHeap<Reverse<Kept>>);

/// Ordered by the size of the change, then by id, descending.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kept {
    size: u64,
    id: Reverse<DocumentId>,
    lost: u64,
    gained: u64,
    recurring: u64,
    source: String,
}

impl Largest {
    /// Takes a change in, if it is one of the largest.
    pub fn add(&mut self, id: DocumentId, source: &str, change: WordChange) {
        let key = (change.size(), Reverse(id));
        let smallest = self.0.peek().map(|Reverse(kept)| (kept.size, kept.id));
        if self.0.len() == KEPT && smallest.is_some_and(|smallest| key < smallest) {
            return;
        }
        let WordChange { lost, gained, recurring } = change;
        let (size, source) = (key.0, source.to_owned());
        self.0.push(Reverse(Kept { size, id: Reverse(id), lost, gained, recurring, source }));
        if self.0.len() > KEPT {
            self.0.pop();
        }
    }

    /// The changes, largest first.
    pub fn into_sorted(self) -> Vec<DocumentChange> {
        let sorted = self.0.into_sorted_vec().into_iter();
        let change = |Reverse(kept): Reverse<Kept>| {
            let Kept { id: Reverse(id), lost, gained, recurring, source, .. } = kept;
            DocumentChange { id, source, lost, gained, recurring }
        };
        sorted.map(change).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gleaner_extract::base::hash::ContentHash;

    #[test]
    fn the_largest_are_kept_whatever_the_order() {
        let change = |lost: u64| (DocumentId(ContentHash::of(lost.to_string())), WordChange { lost, ..WordChange::default() });
        let mut orders: Vec<Vec<u64>> = vec![(0..100).collect(), (0..100).rev().collect()];
        orders.push((0..100).map(|n| n * 37 % 100).collect());
        for order in orders {
            let mut largest = Largest::default();
            for lost in order {
                let (id, change) = change(lost);
                largest.add(id, "raw/x", change);
            }
            let lost: Vec<u64> = largest.into_sorted().iter().map(|change| change.lost).collect();
            assert_eq!(lost, (90..100).rev().collect::<Vec<_>>());
        }
    }

    #[test]
    fn of_equal_changes_the_lower_ids_are_kept() {
        let mut ids: Vec<DocumentId> = (0..30).map(|n: u32| DocumentId(ContentHash::of(n.to_string()))).collect();
        let mut largest = Largest::default();
        ids.iter().for_each(|id| largest.add(*id, "raw/x", WordChange { lost: 1, ..WordChange::default() }));
        ids.sort_unstable();
        let kept: Vec<DocumentId> = largest.into_sorted().iter().map(|change| change.id).collect();
        assert_eq!(kept, ids[..KEPT]);
    }
}
