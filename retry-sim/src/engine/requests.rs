//! A request from the caller to the service and back.

use super::{Event, Fleet, Reply};

impl Fleet<'_> {
    /// Over the network to the service.
    pub(super) fn send(&mut self, request: u32) {
        let network = self.scenario.network;
        if network.is_none() {
            self.reach(request);
        } else {
            let takes = network.draw(&mut self.chance);
            self.after(takes, Event::Reach(request));
        }
    }

    /// At the service: refused, kept waiting, or begun.
    pub(super) fn reach(&mut self, number: u32) {
        let layer = self.requests.at(number).layer as usize;
        self.record.request(layer);
        let server = &mut self.servers[layer];
        if let Some(hint) = server.refuses(self.now) {
            self.record.refused();
            return self.respond(number, Reply::Refused(hint));
        }
        let replica = match server.spec.replicas {
            0 | 1 => 0,
            replicas => self.chance.u32(0..replicas),
        };
        let request = self.requests.at(number);
        (request.replica, request.version) = (replica, server.version);
        if let Some(outage) = server.spec.outage_of(replica, self.now) {
            if !outage.hangs {
                return self.respond(number, Reply::Failure);
            }
            let until = outage.span().end();
            self.requests.at(number).reply = Reply::Failure;
            return self.queue.push(until, Event::Answer(number));
        }
        if server.has_room(replica) {
            self.work(number);
        } else if !server.enqueue(replica, number) {
            self.record.refused();
            self.respond(number, Reply::Refused(None));
        }
    }

    /// The replica begins.
    fn work(&mut self, number: u32) {
        let request = self.requests.at(number);
        let (layer, replica) = (request.layer as usize, request.replica);
        let takes = self.servers[layer].begin(replica, self.now, &mut self.chance);
        self.after(takes, Event::Finish(number));
    }

    /// The replica has done its part; what lies behind it is still to be asked.
    pub(super) fn finish(&mut self, number: u32) {
        let request = self.requests.at(number);
        let (layer, replica, version) = (request.layer, request.replica, request.version);
        let server = &mut self.servers[layer as usize];
        let next = server.end(replica);
        let down = server.spec.outage_of(replica, self.now).is_some();
        let failed = down
            || (server.spec.contended && version != server.version)
            || (server.spec.failure > 0.0 && self.chance.f64() < server.spec.failure);
        server.version += u64::from(!failed);
        if failed {
            self.respond(number, Reply::Failure);
        } else if (layer as usize) + 1 < self.servers.len() {
            self.begin(layer + 1, number);
        } else {
            self.respond(number, Reply::Success);
        }
        if let Some(next) = next {
            self.work(next);
        }
    }

    /// Over the network back to the caller.
    pub(super) fn respond(&mut self, number: u32, reply: Reply) {
        self.requests.at(number).reply = reply;
        let network = self.scenario.network;
        if network.is_none() {
            self.answer(number);
        } else {
            let takes = network.draw(&mut self.chance);
            self.after(takes, Event::Answer(number));
        }
    }

    /// One event fewer names this request.
    pub(super) fn release(&mut self, number: u32) {
        let request = self.requests.at(number);
        request.awaited -= 1;
        if request.awaited == 0 {
            self.requests.free(number);
        }
    }
}
