mod random;

use core::time::Duration;
use std::rc::Rc;

use super::*;
use Verdict::{Done, Permanent, Retry, RetryAfter};

const MS: u64 = 1_000_000;
/// Every race of these tests begins at 1 ms: its times are those of the caller's clock.
const BEGIN: u64 = 1;

/// A leg after 500 ms, and three hedges.
const TERMS: RaceTerms = RaceTerms::new(Some(500 * MS)).max_hedges(3);
/// The same with one hedge.
const ONE: RaceTerms = TERMS.max_hedges(1);

const fn hint(ms: u64) -> Verdict {
    RetryAfter(Duration::from_millis(ms))
}

/// At this millisecond, this leg ends like this.
type Told = (u64, u32, Verdict);

/// What a driver does with a race: times are milliseconds.
struct Driver {
    tokens: u32,
    /// Whether the timer goes first where an outcome comes in the same tick.
    is_timer_first: bool,
    starts: Vec<u64>,
}

impl Driver {
    const fn with_tokens(tokens: u32) -> Self {
        Self {
            tokens,
            is_timer_first: false,
            starts: Vec::new(),
        }
    }

    /// When legs were started, and when the race ended with which leg's outcome.
    fn run(mut self, terms: RaceTerms, told: &[Told]) -> (Vec<u64>, Option<(u64, u32)>) {
        let mut told = told.iter().peekable();
        let mut now = BEGIN;
        let mut race = Race::begin(terms, now * MS);
        self.starts.push(now);
        let mut step = race.tick(now * MS);
        loop {
            let due = match step {
                RaceStep::Start if self.tokens > 0 => {
                    self.tokens -= 1;
                    self.starts.push(now);
                    step = race.started(now * MS);
                    continue;
                }
                RaceStep::Start => {
                    step = race.denied();
                    continue;
                }
                RaceStep::Finish(end) => {
                    assert_eq!(end.leg, end.outcome);
                    return (self.starts, Some((now, end.leg)));
                }
                RaceStep::WaitUntil(due) => Some(due / MS),
                RaceStep::Wait => None,
            };
            let is_timer_next =
                |at| due.is_some_and(|due| due < at + u64::from(self.is_timer_first));
            step = match (told.next_if(|(at, ..)| !is_timer_next(*at)), due) {
                (Some((at, leg, verdict)), _) => {
                    now = *at;
                    race.outcome(*leg, *verdict, *leg, now * MS)
                }
                (None, Some(due)) => {
                    now = due;
                    race.tick(now * MS)
                }
                (None, None) => return (self.starts, None),
            };
        }
    }
}

