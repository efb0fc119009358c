//! Random schedules, each answer compared with what the whole story says.

use super::*;
use fastrand::Rng;

const SCHEDULES: u64 = 100_000;

/// What has happened so far, in the order in which the race was told.
#[derive(Default)]
struct Story {
    starts: Vec<u64>,
    /// When, which leg, how, and how many legs had been started by then.
    ends: Vec<(u64, u32, Verdict, usize)>,
    is_denied: bool,
    is_finished: bool,
}

#[derive(Debug, PartialEq)]
enum Answer {
    Start,
    WaitUntil(u64),
    Wait,
    Finish(u32),
}

impl Story {
    /// The answer, worked out from the beginning.
    fn answer(&self, terms: RaceTerms, now: u64) -> Answer {
        let ends = || self.ends.iter();
        if self.is_finished {
            return Answer::Wait;
        }
        if let Some((_, leg, ..)) = ends().find(|end| !end.2.is_retry()) {
            return Answer::Finish(*leg);
        }
        let is_running = self.ends.len() < self.starts.len();
        match self.next_start(terms, now) {
            Some(at) if at == now => return Answer::Start,
            Some(at) if is_running => return Answer::WaitUntil(at),
            _ if is_running => return Answer::Wait,
            _ => {}
        }
        let mut hinted: Vec<_> = self.hints().map(|(_, end, leg)| (end, leg)).collect();
        hinted.sort_by_key(|(end, leg)| (Reverse(*end), *leg));
        Answer::Finish(hinted.first().map_or(0, |(_, leg)| *leg))
    }

    /// Hint, its end, its leg.
    fn hints(&self) -> impl Iterator<Item = (u64, u64, u32)> {
        self.ends.iter().filter_map(|(at, leg, verdict, _)| {
            let hint = nanos::of(verdict.hint()?);
            Some((hint, at + hint, *leg))
        })
    }

    fn next_start(&self, terms: RaceTerms, now: u64) -> Option<u64> {
        let legs = self.starts.len();
        let is_forbidden = self.is_denied
            || legs > terms.max_hedges as usize
            || self.hints().any(|(hint, ..)| hint > terms.max_hint);
        let by_delay = self.starts.last()?.saturating_add(terms.delay?);
        let failed_since = self.ends.iter().find(|end| end.3 == legs);
        let by_failure = failed_since.map_or(u64::MAX, |end| end.0);
        let hold = self.hints().map(|(_, end, _)| end).max().unwrap_or(0);
        let at = by_delay.min(by_failure).max(hold).max(now);
        (!is_forbidden && at < terms.end).then_some(at)
    }
}

/// How often something happened that the schedules have to contain.
#[derive(Debug, Default)]
struct Seen {
    hedges_won: u32,
    failed_first: u32,
    failed_hinted: u32,
    denied: u32,
    put_off: u32,
}

struct Schedule {
    draw: Rng,
    terms: RaceTerms,
    race: Race<(u32, Rc<()>)>,
    /// Held by every outcome that is alive.
    alive: Rc<()>,
    now: u64,
    /// When each running leg ends, its number, and how.
    running: Vec<(u64, u32, Verdict)>,
    story: Story,
}

fn any_terms(draw: &mut Rng) -> RaceTerms {
    let delay = match draw.u8(..8) {
        0 => None,
        1 => Some(0),
        2 => Some(u64::MAX),
        _ => Some(draw.u64(1..20)),
    };
    let or_max = |draw: &mut Rng, below| {
        if draw.bool() {
            u64::MAX
        } else {
            draw.u64(..below)
        }
    };
    RaceTerms::new(delay)
        .max_hedges(draw.u32(..5))
        .max_hint(or_max(draw, 20))
        .end(or_max(draw, 100))
}

impl Schedule {
    fn new(seed: u64) -> Self {
        let mut draw = Rng::with_seed(seed);
        let terms = any_terms(&mut draw);
        let now = draw.u64(..30);
        let mut schedule = Self {
            draw,
            terms,
            race: Race::begin(terms, now),
            alive: Rc::new(()),
            now,
            running: Vec::new(),
            story: Story::default(),
        };
        schedule.leg_starts();
        schedule
    }

    fn leg_starts(&mut self) {
        let draw = &mut self.draw;
        let leg = u32::try_from(self.story.starts.len()).unwrap();
        let verdict = match draw.u8(..8) {
            0 => Done,
            1 if draw.bool() => Permanent,
            2 | 3 => RetryAfter(Duration::from_nanos(draw.u64(..25))),
            _ => Retry,
        };
        let end = self.now + draw.u64(..30);
        self.running.push((end, leg, verdict));
        self.story.starts.push(self.now);
    }

