//! Limits per host and in total: one request at a time per host, with a pause in between, and a cap over all hosts. Knows no HTTP.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::config::Config;

/// Number of hosts from which idle ones are dropped.
const MAX_IDLE_HOSTS: usize = 1024;

/// A host that has not answered after this time releases its slot to others: waiting costs a socket and nothing else. A host that is
/// known to be slow gets no slot before it sends something.
const RELEASE_SLOT_AFTER: Duration = Duration::from_millis(250);

/// Most requests that may be open at all, including those without a slot; the concurrency if that is more.
const MAX_CONNECTIONS: usize = 512;

/// A response that takes this long is slow.
const SLOW: Duration = Duration::from_secs(1);

/// How often a pause is doubled at most, and the successes after which one doubling is undone.
const MAX_DOUBLINGS: u32 = 6;
const SUCCESSES_PER_DOUBLING: u32 = 5;

/// After this many pages in a row without a response, a host is left alone for a while: a list of its pages must not keep a run busy
/// for hours.
const MAX_SILENT_PAGES: u32 = 3;
const SILENT_COOLDOWN: Duration = Duration::from_secs(10 * 60);

/// The queues of all hosts.
pub(super) struct HostQueues {
    queues: Mutex<HashMap<String, Arc<AsyncMutex<HostState>>>>,
    slots: Arc<Semaphore>,
    connections: Arc<Semaphore>,
    longest_wait: Duration,
    longest_pause: Duration,
    /// How long after its last request a host's state still matters.
    retention: Duration,
}

/// When a host was last requested, when it may be next, and how it has responded.
#[derive(Default)]
struct HostState {
    last_end: Option<Instant>,
    blocked_until: Option<Instant>,
    /// Pages in a row that were given up without a response.
    silent_pages: u32,
    /// How long the last response took if it was slow: the pause is at least as long.
    slow_response: Duration,
    /// How long the last response took, until it is taken.
    last_response: Option<Duration>,
    /// How often the pause is doubled after failures.
    doublings: u32,
    /// Successes in a row since then.
    successes: u32,
}

impl HostState {
    fn ready_at(&self, delay: Duration) -> Option<Instant> {
        self.last_end.map(|end| end + delay).max(self.blocked_until)
    }

    /// Whether the last response was slow, failed or never arrived.
    fn is_slow(&self) -> bool {
        self.silent_pages > 0 || self.doublings > 0 || !self.slow_response.is_zero()
    }

    /// The pause for a host whose normal pause is `delay`, at most `longest`.
    fn pause(&self, delay: Duration, longest: Duration) -> Duration {
        let pause = delay.max(self.slow_response).saturating_mul(1 << self.doublings);
        pause.min(longest.max(delay))
    }
}

/// The right to send one request to a host; the pause before the next one starts when it is dropped.
pub(super) struct HostPermit {
    host: OwnedMutexGuard<HostState>,
    slots: Arc<Semaphore>,
    slot: Option<OwnedSemaphorePermit>,
    _connection: Option<OwnedSemaphorePermit>,
}

/// The host gets no request for this long, which is longer than a run waits.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cooldown {
    /// The host requested it.
    Requested(Duration),
    /// The host repeatedly did not respond.
    Silent(Duration),
}

impl HostQueues {
    /// Queues with the limits of the configuration.
    pub fn new(config: &Config) -> Self {
        let concurrency = config.concurrency.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            queues: Mutex::new(HashMap::new()),
            slots: Arc::new(Semaphore::new(concurrency)),
            connections: Arc::new(Semaphore::new(concurrency.max(MAX_CONNECTIONS))),
            longest_wait: config.max_retry_after_s.duration(),
            longest_pause: config.max_delay_s.duration(),
            retention: config.delay_s.max(config.max_delay_s).duration(),
        }
    }

    /// Waits for the host's turn, in order of arrival: until `delay` has passed since the end of its last request and it is not blocked
    /// any more. A host takes no slot from other hosts while its requests wait here.
    pub async fn acquire(&self, host: &str, delay: Duration) -> Result<HostPermit, Cooldown> {
        let host = self.queue(host).lock_owned().await;
        match host.blocked_until.map(|until| until.saturating_duration_since(Instant::now())) {
            Some(left) if !left.is_zero() && host.silent_pages >= MAX_SILENT_PAGES => return Err(Cooldown::Silent(left)),
            Some(left) if left > self.longest_wait => return Err(Cooldown::Requested(left)),
            _ => {}
        }
        if let Some(ready) = host.ready_at(host.pause(delay, self.longest_pause)) {
            tokio::time::sleep_until(ready).await;
        }
        // These fail only for closed semaphores, and nothing closes them.
        let connection = Arc::clone(&self.connections).acquire_owned().await.ok();
        let slot = match host.is_slow() {
            true => None,
            false => Arc::clone(&self.slots).acquire_owned().await.ok(),
        };
        Ok(HostPermit { host, slots: Arc::clone(&self.slots), slot, _connection: connection })
    }

    /// The longest time for which a request waits for a blocked host.
    pub fn longest_wait(&self) -> Duration {
        self.longest_wait
    }

    /// How long the last response of the host took, if it has responded since this was last asked.
    pub fn take_last_response(&self, host: &str) -> Option<Duration> {
        self.queue(host).try_lock().ok()?.last_response.take()
    }

    fn queue(&self, host: &str) -> Arc<AsyncMutex<HostState>> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if queues.len() >= MAX_IDLE_HOSTS && !queues.contains_key(host) {
            let cutoff = Instant::now().checked_sub(self.retention);
            queues.retain(|_, queue| match queue.try_lock() {
                // A reference outside the map belongs to a request that is about to queue.
                Ok(state) => Arc::strong_count(queue) > 1 || state.ready_at(Duration::ZERO) > cutoff,
                Err(_) => true,
            });
        }
        Arc::clone(queues.entry(host.to_owned()).or_default())
    }
}

