//! Tokens that are forgotten when they are old.

use core::sync::atomic::Ordering::{Acquire, Relaxed, SeqCst};
use core::time::Duration;

use super::TOKEN;
use crate::guard::sync::AtomicU64;
use crate::policy::nanos;

/// The deposits of the last ten slices of time; those that are spent are the oldest.
///
/// Deposits and withdrawals are counted from the beginning, and never go back but where a withdrawal is returned: what is
/// there is the difference. At the start of each slice the deposits so far are written down, and what was deposited before
/// the oldest slice that still counts is as good as spent. The counters wrap; only differences are looked at, and they are
/// small.
pub(super) struct Memory {
    /// The nanoseconds of a slice.
    width: u64,
    deposited: AtomicU64,
    spent: AtomicU64,
    /// The number of the slice that is filled now.
    slice: AtomicU64,
    /// What had been deposited when a slice began, at the place of its number.
    starts: [AtomicU64; PLACES],
}

/// A shorter window acts as this one.
pub(super) const SHORTEST_WINDOW: Duration = Duration::from_millis(1);

/// Slices that count, the one that is filled included: what is in them is never older than the window.
const SLICES: u64 = 10;
/// Some more than that, so that the place of a slice that counts is not written, however late a writer comes.
const PLACES: usize = 16;

impl Memory {
    pub(super) const fn new(window: Duration) -> Self {
        let shortest = nanos::of(SHORTEST_WINDOW);
        let window = nanos::of(window);
        let window = if window < shortest { shortest } else { window };
        Self {
            width: window / SLICES,
            deposited: AtomicU64::new(0),
            spent: AtomicU64::new(0),
            slice: AtomicU64::new(0),
            starts: [const { AtomicU64::new(0) }; PLACES],
        }
    }

    pub(super) const fn window(&self) -> Duration {
        Duration::from_nanos(self.width.saturating_mul(SLICES))
    }

    /// Adds to the slice that is filled now. Where there is no `room` for more, the oldest tokens make place.
    pub(super) fn deposit(&self, amount: u64, room: u64) {
        let filled_from = self.start_of(self.slice.load(Acquire));
        let base = later(self.spent.load(Relaxed), filled_from);
        // Full of tokens as new as this one: only read, so that the cache line stays shared between cores.
        if self.deposited.load(Relaxed).wrapping_sub(base) < room {
            self.deposited.fetch_add(amount, SeqCst);
        }
    }

    /// Takes the oldest token, where `room` bounds how many there are.
    pub(super) fn withdraw(&self, room: u64) -> bool {
        let take = |spent: u64| {
            let base = self.base(spent, room);
            (self.deposited.load(Relaxed).wrapping_sub(base) >= TOKEN)
                .then(|| base.wrapping_add(TOKEN))
        };
        self.spent.fetch_update(Relaxed, Relaxed, take).is_ok()
    }

    /// As good as spent: what was spent, what is too old, and what there is no room for.
    fn base(&self, spent: u64, room: u64) -> u64 {
        let slice = self.slice.load(Acquire);
        let too_old = self.start_of(slice.wrapping_sub(SLICES - 1));
        let no_room = self.deposited.load(Relaxed).wrapping_sub(room);
        later(later(spent, too_old), no_room)
    }

    /// Where it is too old by now, it is as good as spent nevertheless.
    pub(super) fn give_back(&self) {
        let given = |spent: u64| Some(spent.wrapping_sub(TOKEN));
        let _always = self.spent.fetch_update(Relaxed, Relaxed, given);
    }

    /// What is there.
    pub(super) fn tokens(&self, room: u64) -> u64 {
        let base = self.base(self.spent.load(Relaxed), room);
        self.deposited.load(Relaxed).wrapping_sub(base)
    }

    /// It is so late now.
    pub(super) fn tell(&self, now: Duration) {
        let slice = nanos::of(now) / self.width;
        let mut last = self.slice.load(Acquire);
        while slice > last {
            last = self.turn(last, slice);
        }
    }

    /// Begins the slices after `last` up to `slice`, unless somebody else does; gives back the slice that is filled then.
    #[cold]
    fn turn(&self, last: u64, slice: u64) -> u64 {
        let first = (last + 1).max(slice.saturating_sub(PLACES as u64 - 1));
        for begun in first..=slice {
            let place = self.place_of(begun);
            loop {
                let written = place.load(SeqCst);
                let deposited = self.deposited.load(SeqCst);
                // Read after the deposits: they were made before anybody began a slice, so none of them is newer than it
                // is taken for. A writer that comes late finds the slice changed, or the place.
                let current = self.slice.load(SeqCst);
                if current != last {
                    return current;
                }
                let write = place.compare_exchange(written, deposited, SeqCst, SeqCst);
                if write.is_ok() {
                    break;
                }
            }
        }
        if let Err(current) = self.slice.compare_exchange(last, slice, SeqCst, SeqCst) {
            return current;
        }
        // Or it would lag behind by more than a difference can tell.
        let too_old = self.start_of(slice.wrapping_sub(SLICES - 1));
        let forget = |spent| Some(later(spent, too_old));
        let _always = self.spent.fetch_update(Relaxed, Relaxed, forget);
        slice
    }

