//! What is known of each origin, learned once however many pages wait for it, and forgotten when it is old or too much. Asks nobody.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Mutex as AsyncMutex;

use crate::clock::Clock;
use gleaner_extract::base::time::Timestamp;

/// Origins, and bytes of what is known of them, that are remembered.
const MAX_ORIGINS: usize = 2000;
const MAX_WEIGHT: usize = 64 * 1024 * 1024;

/// Seconds for which a file of an origin, or that there is none, is believed (RFC 9309 §2.4 for robots.txt).
pub(super) const LIFE: i64 = 24 * 60 * 60;
/// Seconds until one that could not be had is asked for again.
pub(super) const FAILURE_LIFE: i64 = 5 * 60;

/// Something that is known of an origin.
pub(super) trait Fact: Clone {
    /// Seconds for which it holds.
    fn life(&self) -> i64;
    /// Roughly the bytes held in memory.
    fn weight(&self) -> usize;
}

/// What is known of every origin met.
pub(super) struct OriginCache<T> {
    origins: Mutex<HashMap<String, Slot<T>>>,
}

/// Locked while the fact is learned.
type Slot<T> = Arc<AsyncMutex<Option<(Timestamp, T)>>>;

impl<T> Default for OriginCache<T> {
    fn default() -> Self {
        Self { origins: Mutex::default() }
    }
}

impl<T: Fact> OriginCache<T> {
    /// What is known of an origin; where nothing is any more, it is learned.
    pub async fn get(&self, origin: &str, clock: &dyn Clock, learn: impl Future<Output = T>) -> T {
        let slot = self.slot(origin);
        let mut known = slot.lock().await;
        let is_fresh =
            |(since, fact): &&(Timestamp, T)| (0..fact.life()).contains(&clock.now().unix().saturating_sub(since.unix()));
        if let Some((_, fact)) = known.as_ref().filter(is_fresh) {
            return fact.clone();
        }
        let fact = learn.await;
        *known = Some((clock.now(), fact.clone()));
        fact
    }

    fn slot(&self, origin: &str) -> Slot<T> {
        let mut origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        if !origins.contains_key(origin) {
            forget_oldest(&mut origins);
        }
        Arc::clone(origins.entry(origin.to_owned()).or_default())
    }
}

/// Where too much is remembered, drops the half that was learned first.
fn forget_oldest<T: Fact>(origins: &mut HashMap<String, Slot<T>>) {
    let mut ages: Vec<(Timestamp, usize)> = Vec::with_capacity(origins.len());
    for slot in origins.values() {
        if let Ok(known) = slot.try_lock()
            && let Some((since, fact)) = known.as_ref()
        {
            ages.push((*since, fact.weight()));
        }
    }
    if ages.len() < MAX_ORIGINS && ages.iter().map(|age| age.1).sum::<usize>() < MAX_WEIGHT {
        return;
    }
    ages.sort_unstable();
    let Some((median, _)) = ages.get(ages.len() / 2) else { return };
    let is_young = |known: &Option<(Timestamp, T)>| known.as_ref().is_none_or(|(since, _)| since > median);
    origins.retain(|_, slot| slot.try_lock().map_or(true, |known| is_young(&known)));
}