impl HostPermit {
    /// Waits for something that the host is to send, and releases the slot to others if that takes long.
    pub async fn wait_for<T>(&mut self, sent: impl Future<Output = T>) -> T {
        let mut sent = pin!(sent);
        let received = match tokio::time::timeout(RELEASE_SLOT_AFTER, &mut sent).await {
            Ok(received) if self.slot.is_some() => return received,
            Ok(received) => received,
            Err(_) => {
                self.slot = None;
                sent.await
            }
        };
        self.slot = Arc::clone(&self.slots).acquire_owned().await.ok();
        received
    }

    /// Sends the host no further request for this long.
    pub fn block_host_for(&mut self, duration: Duration) {
        self.host.blocked_until = self.host.blocked_until.max(Instant::now().checked_add(duration));
    }

    /// The host responded well, after this long.
    pub fn record_success(&mut self, after: Duration) {
        self.host.silent_pages = 0;
        self.host.last_response = Some(after);
        self.host.slow_response = if after >= SLOW { after } else { Duration::ZERO };
        self.host.successes += 1;
        if self.host.successes >= SUCCESSES_PER_DOUBLING {
            self.host.successes = 0;
            self.host.doublings = self.host.doublings.saturating_sub(1);
        }
    }

    /// The host responded that it is overloaded or failing.
    pub fn record_temporary_failure(&mut self) {
        self.host.silent_pages = 0;
        self.back_off();
    }

    /// Doubles the host's pause from now on.
    pub fn back_off(&mut self) {
        self.host.successes = 0;
        self.host.doublings = (self.host.doublings + 1).min(MAX_DOUBLINGS);
    }

    /// The host did not respond, and this page is given up.
    pub fn record_silence(&mut self) {
        self.host.silent_pages += 1;
        if self.host.silent_pages >= MAX_SILENT_PAGES {
            self.block_host_for(SILENT_COOLDOWN);
        }
    }
}