    fn start_of(&self, slice: u64) -> u64 {
        self.place_of(slice).load(Acquire)
    }

    #[expect(clippy::cast_possible_truncation, reason = "less than sixteen")]
    fn place_of(&self, slice: u64) -> &AtomicU64 {
        &self.starts[(slice % PLACES as u64) as usize]
    }
}

/// The later of two counts that are less than half a circle apart.
const fn later(a: u64, b: u64) -> u64 {
    if a.wrapping_sub(b) < 1 << 63 { a } else { b }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    const MS: Duration = Duration::from_millis(1);
    const ROOM: u64 = 5 * TOKEN;

    /// The times of whole tokens that were deposited and not spent, oldest first.
    #[derive(Default)]
    struct Exact(VecDeque<u64>);

    impl Exact {
        /// How many are younger than this.
        fn younger(&self, now: u64, age: u64) -> usize {
            self.0.iter().filter(|at| now - **at < age).count()
        }

        fn spend(&mut self, now: u64, age: u64) {
            while self.0.front().is_some_and(|at| now - at >= age) {
                self.0.pop_front();
            }
            self.0.pop_front();
        }
    }

    /// A window of 100 ms: what it pays for is never older than that, and never less than 90 ms of deposits.
    #[test]
    fn it_pays_for_no_older_deposit_and_forgets_none_a_tenth_early() {
        let mut random = fastrand::Rng::with_seed(5);
        for _ in 0..300 {
            let memory = Memory::new(100 * MS);
            // Of the same deposits: all that may pay, and all that have to.
            let (mut most, mut least) = (Exact::default(), Exact::default());
            let mut now = random.u64(..1_000_000);
            for _ in 0..200 {
                now += if random.u8(..20) == 0 {
                    random.u64(..300)
                } else {
                    random.u64(..8)
                };
                memory.tell(u32::try_from(now).unwrap() * MS);
                if random.bool() {
                    memory.deposit(TOKEN, 1_000 * TOKEN);
                    most.0.push_back(now);
                    least.0.push_back(now);
                } else {
                    let paid = memory.withdraw(1_000 * TOKEN);
                    assert!(!paid || most.younger(now, 100) > 0, "paid by an old one");
                    assert!(paid || least.younger(now, 90) == 0, "forgotten too early");
                    if paid {
                        most.spend(now, 100);
                        least.spend(now, 90);
                    }
                }
                let tokens = usize::try_from(memory.tokens(1_000 * TOKEN) / TOKEN).unwrap();
                assert!(least.younger(now, 90) <= tokens && tokens <= most.younger(now, 100));
            }
        }
    }

    #[test]
    fn a_full_one_takes_newer_tokens_for_older_ones_and_is_only_read_by_equals() {
        let memory = Memory::new(100 * MS);
        memory.tell(5 * MS);
        (0..9).for_each(|_| memory.deposit(TOKEN, ROOM));
        assert_eq!(memory.deposited.load(Relaxed), ROOM, "full of this slice");
        assert_eq!(memory.tokens(ROOM), ROOM);
        memory.tell(55 * MS);
        (0..2).for_each(|_| memory.deposit(TOKEN, ROOM));
        assert_eq!(memory.tokens(ROOM), ROOM);
        memory.tell(105 * MS);
        assert_eq!(memory.tokens(ROOM), 2 * TOKEN, "the newer ones are left");
    }

    #[test]
    fn after_a_gap_nothing_is_left_however_long_it_was() {
        for gap in [100, 101, 159, 160, 161, 1_000, 1 << 30] {
            let memory = Memory::new(100 * MS);
            memory.tell(7 * MS);
            memory.deposit(TOKEN, ROOM);
            memory.tell((7 + gap) * MS);
            assert_eq!(memory.tokens(ROOM), 0, "{gap} ms");
        }
    }

    #[test]
    fn a_clock_that_goes_back_changes_nothing() {
        let memory = Memory::new(100 * MS);
        memory.tell(1_000 * MS);
        memory.deposit(TOKEN, ROOM);
        memory.tell(MS);
        assert_eq!(memory.tokens(ROOM), TOKEN);
        assert!(memory.withdraw(ROOM));
    }

    #[test]
    fn a_token_that_is_given_back_is_as_old_as_it_was() {
        let memory = Memory::new(100 * MS);
        memory.tell(MS);
        memory.deposit(TOKEN, ROOM);
        memory.tell(50 * MS);
        assert!(memory.withdraw(ROOM));
        memory.give_back();
        assert_eq!(memory.tokens(ROOM), TOKEN);
        memory.tell(101 * MS);
        assert_eq!(memory.tokens(ROOM), 0);
    }

    #[test]
    fn the_counters_go_round() {
        let memory = Memory::new(100 * MS);
        let nearly = 0_u64.wrapping_sub(3 * TOKEN);
        memory.deposited.store(nearly, Relaxed);
        memory.spent.store(nearly, Relaxed);
        memory
            .starts
            .iter()
            .for_each(|start| start.store(nearly, Relaxed));
        for slice in 0..100 {
            memory.tell(10 * slice * MS);
            memory.deposit(TOKEN, ROOM);
            let tokens = memory.tokens(ROOM) / TOKEN;
            assert_eq!(tokens, u64::from(slice + 1).min(5), "slice {slice}");
        }
    }
}