    fn obey_start(&mut self, seen: &mut Seen) -> RaceStep<(u32, Rc<()>)> {
        assert!(!self.story.is_denied && self.now < self.terms.end);
        if self.draw.u8(..8) == 0 {
            seen.denied += 1;
            self.story.is_denied = true;
            return self.race.denied();
        }
        self.leg_starts();
        self.race.started(self.now)
    }

    /// Lets the next thing happen: the end of a leg, the timer, or a look at the clock for no reason.
    fn pass(&mut self, due: Option<u64>) -> RaceStep<(u32, Rc<()>)> {
        self.draw.shuffle(&mut self.running);
        let next = self.running.iter().map(|leg| leg.0).enumerate();
        let next = next.min_by_key(|(_, end)| *end);
        let late = if self.draw.bool() {
            0
        } else {
            self.draw.u64(..4)
        };
        let mut tick = due.map(|due| due + late);
        if tick.is_none() || self.draw.u8(..8) == 0 {
            tick = Some(self.now + late);
        }
        let tick = tick.unwrap_or(u64::MAX);
        match next {
            // A late timer is told of after what has happened before; in the same tick either is first.
            Some((index, end)) if end < tick || end == tick && self.draw.bool() => {
                let (end, leg, verdict) = self.running.swap_remove(index);
                self.now = self.now.max(end);
                let end = (self.now, leg, verdict, self.story.starts.len());
                self.story.ends.push(end);
                let outcome = (leg, Rc::clone(&self.alive));
                self.race.outcome(leg, verdict, outcome, self.now)
            }
            _ => {
                self.now = tick;
                self.race.tick(tick)
            }
        }
    }

    fn run(mut self, seen: &mut Seen) {
        let mut step = self.race.tick(self.now);
        loop {
            let answer = match &step {
                RaceStep::Start => Answer::Start,
                RaceStep::WaitUntil(at) => Answer::WaitUntil(*at),
                RaceStep::Wait => Answer::Wait,
                RaceStep::Finish(end) => Answer::Finish(end.leg),
            };
            assert_eq!(answer, self.story.answer(self.terms, self.now));
            assert!(self.story.starts.len() <= 1 + self.terms.max_hedges as usize);
            assert_eq!(self.race.legs() as usize, self.story.starts.len());
            assert!(Rc::strong_count(&self.alive) <= 2, "more than one is kept");
            step = match step {
                RaceStep::Start if self.running.is_empty() || self.draw.u8(..8) > 0 => {
                    self.obey_start(seen)
                }
                RaceStep::Start => {
                    seen.put_off += 1;
                    self.pass(Some(self.now))
                }
                RaceStep::WaitUntil(at) => {
                    assert!(self.now < at && at < self.terms.end);
                    assert!(!self.running.is_empty(), "it waits for nothing");
                    self.pass(Some(at))
                }
                RaceStep::Wait => {
                    assert!(!self.running.is_empty(), "it waits for nothing");
                    self.pass(None)
                }
                RaceStep::Finish(end) => return self.ended(&end, seen),
            };
        }
    }

    fn ended(mut self, end: &RaceEnd<(u32, Rc<()>)>, seen: &mut Seen) {
        let told = self.story.ends.iter().find(|told| told.1 == end.leg);
        assert_eq!(told.map(|told| told.2), Some(end.verdict));
        assert_eq!(end.outcome.0, end.leg);
        assert_eq!(
            Rc::strong_count(&self.alive),
            2,
            "only what stands is alive"
        );
        match end.verdict {
            Done => seen.hedges_won += u32::from(end.leg != 0),
            Permanent => {}
            Retry => seen.failed_first += 1,
            RetryAfter(_) => seen.failed_hinted += 1,
        }
        self.story.is_finished = true;
        for _ in 0..4 {
            let leg = self.draw.u32(..5);
            let now = self.draw.u64(..200);
            let step = match self.draw.u8(..5) {
                0 => self.race.denied(),
                1 => self.race.started(now),
                2 => self
                    .race
                    .outcome(leg, Retry, (leg, Rc::clone(&self.alive)), now),
                3 => self
                    .race
                    .outcome(leg, Done, (leg, Rc::clone(&self.alive)), now),
                _ => self.race.tick(now),
            };
            assert!(matches!(step, RaceStep::Wait), "{step:?} after the end");
            assert_eq!(Rc::strong_count(&self.alive), 2);
            assert_eq!(self.race.legs() as usize, self.story.starts.len());
        }
    }
}

#[test]
fn a_hundred_thousand_schedules() {
    let mut seen = Seen::default();
    for seed in 0..SCHEDULES {
        Schedule::new(seed).run(&mut seen);
    }
    for count in [
        seen.hedges_won,
        seen.failed_first,
        seen.failed_hinted,
        seen.denied,
        seen.put_off,
    ] {
        assert!(count > 1000, "{seen:?}");
    }
}