/// The rows of the table in `notes/fleet.md` 2.3, by their numbers.
#[test]
fn the_table() {
    type Row<'a> = (
        &'a str,
        RaceTerms,
        u32,
        &'a [Told],
        &'a [u64],
        Option<(u64, u32)>,
    );
    let too_long = TERMS.max_hint(200 * MS);
    let until_1200 = TERMS.end(1200 * MS);
    let unknown = RaceTerms::new(None).max_hedges(3);
    let delay = |ms| RaceTerms::new(Some(ms * MS)).max_hedges(3);
    #[rustfmt::skip]
    let table: &[Row<'_>] = &[
        // row and what is given, terms, tokens, told, legs started at, ended at with the outcome of leg
        ("1 never answers, 4 legs", TERMS, 9, &[], &[1, 501, 1001, 1501], None),
        ("2 first OK at 400", TERMS, 9, &[(400, 0, Done)], &[1], Some((400, 0))),
        ("3 second OK at 700", TERMS, 9, &[(700, 1, Done)], &[1, 501], Some((700, 1))),
        ("4 nonfatal at 100", TERMS.max_hedges(2), 9, &[(100, 0, Retry)], &[1, 100, 600], None),
        ("5 fatal at 100", TERMS, 9, &[(100, 0, Permanent)], &[1], Some((100, 0))),
        ("5 fatal from a hedge", TERMS, 9, &[(700, 1, Permanent)], &[1, 501], Some((700, 1))),
        ("6 pushback -1", TERMS, 9, &[(100, 0, Permanent)], &[1], Some((100, 0))),
        ("6 pushback too long", too_long, 9, &[(100, 0, hint(201))], &[1], Some((100, 0))),
        ("6 pushback to the end", until_1200, 9, &[(100, 0, hint(1100))], &[1], Some((100, 0))),
        ("7 pushback 300 at 100: the call waits", TERMS.max_hedges(2), 9, &[(100, 0, hint(300))], &[1], Some((100, 0))),
        ("10 deadline 1200, legs time out", until_1200, 9, &[(1200, 0, Retry), (1200, 1, Retry), (1200, 2, Retry)],
            &[1, 501, 1001], Some((1200, 0))),
        ("10 deadline at a start", TERMS.end(1001 * MS), 9, &[], &[1, 501], None),
        ("11 delay 0", delay(0), 9, &[], &[1, 1, 1, 1], None),
        ("11 delay 0, two tokens", delay(0), 2, &[], &[1, 1, 1], None),
        ("13 backup wins", ONE, 9, &[(600, 1, Done)], &[1, 501], Some((600, 1))),
        ("14 original wins after a backup", ONE, 9, &[(600, 0, Done)], &[1, 501], Some((600, 0))),
        ("15 original fails, backup pending", ONE, 9, &[(600, 0, Retry), (900, 1, Done)], &[1, 501], Some((900, 1))),
        ("15 backup fails, original pending", ONE, 9, &[(600, 1, Retry), (900, 0, Done)], &[1, 501], Some((900, 0))),
        ("16 budget empty", TERMS, 0, &[(700, 0, Done)], &[1], Some((700, 0))),
        ("16 budget empty, original fails", TERMS, 0, &[(100, 0, Retry)], &[1], Some((100, 0))),
        ("17 budget empty while 2 run", TERMS, 1, &[(1100, 0, Retry), (1200, 1, Done)], &[1, 501], Some((1200, 1))),
        ("19 quantile unknown, slow", unknown, 9, &[(9000, 0, Done)], &[1], Some((9000, 0))),
        ("19 quantile unknown, fails", unknown, 9, &[(100, 0, Retry)], &[1], Some((100, 0))),
        ("19 known, a slow one", ONE, 9, &[(9000, 0, Done)], &[1, 501], Some((9000, 0))),
        ("20 floor 1 ms", delay(1), 9, &[], &[1, 2, 3, 4], None),
        ("24 not to be run twice", TERMS.max_hedges(0), 9, &[(700, 0, Retry)], &[1], Some((700, 0))),
        ("only after a failure", RaceTerms::new(Some(u64::MAX)), 9, &[(9000, 0, Retry)], &[1, 9000], None),
    ];
    for (row, terms, tokens, told, starts, end) in table {
        let story = Driver::with_tokens(*tokens).run(*terms, told);
        assert_eq!(story, (starts.to_vec(), *end), "{row}");
    }
}

#[test]
fn row_22_timer_and_outcome_in_the_same_tick() {
    for (is_timer_first, starts) in [(false, vec![1]), (true, vec![1, 501])] {
        let mut driver = Driver::with_tokens(9);
        driver.is_timer_first = is_timer_first;
        let story = driver.run(TERMS, &[(501, 0, Done)]);
        assert_eq!(story, (starts, Some((501, 0))));
    }
}

#[test]
fn nothing_follows_the_end() {
    let mut race = Race::begin(TERMS, 0);
    let end = race.outcome(0, Done, "first", 501 * MS);
    assert!(matches!(end, RaceStep::Finish(_)));
    assert!(race.is_over());
    assert_eq!(race.tick(501 * MS), RaceStep::Wait);
    assert_eq!(race.outcome(1, Done, "late", 501 * MS), RaceStep::Wait);
    assert_eq!(race.outcome(1, Retry, "late", 501 * MS), RaceStep::Wait);
    assert_eq!(race.started(502 * MS), RaceStep::Wait);
    assert_eq!(race.denied(), RaceStep::Wait);
    assert_eq!(race.legs(), 1);
}

#[test]
fn an_answer_that_is_not_obeyed_yet_gives_way_to_the_next() {
    let mut race = Race::begin(TERMS, 0);
    assert_eq!(race.tick(500 * MS), RaceStep::Start);
    assert_eq!(race.started(500 * MS), RaceStep::WaitUntil(1000 * MS));
    // Both legs are ready: the driver tells both before it starts anything.
    assert_eq!(race.outcome(0, Retry, "down", 600 * MS), RaceStep::Start);
    let end = RaceEnd {
        leg: 1,
        verdict: Done,
        outcome: "up",
    };
    assert_eq!(race.outcome(1, Done, "up", 600 * MS), RaceStep::Finish(end));
}

