//! MemoryPermit in memory for the bodies of answers: taken when an answer's header has come, so that hosts which let wait take none.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// One request's part of a permit that many share. It is given back when this is dropped.
#[derive(Debug, Default)]
pub struct MemoryPermit {
    /// The permit and the places that are taken of it; `None` where there is permit for all.
    shared: Option<(Arc<Semaphore>, u32)>,
    taken: Mutex<Option<OwnedSemaphorePermit>>,
}

impl MemoryPermit {
    /// `places` of a shared permit, to be taken when there is something to put there.
    pub fn within(shared: &Arc<Semaphore>, places: u32) -> Self {
        Self { shared: Some((Arc::clone(shared), places)), taken: Mutex::default() }
    }

    /// Waits for the places, unless they are taken already.
    pub(super) async fn enter(&self) {
        let Some((shared, places)) = &self.shared else { return };
        if self.taken.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            return;
        }
        // Fails only for a closed semaphore: then nobody counts any more.
        let permit = Arc::clone(shared).acquire_many_owned(*places).await.ok();
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) = permit;
    }
}
