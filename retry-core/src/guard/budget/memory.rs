//! A bucket whose deposits are forgotten after a while.

use core::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use core::time::Duration;

use super::Payment;
use super::terms::{TOKEN, Terms};
use crate::guard::slices::{SLICES, Slices};
use crate::guard::sync::AtomicU64;

/// All amounts that were ever deposited, as one line with the oldest in front, of which three things are known: how long it
/// is, how far the retries have come along it, and how long it was when each of the last slices of time began.
///
/// What pays for a retry is the end of the line: what is neither spent, nor older than the window, nor more than the bucket
/// holds. A deposit moves the end, a withdrawal the front, and to forget is to look. Lengths wrap; their distances are right
/// while fewer than nine billion tokens are deposited within two windows.
///
/// No order of events makes an old deposit pay. A deposit counts from its arrival, in the newest slice that any thread was
/// told, however long its own thread slept. A slice is announced once its start is written. Starts only rise, to lengths
/// that the line had before the slice was announced, so a thread that wakes late has nothing to add.
pub(super) struct Memory {
    pub(super) terms: Terms,
    pub(super) slices: Slices,
    deposited: AtomicU64,
    /// Never ahead of `deposited`, as no start is: both are read before it where they are subtracted from it.
    spent: AtomicU64,
    /// What is left of the reserve, which has no age. Whole tokens.
    reserve: AtomicU64,
    /// The newest slice that was announced.
    slice: AtomicU64,
    /// `deposited` as each slice began: a ring.
    starts: [AtomicU64; STARTS],
}

/// Those of the slices that count, and of as many to come: whoever prepares one of these writes over no start that others
/// look at.
const STARTS: usize = 2 * SLICES;

/// From a slice to the oldest that counts with it, forwards around the ring.
const OLDEST: u64 = (STARTS + 1 - SLICES) as u64;

impl Memory {
    pub(super) const fn new(terms: Terms, slices: Slices) -> Self {
        Self {
            terms,
            slices,
            deposited: AtomicU64::new(0),
            spent: AtomicU64::new(0),
            reserve: AtomicU64::new(terms.start()),
            slice: AtomicU64::new(0),
            starts: [const { AtomicU64::new(0) }; STARTS],
        }
    }

    /// The newest slice.
    pub(super) fn newest(&self) -> u64 {
        self.slice.load(Acquire)
    }

    /// The newest slice once this time is told: the one it lies in, or a later one that others told.
    pub(super) fn told(&self, now: Duration) -> u64 {
        let slice = self.slices.number(now);
        let mut newest = self.newest();
        while newest < slice {
            newest = self.announce(slice, newest);
        }
        newest
    }

    pub(super) fn deposit(&self, slice: u64) {
        if !self.is_full(slice) {
            self.deposited.fetch_add(self.terms.ratio, Release);
        }
    }

    /// What ages is spent first, so that the reserve is there when calls are few.
    pub(super) fn take(&self, slice: u64) -> Option<Payment> {
        let taken = |spent| {
            let (deposited, held) = self.held(spent, slice);
            let left = held.checked_sub(TOKEN)?;
            Some(deposited.wrapping_sub(left))
        };
        if self.spent.fetch_update(AcqRel, Acquire, taken).is_ok() {
            return Some(Payment::Deposits);
        }
        let taken = |reserve: u64| reserve.checked_sub(TOKEN);
        let reserve = self.reserve.fetch_update(Relaxed, Relaxed, taken);
        reserve.is_ok().then_some(Payment::Reserve)
    }

    /// What deposits paid is again as old as what was spent last.
    pub(super) fn give_back(&self, payment: Payment) {
        match payment {
            Payment::Deposits => self.spent.fetch_add(TOKEN.wrapping_neg(), AcqRel),
            Payment::Reserve => self.reserve.fetch_add(TOKEN, Relaxed),
        };
        self.forget(self.newest());
    }

    pub(super) fn tokens(&self) -> u64 {
        let (_, held) = self.held(self.spent.load(Acquire), self.newest());
        held + self.reserve.load(Relaxed)
    }

    /// How long the line is, and how much at its end pays in this slice.
    fn held(&self, spent: u64, slice: u64) -> (u64, u64) {
        let oldest = self.start(slice + OLDEST).load(Acquire);
        let deposited = self.deposited.load(Acquire);
        let young = deposited.wrapping_sub(oldest);
        let unspent = deposited.wrapping_sub(spent);
        (deposited, unspent.min(young).min(self.room()))
    }

    /// Whether all that the bucket holds is as young as a deposit would be: then one changes nothing, and is not written.
    fn is_full(&self, slice: u64) -> bool {
        // Before `spent`: where others deposit and withdraw meanwhile it seems less full than it is, never more.
        let deposited = self.deposited.load(Acquire);
        let room = self.room();
        ahead(deposited, self.spent.load(Acquire)) >= room
            && ahead(deposited, self.start(slice).load(Acquire)) >= room
    }

    /// What the reserve leaves for deposits.
    fn room(&self) -> u64 {
        let reserve = self.reserve.load(Relaxed);
        self.terms.capacity.saturating_sub(reserve)
    }

    #[expect(clippy::cast_possible_truncation, reason = "less than the starts")]
    fn start(&self, slice: u64) -> &AtomicU64 {
        &self.starts[(slice % STARTS as u64) as usize]
    }

    /// Tries to let `slice` follow on `newest`; gives back the newest.
    #[cold]
    fn announce(&self, slice: u64, newest: u64) -> u64 {
        let deposited = self.deposited.load(Acquire);
        // Where another slice was announced, the line may hold deposits that are younger than the start of `slice`.
        let unchanged = self.newest();
        if unchanged != newest {
            return unchanged;
        }
        let first = slice.saturating_sub(STARTS as u64 - 1).max(newest + 1);
        for slice in first..=slice {
            let later = |start| (ahead(deposited, start) > 0).then_some(deposited);
            let _late_enough = self.start(slice).fetch_update(AcqRel, Acquire, later);
        }
        match self.slice.compare_exchange(newest, slice, AcqRel, Acquire) {
            Ok(_) => {
                self.forget(slice);
                slice
            }
            Err(newest) => newest,
        }
    }

    /// What no longer pays counts as spent, so that distances stay short.
    fn forget(&self, slice: u64) {
        let forgotten = |spent| {
            let (deposited, held) = self.held(spent, slice);
            let front = deposited.wrapping_sub(held);
            (front != spent).then_some(front)
        };
        let _nothing = self.spent.fetch_update(AcqRel, Acquire, forgotten);
    }
}

#[cfg(test)]
impl Memory {
    /// What a deposit moves.
    #[cfg(not(loom))]
    pub(super) fn line(&self) -> u64 {
        self.deposited.load(Relaxed)
    }

    /// As if this much had been deposited and spent before.
    #[cfg(not(loom))]
    pub(super) fn wind(&self, length: u64) {
        for all in [&self.deposited, &self.spent]
            .into_iter()
            .chain(&self.starts)
        {
            all.store(length, Relaxed);
        }
    }

    /// Loom wants an atomic to exist before threads share it.
    #[cfg(loom)]
    pub(super) fn touch(&self) {
        for all in [&self.deposited, &self.spent, &self.reserve, &self.slice]
            .into_iter()
            .chain(&self.starts)
        {
            all.load(Relaxed);
        }
    }
}

/// How far `length` is ahead of `other`, where lengths wrap; 0 where it is behind.
const fn ahead(length: u64, other: u64) -> u64 {
    let distance = length.wrapping_sub(other);
    if distance > u64::MAX / 2 { 0 } else { distance }
}
