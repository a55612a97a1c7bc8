//! Memory for response bodies, shared by all requests: acquired when a response's header has arrived, so that slow hosts occupy none.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// One request's share of the memory; released on drop. The default is not limited.
#[derive(Debug, Default)]
pub struct MemoryPermit {
    /// The shared semaphore and the permits to acquire from it; `None` where memory is not limited.
    shared: Option<(Arc<Semaphore>, u32)>,
    acquired: Mutex<Option<OwnedSemaphorePermit>>,
}

impl MemoryPermit {
    /// A share of `permits` of the semaphore, not acquired yet.
    pub fn within(shared: &Arc<Semaphore>, permits: u32) -> Self {
        Self { shared: Some((Arc::clone(shared), permits)), acquired: Mutex::default() }
    }

    /// Waits for the share, unless it is already acquired.
    pub(super) async fn acquire(&self) {
        let Some((shared, permits)) = &self.shared else { return };
        if self.acquired.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            return;
        }
        // Fails only for a closed semaphore; memory is then no longer limited.
        let permit = Arc::clone(shared).acquire_many_owned(*permits).await.ok();
        *self.acquired.lock().unwrap_or_else(PoisonError::into_inner) = permit;
    }
}
