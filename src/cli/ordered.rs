//! Works on many things at once and takes the results in order.
//!
//! Results wait in memory only until it is their turn: work that is far ahead of it is not begun.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Things that may be worked on before the first of them is taken.
const AHEAD: usize = 512;
/// Weight that may wait; beyond it only the next result is worked for.
const WEIGHT: usize = 16 << 20;
/// Threads cost more than that many things do.
const FEW: usize = 1;
/// Results after which the taker is woken, and how long it sleeps at most: to wake it for each would cost more than the work
/// for a small file.
const BATCH: usize = 64;
const NAP: Duration = Duration::from_millis(20);

/// How many threads there are to be, if nobody says.
pub(crate) fn default_threads() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Calls `work` on any thread, and `take` on this one in the order of `items` until it says that it is enough.
pub(crate) fn in_order<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> R + Sync,
    weight: impl Fn(&R) -> usize + Sync,
    mut take: impl FnMut(R) -> bool,
) {
    if threads <= 1 || items.len() <= FEW {
        let _ = items.iter().all(|item| take(work(item)));
        return;
    }
    let line = Line::new(items.len());
    thread::scope(|scope| {
        // Also when `take` panics, those who wait have to end.
        let _end = End { line: &line, always: true };
        for _ in 0..threads.min(items.len()) {
            scope.spawn(|| {
                let _end = End { line: &line, always: false };
                while let Some(number) = line.claim() {
                    let Some(item) = items.get(number) else { break };
                    let result = work(item);
                    let weight = weight(&result);
                    line.put(number, result, weight);
                }
            });
        }
        let mut results = Vec::new();
        while line.next(&mut results) {
            if !results.drain(..).all(&mut take) {
                break;
            }
        }
    });
}

/// Where results wait for their turn.
struct Line<R> {
    all: usize,
    state: Mutex<State<R>>,
    /// Something can be taken.
    news: Condvar,
    /// Something can be claimed.
    room: Condvar,
}

struct State<R> {
    /// The first thing that nobody works on.
    unclaimed: usize,
    /// How many are done.
    done: usize,
    /// The next to be taken.
    turn: usize,
    ready: BTreeMap<usize, (R, usize)>,
    weight: usize,
    ended: bool,
}

impl<R> State<R> {
    fn take(&mut self, results: &mut Vec<R>) {
        while let Some((result, weight)) = self.ready.remove(&self.turn) {
            self.turn += 1;
            self.weight -= weight;
            results.push(result);
        }
    }
}

impl<R> Line<R> {
    fn new(all: usize) -> Self {
        let state = State { unclaimed: 0, done: 0, turn: 0, ready: BTreeMap::new(), weight: 0, ended: false };
        Self { all, state: Mutex::new(state), news: Condvar::new(), room: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the thing to work on; waits while too many results do.
    fn claim(&self) -> Option<usize> {
        let mut state = self.lock();
        loop {
            if state.ended || state.unclaimed >= self.all {
                return None;
            }
            let (number, ahead) = (state.unclaimed, state.unclaimed - state.turn);
            if ahead == 0 || ahead < AHEAD && state.weight < WEIGHT {
                state.unclaimed += 1;
                return Some(number);
            }
            self.news.notify_one();
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn put(&self, number: usize, result: R, weight: usize) {
        let mut state = self.lock();
        state.weight += weight;
        state.done += 1;
        state.ready.insert(number, (result, weight));
        if state.done == self.all || state.done.is_multiple_of(BATCH) {
            self.news.notify_one();
        }
    }

    /// The results whose turn it is; none where all are taken, or a thread has failed.
    fn next(&self, results: &mut Vec<R>) -> bool {
        let mut state = self.lock();
        while state.turn < self.all {
            state.take(results);
            if !results.is_empty() {
                self.room.notify_all();
                return true;
            }
            if state.ended {
                return false;
            }
            state = self.news.wait_timeout(state, NAP).unwrap_or_else(PoisonError::into_inner).0;
        }
        false
    }
}

/// Ends the line when a thread panics, and when nothing more is taken.
struct End<'l, R> {
    line: &'l Line<R>,
    always: bool,
}

impl<R> Drop for End<'_, R> {
    fn drop(&mut self) {
        if self.always || thread::panicking() {
            self.line.lock().ended = true;
            self.line.news.notify_all();
            self.line.room.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whatever_the_threads() {
        let items: Vec<usize> = (0..2_000).collect();
        for threads in [1, 2, 8] {
            let mut taken = Vec::new();
            let slow = |item: &usize| {
                if item.is_multiple_of(7) {
                    thread::yield_now();
                }
                item * 2
            };
            in_order(
                &items,
                threads,
                slow,
                |_| 0,
                |result| {
                    taken.push(result);
                    true
                },
            );
            assert_eq!(taken, items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn heavy_results_do_not_pile_up() {
        let waiting = Mutex::new((0_usize, 0_usize));
        let items = [(); 200];
        let work = |(): &()| {
            let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.0 += 1;
            waiting.1 = waiting.1.max(waiting.0);
        };
        in_order(
            &items,
            4,
            work,
            |()| WEIGHT,
            |()| {
                waiting.lock().unwrap_or_else(PoisonError::into_inner).0 -= 1;
                true
            },
        );
        // Each thread may have begun before the first result was put.
        let most = waiting.lock().unwrap_or_else(PoisonError::into_inner).1;
        assert!(most <= 9, "{most} waited");
    }

    #[test]
    fn the_taker_may_have_enough() {
        let mut taken = 0;
        in_order(
            &vec![0; 5_000],
            2,
            |item| *item,
            |_| 1,
            |_| {
                taken += 1;
                taken < 3
            },
        );
        assert_eq!(taken, 3);
    }

    #[test]
    fn a_thread_that_fails_ends_it() {
        let failed = std::panic::catch_unwind(|| {
            in_order(&[1, 2, 3], 2, |item| assert_ne!(*item, 2), |()| 0, |()| true);
        });
        assert!(failed.is_err());
    }
}