/// All four legs start at once, and fail in the order given here.
#[test]
fn the_failure_whose_hint_ends_last_stands_else_the_first_legs() {
    #[rustfmt::skip]
    let table: [(&str, [Told; 4], u32); 8] = [
        ("no hint", [(10, 0, Retry), (20, 1, Retry), (30, 2, Retry), (40, 3, Retry)], 0),
        ("no hint, the first last", [(10, 3, Retry), (20, 2, Retry), (30, 1, Retry), (40, 0, Retry)], 0),
        ("one hint", [(10, 0, Retry), (20, 1, Retry), (30, 2, hint(5)), (40, 3, Retry)], 2),
        ("one hint, the first last", [(10, 2, hint(5)), (20, 1, Retry), (30, 3, Retry), (40, 0, Retry)], 2),
        ("the longest", [(10, 0, hint(100)), (20, 1, hint(300)), (30, 2, hint(200)), (40, 3, Retry)], 1),
        ("shorter, but ends later", [(10, 1, hint(100)), (20, 0, Retry), (30, 3, Retry), (70, 2, hint(60))], 2),
        ("equal ends, the lowest", [(10, 2, hint(30)), (20, 3, hint(20)), (30, 1, hint(10)), (40, 0, Retry)], 1),
        ("a hint of none is one", [(10, 0, Retry), (20, 1, Retry), (30, 2, Retry), (40, 3, hint(0))], 3),
    ];
    for (name, told, leg) in table {
        let terms = TERMS.max_hedges(3);
        let mut race = Race::begin(terms, 0);
        let starts = [0; 3].map(|now| race.started(now));
        assert_eq!(starts[2], RaceStep::Wait);
        let steps = told.map(|(at, leg, verdict)| race.outcome(leg, verdict, at, at * MS));
        assert!(steps[..3].iter().all(|step| *step == RaceStep::Wait));
        let RaceStep::Finish(end) = steps[3] else {
            panic!("{name}: {:?}", steps[3]);
        };
        let (at, _, verdict) = told.into_iter().find(|told| told.1 == leg).unwrap();
        assert_eq!(
            (end.leg, end.verdict, end.outcome),
            (leg, verdict, at),
            "{name}"
        );
    }
}

#[test]
fn a_failure_that_cannot_stand_is_dropped_at_once() {
    let mut race = Race::begin(TERMS, 0);
    let _ = [race.started(0), race.started(0), race.started(0)];
    let told = [
        (1, Retry, 0),
        (2, hint(50), 1),
        (3, hint(40), 1),
        (0, Retry, 1),
    ];
    let alive = Rc::new(());
    for (leg, verdict, kept) in told {
        let step = race.outcome(leg, verdict, Rc::clone(&alive), 0);
        let given_back = usize::from(matches!(step, RaceStep::Finish(_)));
        assert_eq!(given_back, usize::from(leg == 0));
        assert_eq!(Rc::strong_count(&alive) - 1, kept, "{leg}");
    }
}

#[test]
fn a_hint_holds_the_hedges_of_other_failures_too() {
    let terms = TERMS.max_hedges(3);
    for second in [Retry, hint(10)] {
        let told = [(1100, 0, hint(300)), (1200, 1, second)];
        let (starts, _) = Driver::with_tokens(9).run(terms, &told);
        assert_eq!(starts, [1, 501, 1001, 1400]);
    }
}

#[test]
fn a_timer_that_fires_after_the_end_starts_nothing() {
    let mut race = Race::begin(TERMS.end(1000 * MS).max_hedges(2), 0);
    let _ = race.started(0);
    let hinted = hint(900);
    assert_eq!(
        race.outcome(0, hinted, (), 50 * MS),
        RaceStep::WaitUntil(950 * MS)
    );
    assert_eq!(
        race.tick(1000 * MS),
        RaceStep::Wait,
        "it would have started"
    );
    let RaceStep::Finish(end) = race.outcome(1, Retry, (), 1010 * MS) else {
        panic!("a leg still runs");
    };
    assert_eq!((end.leg, end.verdict), (0, hinted));
}

#[test]
fn the_last_moment_of_the_clock_is_never() {
    let mut race = Race::begin(RaceTerms::new(Some(u64::MAX)), 7);
    assert_eq!(race.tick(u64::MAX - 1), RaceStep::Wait);
    let step = race.outcome(0, RetryAfter(Duration::MAX), (), u64::MAX - 9);
    assert!(matches!(step, RaceStep::Finish(_)), "{step:?}");
}