impl Drop for HostPermit {
    fn drop(&mut self) {
        self.host.last_end = Some(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const TICK: Duration = Duration::from_millis(40);

    fn queues(concurrency: usize) -> Arc<HostQueues> {
        let (longest, none) = ((4 * TICK).into(), Duration::ZERO.into());
        Arc::new(HostQueues::new(&Config {
            concurrency,
            max_retry_after_s: longest,
            delay_s: none,
            max_delay_s: none,
            ..Config::default()
        }))
    }

    async fn acquire(queues: &HostQueues, host: &str) -> HostPermit {
        queues.acquire(host, Duration::ZERO).await.ok().unwrap()
    }

    #[tokio::test]
    async fn the_pause_counts_from_the_end_of_the_last_request() {
        let (queues, start) = (queues(8), Instant::now());
        let first = acquire(&queues, "a").await;
        let second = async {
            drop(queues.acquire("a", 2 * TICK).await.ok().unwrap());
            start.elapsed()
        };
        let work = async {
            tokio::time::sleep(3 * TICK).await;
            drop(first);
        };
        assert!(tokio::join!(second, work).0 >= 5 * TICK);
    }

    #[test]
    fn failing_and_slow_hosts_get_longer_pauses_until_they_recover() {
        let (delay, longest) = (Duration::from_secs(2), Duration::from_secs(30));
        let host = Arc::new(AsyncMutex::new(HostState::default())).try_lock_owned().unwrap();
        let mut permit = HostPermit { host, slots: Arc::new(Semaphore::new(1)), slot: None, _connection: None };
        let pause = |permit: &HostPermit| permit.host.pause(delay, longest).as_secs();
        permit.record_success(Duration::from_millis(900));
        assert_eq!(pause(&permit), 2);
        permit.record_success(Duration::from_secs(5));
        assert_eq!(pause(&permit), 5, "as long as its response took");
        permit.record_success(Duration::ZERO);
        permit.record_temporary_failure();
        permit.back_off();
        assert_eq!(pause(&permit), 8);
        (0..9).for_each(|_| permit.back_off());
        assert_eq!(pause(&permit), 30, "the maximum");
        (0..SUCCESSES_PER_DOUBLING * MAX_DOUBLINGS).for_each(|_| permit.record_success(Duration::ZERO));
        assert_eq!(pause(&permit), 2);
        assert_eq!(permit.host.pause(Duration::ZERO, longest), Duration::ZERO, "a delay of zero means no pause");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn one_request_at_a_time_per_host() {
        let (queues, inside) = (queues(8), Arc::new(AtomicUsize::new(0)));
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (queues, inside) = (Arc::clone(&queues), Arc::clone(&inside));
                tokio::spawn(async move {
                    let permit = acquire(&queues, "a").await;
                    assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                    tokio::task::yield_now().await;
                    inside.fetch_sub(1, Ordering::SeqCst);
                    drop(permit);
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_stalled_host_does_not_delay_other_hosts() {
        let queues = queues(2);
        let stalled = acquire(&queues, "stalled").await;
        let waiting = queues.acquire("stalled", Duration::ZERO);
        tokio::select! {
            biased;
            _ = waiting => panic!("two requests at the same host"),
            other = acquire(&queues, "other") => drop(other),
        }
        drop(stalled);
    }

    #[tokio::test]
    async fn the_concurrency_limit_covers_all_hosts() {
        let queues = queues(1);
        let one = acquire(&queues, "a").await;
        assert!(tokio::time::timeout(TICK, acquire(&queues, "b")).await.is_err());
        drop(one);
        acquire(&queues, "b").await;
    }

    #[tokio::test]
    async fn a_slow_host_releases_its_slot() {
        let queues = queues(1);
        let mut one = acquire(&queues, "a").await;
        let (send, sent) = tokio::sync::oneshot::channel();
        let other = async {
            let other = acquire(&queues, "b").await;
            send.send(()).unwrap();
            tokio::time::sleep(TICK).await;
            drop(other);
            Instant::now()
        };
        let waiting = async {
            one.wait_for(sent).await.unwrap();
            Instant::now()
        };
        let (released, acquired) = tokio::join!(other, waiting);
        assert!(acquired >= released, "never two in flight");
    }

    #[tokio::test]
    async fn a_blocked_host_is_waited_for_up_to_a_limit() {
        let (queues, start) = (queues(1), Instant::now());
        acquire(&queues, "a").await.block_host_for(2 * TICK);
        acquire(&queues, "a").await.block_host_for(Duration::from_secs(60));
        assert!(start.elapsed() >= 2 * TICK);
        let Err(Cooldown::Requested(left)) = queues.acquire("a", Duration::ZERO).await else { panic!("not blocked") };
        assert!(left > Duration::from_secs(50));
        acquire(&queues, "b").await;
    }

    #[tokio::test]
    async fn a_host_that_never_responds_is_left_alone_for_a_while() {
        let queues = queues(1);
        for _ in 0..MAX_SILENT_PAGES {
            acquire(&queues, "a").await.record_silence();
            acquire(&queues, "b").await.record_silence();
            acquire(&queues, "b").await.record_success(Duration::ZERO);
        }
        assert!(matches!(queues.acquire("a", Duration::ZERO).await, Err(Cooldown::Silent(_))));
        acquire(&queues, "b").await;
    }

    #[tokio::test]
    async fn idle_hosts_are_dropped_and_busy_ones_are_not() {
        let queues = queues(8);
        let busy = acquire(&queues, "busy").await;
        acquire(&queues, "blocked").await.block_host_for(Duration::from_secs(60));
        for n in 0..3 * MAX_IDLE_HOSTS {
            drop(acquire(&queues, &n.to_string()).await);
        }
        let kept = queues.queues.lock().unwrap();
        assert!(kept.len() <= MAX_IDLE_HOSTS && kept.contains_key("busy") && kept.contains_key("blocked"));
        drop(kept);
        drop(busy);
    }
}
