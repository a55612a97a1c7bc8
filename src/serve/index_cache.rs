//! What is dear to compute from the index, kept until the index changes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::problem::Problem;
use crate::store::Layout;

/// Answers that are kept.
const MAX_KEPT: usize = 64;

/// Sizes and times of the index and of what SQLite keeps next to it: they change with every transaction.
type Stamp = Vec<Option<(u64, SystemTime)>>;

/// The last answers, by what was asked.
#[derive(Debug)]
pub struct IndexCache<K, V>(Mutex<Kept<K, V>>);

#[derive(Debug)]
struct Kept<K, V> {
    of: Stamp,
    answers: VecDeque<(K, Arc<V>)>,
}

impl<K, V> Default for IndexCache<K, V> {
    fn default() -> Self {
        Self(Mutex::new(Kept { of: Stamp::new(), answers: VecDeque::new() }))
    }
}

impl<K: PartialEq, V> IndexCache<K, V> {
    /// What was computed for the same key, if the index has not changed since; else computes it.
    pub fn get(&self, layout: &Layout, key: K, compute: impl FnOnce() -> Result<V, Problem>) -> Result<Arc<V>, Problem> {
        let now = stamp(layout);
        let known = |kept: &Kept<K, V>| {
            let mut answers = kept.answers.iter().filter(|_| kept.of == now);
            answers.find(|(of, _)| *of == key).map(|(_, answer)| Arc::clone(answer))
        };
        if let Some(answer) = known(&self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(answer);
        }
        // Without the lock, so that other questions need not wait.
        let answer = Arc::new(compute()?);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.of != now {
            *kept = Kept { of: now, answers: VecDeque::new() };
        }
        kept.answers.push_front((key, Arc::clone(&answer)));
        kept.answers.truncate(MAX_KEPT);
        Ok(answer)
    }
}

fn stamp(layout: &Layout) -> Stamp {
    let index = layout.index();
    let of = |suffix: &str| {
        let mut path = index.as_os_str().to_os_string();
        path.push(suffix);
        let facts = std::fs::metadata(path).ok()?;
        Some((facts.len(), facts.modified().ok()?))
    };
    ["", "-wal"].into_iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_kept_until_the_index_changes() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::at(folder.path());
        let index = layout.index();
        std::fs::create_dir_all(index.parent().unwrap()).unwrap();
        std::fs::write(&index, "one").unwrap();
        let cache = IndexCache::default();
        let ask = |key: u32, answer: u32| *cache.get(&layout, key, || Ok(answer)).unwrap();
        assert_eq!([ask(1, 10), ask(2, 20), ask(1, 11), ask(2, 21)], [10, 20, 10, 20]);
        std::fs::write(&index, "another").unwrap();
        assert_eq!([ask(1, 12), ask(1, 13)], [12, 12]);
        for key in 3..=MAX_KEPT as u32 + 2 {
            ask(key, key);
        }
        assert_eq!(ask(1, 14), 14, "the oldest went");
    }
}
