//! When clients call.

use fastrand::Rng;

use super::{Event, Fleet};
use crate::clients::Calls;
use crate::duration::nanos;
use crate::latency::exponential;

impl Fleet<'_> {
    pub(super) fn first_calls(&mut self) {
        let count = self.scenario.clients.count;
        match self.scenario.clients.calls {
            Calls::Open { .. } => self.next_of_stream(),
            Calls::Paced { rate } => {
                self.due = vec![0; count as usize];
                for client in 0..count {
                    let first = gap(rate / f64::from(count), &mut self.arrivals);
                    self.queue.push(first, Event::Client(client));
                }
            }
            Calls::Closed { think } => {
                for client in 0..count {
                    let first = self.arrivals.u64(0..=nanos(think));
                    self.queue.push(first, Event::Client(client));
                }
            }
            Calls::AtOnce { at } => {
                for client in 0..count {
                    self.queue.push(nanos(at), Event::Client(client));
                }
            }
        }
    }

    /// The streams of all clients together are one stream, of which each call is anyone's.
    pub(super) fn stream(&mut self) {
        self.next_of_stream();
        let clients = &self.scenario.clients;
        // The stream is as dense as it ever gets; at other times only a part of it is.
        let is_made = clients.surges.is_empty()
            || self.arrivals.f64() * clients.most() < clients.factor(self.now);
        let client = self.arrivals.u32(0..clients.count.max(1));
        if is_made {
            self.begin(0, client);
        }
    }

    fn next_of_stream(&mut self) {
        let clients = &self.scenario.clients;
        if let Calls::Open { rate } = clients.calls {
            let gap = gap(rate * clients.most(), &mut self.arrivals);
            self.after(gap, Event::Stream);
        }
    }

    pub(super) fn client_calls(&mut self, client: u32) {
        if let Calls::Paced { rate } = self.scenario.clients.calls {
            let count = f64::from(self.scenario.clients.count);
            let gap = gap(rate / count, &mut self.arrivals);
            self.due[client as usize] = self.now.saturating_add(gap);
        }
        self.begin(0, client);
    }

    /// The client's call has ended.
    pub(super) fn next_call(&mut self, client: u32) {
        match self.scenario.clients.calls {
            Calls::Paced { .. } => {
                let due = self.due[client as usize].max(self.now);
                self.later(due - self.now, Event::Client(client));
            }
            Calls::Closed { think } => self.later(nanos(think), Event::Client(client)),
            Calls::Open { .. } | Calls::AtOnce { .. } => {}
        }
    }
}

/// The time from one call to the next, at this rate; without a rate, for ever.
fn gap(rate: f64, arrivals: &mut Rng) -> u64 {
    if rate > 0.0 {
        exponential(1.0 / rate, arrivals)
    } else {
        u64::MAX
    }
}
