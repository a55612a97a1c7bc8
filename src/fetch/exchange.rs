//! A request in its turn, repeated where that can help. Decides neither where to go nor what the answer means.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::answer::Answer;
use super::client::{Ask, Client};
use super::config::plain_host;
use super::failure::Reason;
use super::politeness::{Cooldown, Hosts};
use super::retry::{Retry, retry_after};
use crate::clock::Clock;

/// The client behind its queue.
pub(super) struct Exchange {
    pub client: Client,
    pub hosts: Hosts,
    pub retry: Retry,
    pub clock: Arc<dyn Clock>,
}

impl Exchange {
    /// Waits for the host's turn and asks; asks again, after a pause in which nobody asks that host, while the answer is a
    /// passing trouble and attempts are left. The last answer stands, whatever its status.
    pub async fn get(&self, ask: &Ask<'_>, delay: Duration) -> Result<Answer, Reason> {
        let host = plain_host(ask.url.host_str().unwrap_or_default());
        for attempt in 1u32.. {
            let mut turn = self.hosts.turn(&host, delay).await.map_err(|held| match held {
                Cooldown::Asked(left) => Reason::Busy(left.as_secs().max(1)),
                Cooldown::Silent(left) => Reason::Silent(left.as_secs().max(1)),
            })?;
            let start = Instant::now();
            let result = self.client.get(ask, &mut turn).await;
            let pause = self.retry.pause(attempt, ask.url);
            let asked = match &result {
                Ok(answer) => {
                    if !answer.is_passing_trouble() {
                        turn.answered_well(start.elapsed());
                        return result;
                    }
                    turn.answered_with_trouble();
                    answer.retry_after().and_then(|value| retry_after(value, self.clock.now()))
                }
                Err(reason) if reason.is_transient() => {
                    turn.back_off();
                    if pause.is_none() {
                        turn.gave_up();
                    }
                    None
                }
                Err(_) => return result,
            };
            if let Some(hold) = asked.or(pause) {
                turn.hold(hold);
            }
            if pause.is_none() || asked.is_some_and(|asked| asked > self.hosts.longest_wait()) {
                return result;
            }
            tracing::debug!(%host, attempt, "asking again");
        }
        Err(Reason::Busy(0))
    }
}
