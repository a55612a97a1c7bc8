//! Whose turn it is: one request at a time per host, with a pause between, and a cap over all hosts. Knows no HTTP.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::config::Config;

/// Hosts remembered before the idle ones are forgotten.
const MAX_IDLE_HOSTS: usize = 1024;

/// Every host's queue.
pub(super) struct Hosts {
    queues: Mutex<HashMap<String, Arc<AsyncMutex<Times>>>>,
    in_flight: Arc<Semaphore>,
    connections: Arc<Semaphore>,
    longest_wait: Duration,
    longest_pause: Duration,
    /// How long after its last request a host's times still matter.
    memory: Duration,
}

/// When a host was last, and may next be, asked.
#[derive(Default)]
struct Times {
    last_end: Option<Instant>,
    held_until: Option<Instant>,
    /// Pages in a row that were given up without an answer.
    given_up: u32,
    /// How long the last answer took, where that was long: the host is left in peace for as long.
    slow: Duration,
    /// How often its pause is doubled, for it answered with trouble.
    strain: u32,
    /// Good answers in a row since then.
    good: u32,
}

/// A host that lets its visitor wait for so long leaves that one's place in flight to others: it costs a socket, and nothing else. One that
/// is known for it gets no place before it sends something.
const LENT_AFTER: Duration = Duration::from_millis(250);

/// Requests that may be under way at all, those that wait included; the concurrency where that is more.
const MAX_CONNECTIONS: usize = 512;

/// An answer that takes so long is slow.
const SLOW: Duration = Duration::from_secs(1);

/// The most often that a pause is doubled, and the good answers after which one doubling is taken back.
const MAX_STRAIN: u32 = 6;
const RELIEF: u32 = 5;

/// After so many pages in a row without an answer, a host is left alone for a while: a list of its pages must not keep a run
/// busy for hours.
const PATIENCE: u32 = 3;
const REST: Duration = Duration::from_secs(10 * 60);

impl Times {
    fn ready_at(&self, delay: Duration) -> Option<Instant> {
        self.last_end.map(|end| end + delay).max(self.held_until)
    }

    /// Whether the last answer took long, or never came.
    fn lets_wait(&self) -> bool {
        self.given_up > 0 || self.strain > 0 || !self.slow.is_zero()
    }

    /// The pause that a host gets for which `delay` is right when all is well, at most `longest`.
    fn pause(&self, delay: Duration, longest: Duration) -> Duration {
        let pause = delay.max(self.slow).saturating_mul(1 << self.strain);
        pause.min(longest.max(delay))
    }
}

/// The right to send one request; the host's pause begins when it is dropped.
pub(super) struct Turn {
    times: OwnedMutexGuard<Times>,
    in_flight: Arc<Semaphore>,
    place: Option<OwnedSemaphorePermit>,
    _connection: Option<OwnedSemaphorePermit>,
}

/// The host is left alone for longer than anyone waits: for this long.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cooldown {
    /// It asked for that.
    Asked(Duration),
    /// It did not answer, again and again.
    Silent(Duration),
}

impl Hosts {
    /// Queues as the configuration wishes them.
    pub fn new(config: &Config) -> Self {
        let concurrency = config.concurrency.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            queues: Mutex::new(HashMap::new()),
            in_flight: Arc::new(Semaphore::new(concurrency)),
            connections: Arc::new(Semaphore::new(concurrency.max(MAX_CONNECTIONS))),
            longest_wait: config.max_retry_after_s.duration(),
            longest_pause: config.max_delay_s.duration(),
            memory: config.delay_s.max(config.max_delay_s).duration(),
        }
    }

    /// Waits for the host's turn, first come first served: until `delay` has passed since the end of the last request and no
    /// hold is left. A host in waiting takes no place from other hosts.
    pub async fn turn(&self, host: &str, delay: Duration) -> Result<Turn, Cooldown> {
        let times = self.queue(host).lock_owned().await;
        match times.held_until.map(|until| until.saturating_duration_since(Instant::now())) {
            Some(left) if !left.is_zero() && times.given_up >= PATIENCE => return Err(Cooldown::Silent(left)),
            Some(left) if left > self.longest_wait => return Err(Cooldown::Asked(left)),
            _ => {}
        }
        if let Some(ready) = times.ready_at(times.pause(delay, self.longest_pause)) {
            tokio::time::sleep_until(ready).await;
        }
        // These fail only for closed semaphores, and nobody closes them.
        let connection = Arc::clone(&self.connections).acquire_owned().await.ok();
        let place = match times.lets_wait() {
            true => None,
            false => Arc::clone(&self.in_flight).acquire_owned().await.ok(),
        };
        Ok(Turn { times, in_flight: Arc::clone(&self.in_flight), place, _connection: connection })
    }

    /// The longest hold that a turn waits out.
    pub fn longest_wait(&self) -> Duration {
        self.longest_wait
    }

    fn queue(&self, host: &str) -> Arc<AsyncMutex<Times>> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if queues.len() >= MAX_IDLE_HOSTS && !queues.contains_key(host) {
            let cutoff = Instant::now().checked_sub(self.memory);
            queues.retain(|_, queue| match queue.try_lock() {
                // A reference outside the map is someone about to queue.
                Ok(times) => Arc::strong_count(queue) > 1 || times.ready_at(Duration::ZERO) > cutoff,
                Err(_) => true,
            });
        }
        Arc::clone(queues.entry(host.to_owned()).or_default())
    }
}

