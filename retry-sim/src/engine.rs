//! The simulation: what happens, in the order of virtual time.

mod arrivals;
mod calls;
mod cooling;
mod guards;
mod hedging;
mod requests;
mod server;
mod slab;

use fastrand::Rng;
use retry_core::Permit;

use self::guards::Guards;
use self::hedging::Hedged;
use self::server::Server;
use self::slab::Slab;
use crate::duration::nanos;
use crate::queue::Queue;
use crate::record::Recorder;
use crate::run::Run;
use crate::scenario::Scenario;
use crate::strategy::{Strategy, Tally};

impl Scenario {
    /// What happens where all clients, and the services that call others, follow this strategy.
    #[must_use]
    pub fn run(&self, strategy: &Strategy) -> Run {
        self.run_watched(strategy, |_| ())
    }

    /// As [`run`](Self::run), and tells at each step of virtual time what share of it has passed.
    #[must_use]
    pub fn run_watched(&self, strategy: &Strategy, mut watch: impl FnMut(f64)) -> Run {
        let guards = Guards::new(self, strategy);
        let mut fleet = Fleet::new(self, strategy, &guards);
        fleet.first_calls();
        let (end, steps) = (nanos(self.time), fleet.record.steps());
        let mut told = 0;
        while let Some((at, event)) = fleet.queue.pop() {
            if at > end {
                break;
            }
            fleet.now = at;
            let step = fleet.record.advance(at, fleet.waiting());
            if step > told {
                told = step;
                watch(share(step, steps));
            }
            fleet.happen(event);
        }
        watch(1.0);
        fleet.record.finish(&strategy.name)
    }
}

/// The least time between the end of an attempt and the next, in nanoseconds.
const MOMENT: u64 = 1000;

#[expect(clippy::cast_precision_loss, reason = "for a progress bar")]
fn share(step: usize, steps: usize) -> f64 {
    step as f64 / steps as f64
}

/// What happens at one moment. The numbers are places of requests and calls.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// A call of the open stream is due, whoever makes it.
    Stream,
    /// This client makes its next call.
    Client(u32),
    /// A request reaches its service.
    Reach(u32),
    /// A replica has done with a request.
    Finish(u32),
    /// The answer reaches the caller.
    Answer(u32),
    /// The caller gives the attempt up, if it still waits.
    Timeout(u32),
    /// The delay has passed.
    Again(u32),
    /// The next leg of an attempt may be due.
    Leg(u32),
}

/// A call in flight: who makes it, and how far it has come.
///
/// Not the state machine itself but its position, from which it is resumed: there are a million of these, each in one line of
/// the cache.
#[derive(Debug)]
struct Call {
    began: u64,
    /// The delay before the latest attempt.
    previous: u64,
    seed: u64,
    /// The client, or the request of the service above on whose behalf it is made.
    owner: u32,
    /// 0 for a call of a client.
    layer: u32,
    /// Attempts that were begun.
    made: u32,
    /// The attempt that runs, where it is hedged.
    hedged: Option<Box<Hedged>>,
}

/// A request in flight: one attempt of a call, as the network and the server see it.
#[derive(Debug)]
struct Request<'g> {
    call: u32,
    /// Which leg of the attempt it is, from 0.
    leg: u32,
    layer: u32,
    replica: u32,
    reply: Reply,
    /// The caller has had its answer, or has given up.
    over: bool,
    /// Events that still name this request: its place is free when there are none.
    awaited: u32,
    /// How many requests the service had answered well when this one arrived.
    version: u64,
    permit: Option<Permit<'g>>,
}

/// How a request ends, as its caller sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reply {
    Success,
    Failure,
    /// Refused at once, perhaps with a hint in nanoseconds.
    Refused(Option<u64>),
    TimedOut,
}

struct Fleet<'g> {
    scenario: &'g Scenario,
    strategy: &'g Strategy,
    guards: &'g Guards,
    queue: Queue<Event>,
    now: u64,
    calls: Slab<Call>,
    requests: Slab<Request<'g>>,
    servers: Vec<Server<'g>>,
    tallies: Vec<Tally>,
    /// The longest hint that each holder's cooldown was last told, in nanoseconds.
    pauses: Vec<u64>,
    /// When each client may make its next call, where they make one at a time.
    due: Vec<u64>,
    /// When calls come, so that it is the same for every strategy.
    arrivals: Rng,
    /// Latencies and failures.
    chance: Rng,
    /// The seeds of calls.
    seeds: Rng,
    record: Recorder,
}

impl<'g> Fleet<'g> {
    fn new(scenario: &'g Scenario, strategy: &'g Strategy, guards: &'g Guards) -> Self {
        let mut seeds = Rng::with_seed(scenario.seed);
        let layers = scenario.services.len();
        Self {
            scenario,
            strategy,
            guards,
            queue: Queue::new(),
            now: 0,
            calls: Slab::new(),
            requests: Slab::new(),
            servers: scenario.services.iter().map(Server::new).collect(),
            tallies: guards.tallies(strategy, scenario),
            pauses: vec![0; guards.cooldowns.len()],
            due: Vec::new(),
            arrivals: seeds.fork(),
            chance: seeds.fork(),
            seeds,
            record: Recorder::new(scenario.time, scenario.step, layers),
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Stream => self.stream(),
            Event::Client(client) => self.client_calls(client),
            Event::Reach(request) => self.reach(request),
            Event::Finish(request) => self.finish(request),
            Event::Answer(request) => self.answer(request),
            Event::Timeout(request) => self.timeout(request),
            Event::Again(call) => self.attempt(call),
            Event::Leg(call) => self.leg_due(call),
        }
    }

    /// In so many nanoseconds, which may be none.
    fn after(&mut self, delay: u64, event: Event) {
        self.queue.push(self.now.saturating_add(delay), event);
    }

    /// In so many nanoseconds, and at least a moment: whoever goes on at once still takes time, and a run comes to its end.
    fn later(&mut self, delay: u64, event: Event) {
        self.after(delay.max(MOMENT), event);
    }

    /// Requests that wait for the last service.
    fn waiting(&self) -> u64 {
        self.servers.last().map_or(0, |server| server.waiting)
    }
}
