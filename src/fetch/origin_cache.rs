//! A cache with one entry per origin: computed once, however many pages wait for it, and dropped when it is old or the cache too large.
//! Makes no requests itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Mutex as AsyncMutex;

use crate::clock::Clock;
use gleaner_extract::base::time::Timestamp;

/// Limits of the cache: origins, and approximate bytes of their entries.
const MAX_ORIGINS: usize = 2000;
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Seconds for which an origin's file, or its absence, is cached (RFC 9309 §2.4 for robots.txt).
pub(super) const LIFETIME: i64 = 24 * 60 * 60;
/// Seconds until a file that could not be fetched is tried again.
pub(super) const FAILURE_LIFETIME: i64 = 5 * 60;

/// A value that can be cached.
pub(super) trait Cacheable: Clone {
    /// Seconds for which it is valid.
    fn lifetime(&self) -> i64;
    /// Approximate size in memory, in bytes.
    fn size(&self) -> usize;
}

/// The cache.
pub(super) struct OriginCache<T> {
    origins: Mutex<HashMap<String, Entry<T>>>,
}

/// A value and when it was computed; locked while it is being computed.
type Entry<T> = Arc<AsyncMutex<Option<(Timestamp, T)>>>;

impl<T> Default for OriginCache<T> {
    fn default() -> Self {
        Self { origins: Mutex::default() }
    }
}

impl<T: Cacheable> OriginCache<T> {
    /// The valid entry of an origin, else the result of `compute`, which is then cached.
    pub async fn get(&self, origin: &str, clock: &dyn Clock, compute: impl Future<Output = T>) -> T {
        let entry = self.entry(origin);
        let mut cached = entry.lock().await;
        let is_valid =
            |(since, value): &&(Timestamp, T)| (0..value.lifetime()).contains(&clock.now().unix().saturating_sub(since.unix()));
        if let Some((_, value)) = cached.as_ref().filter(is_valid) {
            return value.clone();
        }
        let value = compute.await;
        *cached = Some((clock.now(), value.clone()));
        value
    }

    fn entry(&self, origin: &str) -> Entry<T> {
        let mut origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        if !origins.contains_key(origin) {
            evict_oldest(&mut origins);
        }
        Arc::clone(origins.entry(origin.to_owned()).or_default())
    }
}

/// Drops the older half of the entries when the cache is full.
fn evict_oldest<T: Cacheable>(origins: &mut HashMap<String, Entry<T>>) {
    let mut ages: Vec<(Timestamp, usize)> = Vec::with_capacity(origins.len());
    for entry in origins.values() {
        if let Ok(cached) = entry.try_lock()
            && let Some((since, value)) = cached.as_ref()
        {
            ages.push((*since, value.size()));
        }
    }
    if ages.len() < MAX_ORIGINS && ages.iter().map(|(_, size)| size).sum::<usize>() < MAX_BYTES {
        return;
    }
    ages.sort_unstable();
    let Some((median, _)) = ages.get(ages.len() / 2) else { return };
    let is_young = |cached: &Option<(Timestamp, T)>| cached.as_ref().is_none_or(|(since, _)| since > median);
    origins.retain(|_, entry| entry.try_lock().map_or(true, |cached| is_young(&cached)));
}
