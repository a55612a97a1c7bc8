//! The HTTP client behind the host queues: one request in its turn, with retries. Does not decide where to go or what a response means.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::client::{HttpClient, HttpRequest};
use super::config::normalised_host;
use super::failure::Reason;
use super::host_queue::{Cooldown, HostQueues};
use super::response::Response;
use super::retry::{RetryPolicy, retry_after};
use crate::clock::Clock;

/// The client, the queues, and how requests are retried.
pub(super) struct PoliteClient {
    pub http: HttpClient,
    pub queues: HostQueues,
    pub retry: RetryPolicy,
    pub clock: Arc<dyn Clock>,
}

impl PoliteClient {
    /// Waits for the host's turn and sends the request. While the failure is temporary and attempts are left, retries after a pause in
    /// which the host gets no other request. Returns the last response, whatever its status.
    pub async fn get(&self, request: &HttpRequest<'_>, delay: Duration) -> Result<Response, Reason> {
        let host = normalised_host(request.url.host_str().unwrap_or_default());
        for attempt in 1u32.. {
            let mut permit = self.queues.acquire(&host, delay).await.map_err(|cooldown| match cooldown {
                Cooldown::Requested(left) => Reason::Busy(left.as_secs().max(1)),
                Cooldown::Silent(left) => Reason::Silent(left.as_secs().max(1)),
            })?;
            let start = Instant::now();
            let result = self.http.get(request, &mut permit).await;
            let pause = self.retry.pause(attempt, request.url);
            let requested_pause = match &result {
                Ok(response) => {
                    if !response.is_temporary_failure() {
                        permit.record_success(start.elapsed());
                        return result;
                    }
                    permit.record_temporary_failure();
                    response.retry_after().and_then(|value| retry_after(value, self.clock.now()))
                }
                Err(reason) if reason.is_transient() => {
                    permit.back_off();
                    if pause.is_none() {
                        permit.record_silence();
                    }
                    None
                }
                Err(_) => return result,
            };
            if let Some(pause) = requested_pause.or(pause) {
                permit.block_host_for(pause);
            }
            if pause.is_none() || requested_pause.is_some_and(|pause| pause > self.queues.longest_wait()) {
                return result;
            }
            tracing::debug!(%host, attempt, "retrying");
        }
        Err(Reason::Busy(0))
    }
}