impl Turn {
    /// Waits for something that the host is to send. Where that takes long, the place in flight is lent to others meanwhile.
    pub async fn wait_for<T>(&mut self, something: impl Future<Output = T>) -> T {
        let mut something = pin!(something);
        let sent = match tokio::time::timeout(LENT_AFTER, &mut something).await {
            Ok(sent) if self.place.is_some() => return sent,
            Ok(sent) => sent,
            Err(_) => {
                self.place = None;
                something.await
            }
        };
        self.place = Arc::clone(&self.in_flight).acquire_owned().await.ok();
        sent
    }

    /// Keeps everyone from the host for this long.
    pub fn hold(&mut self, span: Duration) {
        self.times.held_until = self.times.held_until.max(Instant::now().checked_add(span));
    }

    /// The host answered after so long.
    pub fn answered_well(&mut self, after: Duration) {
        self.times.given_up = 0;
        self.times.slow = if after >= SLOW { after } else { Duration::ZERO };
        self.times.good += 1;
        if self.times.good >= RELIEF {
            self.times.good = 0;
            self.times.strain = self.times.strain.saturating_sub(1);
        }
    }

    /// The host answered that it has too much to do.
    pub fn answered_with_trouble(&mut self) {
        self.times.given_up = 0;
        self.back_off();
    }

    /// The host has trouble: from now on it gets twice the time.
    pub fn back_off(&mut self) {
        self.times.good = 0;
        self.times.strain = (self.times.strain + 1).min(MAX_STRAIN);
    }

