//! What happens next: events in the order of their times, and of their making where the times are the same.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// Events of one run. The number that each is given makes the order total, so that the same run has the same bytes.
///
/// Most events of a large fleet lie far ahead. They wait unsorted in slots of about a millisecond, and only those of the
/// slot at hand are kept in order, which is what makes a million waiting clients cheap.
#[derive(Debug)]
pub(crate) struct Queue<E> {
    near: BinaryHeap<Reverse<Entry<E>>>,
    /// Those of the next [`SLOTS`] slots, by the number of the slot modulo that.
    slots: Vec<Vec<Entry<E>>>,
    far: BinaryHeap<Reverse<Entry<E>>>,
    /// The slot at hand: `near` has its events, and none of later ones.
    slot: u64,
    in_slots: usize,
    numbered: u64,
}

const SLOTS: u64 = 4096;
/// A slot is so many bits of nanoseconds.
const WIDTH: u32 = 20;

#[derive(Debug)]
struct Entry<E> {
    at: u64,
    number: u64,
    event: E,
}

impl<E> Queue<E> {
    pub(crate) fn new() -> Self {
        Self {
            near: BinaryHeap::new(),
            slots: (0..SLOTS).map(|_| Vec::new()).collect(),
            far: BinaryHeap::new(),
            slot: 0,
            in_slots: 0,
            numbered: 0,
        }
    }

    pub(crate) fn push(&mut self, at: u64, event: E) {
        self.numbered += 1;
        let number = self.numbered;
        self.place(Entry { at, number, event });
    }

    fn place(&mut self, entry: Entry<E>) {
        let slot = entry.at >> WIDTH;
        if slot <= self.slot {
            self.near.push(Reverse(entry));
        } else if slot - self.slot < SLOTS {
            self.in_slots += 1;
            self.slots[index(slot)].push(entry);
        } else {
            self.far.push(Reverse(entry));
        }
    }

    /// The next event, with its time.
    pub(crate) fn pop(&mut self) -> Option<(u64, E)> {
        while self.near.is_empty() {
            self.advance()?;
        }
        let Reverse(entry) = self.near.pop()?;
        Some((entry.at, entry.event))
    }

    /// To the next slot that may have events.
    fn advance(&mut self) -> Option<()> {
        if self.in_slots == 0 {
            let Reverse(first) = self.far.peek()?;
            self.slot = first.at >> WIDTH;
        } else {
            self.slot += 1;
        }
        while let Some(Reverse(entry)) = self.far.peek() {
            if (entry.at >> WIDTH).saturating_sub(self.slot) >= SLOTS {
                break;
            }
            if let Some(Reverse(entry)) = self.far.pop() {
                self.place(entry);
            }
        }
        let mut entries = std::mem::take(&mut self.slots[index(self.slot)]);
        self.in_slots -= entries.len();
        self.near.extend(entries.drain(..).map(Reverse));
        // The room is used again.
        self.slots[index(self.slot)] = entries;
        Some(())
    }
}

const fn index(slot: u64) -> usize {
    (slot % SLOTS) as usize
}

impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl<E> Eq for Entry<E> {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn events_come_in_the_order_of_their_times_and_then_of_their_making() {
        let mut random = fastrand::Rng::with_seed(3);
        let (mut queue, mut expected) = (Queue::new(), BTreeSet::new());
        let mut now = 0;
        // Near, far, very far and at the same time, while others are taken out.
        for made in 0..60_000 {
            let ahead = [0, 1 << 10, 1 << 24, 1 << 34][made % 4];
            let at = now + random.u64(0..=ahead);
            queue.push(at, made);
            expected.insert((at, made));
            let taken = if made % 2000 == 0 { 1990 } else { made % 2 };
            for _ in 0..taken {
                let next = queue.pop();
                assert_eq!(next, expected.pop_first());
                now = next.map_or(now, |(at, _)| at);
            }
        }
        while let Some(next) = queue.pop() {
            assert_eq!(Some(next), expected.pop_first());
        }
        assert!(expected.is_empty());
    }
}
