//! The extraction threads. Work is handed out and comes back in order; the number of items in flight is bounded, and so are their bytes.

use std::collections::VecDeque;
use std::sync::mpsc;

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::reorder::Reorder;
use super::setup::Error;

/// Stack of a thread in bytes. Parsers recurse over a page's nesting, which is capped; this leaves them ample space.
const STACK: usize = 16 << 20;

/// Items in flight for each thread: enough that no thread idles while another has a long page.
pub const AHEAD: u64 = 8;

/// Bytes of items in flight from which on no more are handed out.
const MAX_BYTES: u64 = 256 << 20;

/// A pool of `jobs` threads.
pub fn pool(jobs: usize) -> Result<ThreadPool, Error> {
    let builder = ThreadPoolBuilder::new().num_threads(jobs).stack_size(STACK).thread_name(|n| format!("extract-{n}"));
    builder.build().map_err(|error| Error::Threads(error.to_string()))
}

/// Maps items on `jobs` threads and hands the results to `sink` in the order of the items. `next` and `sink` run on the calling
/// thread; an error from either ends the work. `bytes` is about what an item takes until its result is given to `sink`.
pub fn map_in_order<Item, Out, E>(
    jobs: usize,
    mut next: impl FnMut() -> Result<Option<Item>, E>,
    bytes: impl Fn(&Item) -> u64,
    work: impl Fn(Item) -> Out + Sync,
    mut sink: impl FnMut(Out) -> Result<(), E>,
) -> Result<(), E>
where
    Item: Send,
    Out: Send,
    E: From<Error> + Send,
{
    let pool = pool(jobs)?;
    let window = AHEAD * jobs as u64;
    let work = &work;
    pool.in_place_scope(|scope| {
        let (sender, results) = mpsc::channel();
        let mut reorder = Reorder::new();
        let (mut dispatched, mut more) = (0, true);
        let (mut in_flight, mut total) = (VecDeque::new(), 0u64);
        loop {
            while more && dispatched - reorder.next() < window && total < MAX_BYTES {
                match next()? {
                    Some(item) => {
                        let (sender, number) = (sender.clone(), dispatched);
                        in_flight.push_back(bytes(&item));
                        total += in_flight.back().copied().unwrap_or_default();
                        dispatched += 1;
                        // The receiver is gone only if the work has ended with an error.
                        scope.spawn(move |_| drop(sender.send((number, work(item)))));
                    }
                    None => more = false,
                }
            }
            if reorder.next() == dispatched {
                return Ok(());
            }
            let Ok((number, result)) = results.recv() else { return Ok(()) };
            reorder.push(number, result);
            while let Some((_, result)) = reorder.pop() {
                total -= in_flight.pop_front().unwrap_or_default();
                sink(result)?;
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn order_is_kept_and_items_in_flight_are_bounded() {
        let (mut given, mut got) = (0..1000u64, Vec::new());
        let (in_flight, most) = (AtomicU64::new(0), AtomicU64::new(0));
        let next = || {
            let now = in_flight.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(now, Ordering::SeqCst);
            Ok::<_, Error>(given.next())
        };
        let work = |n: u64| {
            std::thread::sleep(std::time::Duration::from_micros(n * 7 % 300));
            n
        };
        map_in_order(
            3,
            next,
            |_| 1,
            work,
            |n| {
                in_flight.fetch_sub(1, Ordering::SeqCst);
                got.push(n);
                Ok(())
            },
        )
        .unwrap();
        assert_eq!(got, (0..1000).collect::<Vec<_>>());
        assert!(most.into_inner() <= 3 * AHEAD + 1);
    }

    #[test]
    fn the_bytes_of_items_in_flight_are_bounded() {
        let (mut given, in_flight, most) = (0..100u64, AtomicU64::new(0), AtomicU64::new(0));
        let next = || {
            most.fetch_max(in_flight.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            Ok::<_, Error>(given.next())
        };
        let sink = |_| {
            in_flight.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        };
        map_in_order(2, next, |_| MAX_BYTES / 2, |n| n, sink).unwrap();
        assert!(most.into_inner() <= 3);
    }

    #[test]
    fn an_error_ends_the_work() {
        let mut n = 0;
        let next = || {
            n += 1;
            Ok(Some(n))
        };
        let sink = |n: i32| if n == 20 { Err(Error::Unknown("twenty".into())) } else { Ok(()) };
        assert!(map_in_order(2, next, |_| 1, |n| n, sink).is_err());
        assert!(n < 200);
    }
}