    /// The host did not answer, and this page is not asked for again.
    pub fn gave_up(&mut self) {
        self.times.given_up += 1;
        if self.times.given_up >= PATIENCE {
            self.hold(REST);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.times.last_end = Some(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const TICK: Duration = Duration::from_millis(40);

    fn hosts(concurrency: usize) -> Arc<Hosts> {
        let (longest, none) = ((4 * TICK).into(), Duration::ZERO.into());
        Arc::new(Hosts::new(&Config {
            concurrency,
            max_retry_after_s: longest,
            delay_s: none,
            max_delay_s: none,
            ..Config::default()
        }))
    }

    async fn turn(hosts: &Hosts, host: &str) -> Turn {
        hosts.turn(host, Duration::ZERO).await.ok().unwrap()
    }

    #[tokio::test]
    async fn the_pause_counts_from_the_end_of_the_last_request() {
        let (hosts, start) = (hosts(8), Instant::now());
        let first = turn(&hosts, "a").await;
        let second = async {
            drop(hosts.turn("a", 2 * TICK).await.ok().unwrap());
            start.elapsed()
        };
        let work = async {
            tokio::time::sleep(3 * TICK).await;
            drop(first);
        };
        assert!(tokio::join!(second, work).0 >= 5 * TICK);
    }

    #[test]
    fn a_host_in_trouble_or_slow_gets_more_time_and_less_again_when_it_recovers() {
        let (delay, longest) = (Duration::from_secs(2), Duration::from_secs(30));
        let times = Arc::new(AsyncMutex::new(Times::default())).try_lock_owned().unwrap();
        let mut turn = Turn { times, in_flight: Arc::new(Semaphore::new(1)), place: None, _connection: None };
        let pause = |turn: &Turn| turn.times.pause(delay, longest).as_secs();
        turn.answered_well(Duration::from_millis(900));
        assert_eq!(pause(&turn), 2);
        turn.answered_well(Duration::from_secs(5));
        assert_eq!(pause(&turn), 5, "as long as its answer took");
        turn.answered_well(Duration::ZERO);
        turn.answered_with_trouble();
        turn.back_off();
        assert_eq!(pause(&turn), 8);
        (0..9).for_each(|_| turn.back_off());
        assert_eq!(pause(&turn), 30, "the longest");
        (0..RELIEF * MAX_STRAIN).for_each(|_| turn.answered_well(Duration::ZERO));
        assert_eq!(pause(&turn), 2);
        assert_eq!(turn.times.pause(Duration::ZERO, longest), Duration::ZERO, "who wants no pause gets none");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn one_request_at_a_time_per_host() {
        let (hosts, inside) = (hosts(8), Arc::new(AtomicUsize::new(0)));
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (hosts, inside) = (Arc::clone(&hosts), Arc::clone(&inside));
                tokio::spawn(async move {
                    let turn = turn(&hosts, "a").await;
                    assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                    tokio::task::yield_now().await;
                    inside.fetch_sub(1, Ordering::SeqCst);
                    drop(turn);
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_queue_at_a_stalled_host_costs_other_hosts_nothing() {
        let hosts = hosts(2);
        let stalled = turn(&hosts, "stalled").await;
        let waiting = hosts.turn("stalled", Duration::ZERO);
        tokio::select! {
            biased;
            _ = waiting => panic!("two at the same host"),
            other = turn(&hosts, "other") => drop(other),
        }
        drop(stalled);
    }

    #[tokio::test]
    async fn the_cap_holds_over_all_hosts() {
        let hosts = hosts(1);
        let one = turn(&hosts, "a").await;
        assert!(tokio::time::timeout(TICK, turn(&hosts, "b")).await.is_err());
        drop(one);
        turn(&hosts, "b").await;
    }

    #[tokio::test]
    async fn a_host_that_lets_wait_lends_its_place() {
        let hosts = hosts(1);
        let mut one = turn(&hosts, "a").await;
        let (tell, told) = tokio::sync::oneshot::channel();
        let other = async {
            let other = turn(&hosts, "b").await;
            tell.send(()).unwrap();
            tokio::time::sleep(TICK).await;
            drop(other);
            Instant::now()
        };
        let waiting = async {
            one.wait_for(told).await.unwrap();
            Instant::now()
        };
        let (given_back, taken_again) = tokio::join!(other, waiting);
        assert!(taken_again >= given_back, "never two in flight");
    }

    #[tokio::test]
    async fn a_held_host_is_waited_for_or_given_up() {
        let (hosts, start) = (hosts(1), Instant::now());
        turn(&hosts, "a").await.hold(2 * TICK);
        turn(&hosts, "a").await.hold(Duration::from_secs(60));
        assert!(start.elapsed() >= 2 * TICK);
        let Err(Cooldown::Asked(left)) = hosts.turn("a", Duration::ZERO).await else { panic!("not held") };
        assert!(left > Duration::from_secs(50));
        turn(&hosts, "b").await;
    }

    #[tokio::test]
    async fn a_host_that_never_answers_is_left_alone_for_a_while() {
        let hosts = hosts(1);
        for _ in 0..PATIENCE {
            turn(&hosts, "a").await.gave_up();
            turn(&hosts, "b").await.gave_up();
            turn(&hosts, "b").await.answered_well(Duration::ZERO);
        }
        assert!(matches!(hosts.turn("a", Duration::ZERO).await, Err(Cooldown::Silent(_))));
        turn(&hosts, "b").await;
    }

    #[tokio::test]
    async fn idle_hosts_are_forgotten_and_busy_ones_are_not() {
        let hosts = hosts(8);
        let busy = turn(&hosts, "busy").await;
        turn(&hosts, "held").await.hold(Duration::from_secs(60));
        for n in 0..3 * MAX_IDLE_HOSTS {
            drop(turn(&hosts, &n.to_string()).await);
        }
        let queues = hosts.queues.lock().unwrap();
        assert!(queues.len() <= MAX_IDLE_HOSTS && queues.contains_key("busy") && queues.contains_key("held"));
        drop(queues);
        drop(busy);
    }
}
