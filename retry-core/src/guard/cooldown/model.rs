//! `RUSTFLAGS="--cfg loom" cargo test -p retry-core --lib --release --no-default-features model`

use loom::thread;
use std::sync::Arc;

use super::*;
use crate::guard::sync::every_interleaving;

const SECOND: Duration = Duration::from_secs(1);

fn at(seconds: u32) -> impl Fn() -> Duration + Copy {
    move || SECOND * seconds
}

type Act = fn(&Cooldown);

/// Loom wants an atomic to exist before threads share it; asking for a value makes it.
fn exist(cooldown: &Cooldown) {
    cooldown.until.load(Relaxed);
    cooldown.length.load(Relaxed);
}

/// Lets one thread do each act.
fn at_once<const N: usize>(cooldown: &Arc<Cooldown>, acts: [Act; N]) {
    exist(cooldown);
    acts.map(|act| {
        let cooldown = Arc::clone(cooldown);
        thread::spawn(move || act(&cooldown))
    })
    .into_iter()
    .for_each(|thread| thread.join().unwrap());
}

fn short(cooldown: &Cooldown) {
    cooldown.hold(2 * SECOND, at(10));
}

fn middle(cooldown: &Cooldown) {
    cooldown.hold(6 * SECOND, at(10));
}

fn long(cooldown: &Cooldown) {
    cooldown.hold(20 * SECOND, at(10));
}

/// One who was told sees no less than its hint, and the spread of a hint.
fn told(cooldown: &Cooldown) {
    middle(cooldown);
    let pause = cooldown.pause(at(10)).unwrap();
    assert!(pause.left >= 6 * SECOND, "{pause:?}");
    assert!(a_hint_of_the_scene(pause.spread), "{pause:?}");
}

fn looks(cooldown: &Cooldown) {
    if let Some(pause) = cooldown.pause(at(10)) {
        assert!(a_hint_of_the_scene(pause.spread), "{pause:?}");
    }
}

fn a_hint_of_the_scene(spread: Duration) -> bool {
    [SECOND, 3 * SECOND, 10 * SECOND].contains(&spread)
}

#[test]
fn the_longest_hint_holds_and_every_spread_is_that_of_a_hint() {
    every_interleaving(|| {
        let cooldown = Arc::new(Cooldown::new());
        at_once(&cooldown, [short, told, long]);
        assert_eq!(cooldown.time_left(at(10)), Some(20 * SECOND));
    });
    every_interleaving(|| {
        let cooldown = Arc::new(Cooldown::new());
        at_once(&cooldown, [short, looks, long]);
        assert_eq!(cooldown.time_left(at(10)), Some(20 * SECOND));
    });
}

#[test]
fn the_spread_of_a_pause_that_is_over_is_not_seen() {
    every_interleaving(|| {
        let cooldown = Arc::new(Cooldown::new());
        cooldown.hold(60 * SECOND, at(0));
        assert_eq!(cooldown.time_left(at(60)), None);
        exist(&cooldown);
        let hint: Act = |cooldown| cooldown.hold(2 * SECOND, at(60));
        let looks: Act = |cooldown| {
            if let Some(pause) = cooldown.pause(at(60)) {
                assert_eq!((pause.left, pause.spread), (2 * SECOND, SECOND));
            }
        };
        at_once(&cooldown, [hint, looks, looks]);
    });
}

#[test]
fn who_clears_what_is_over_loses_no_hint() {
    every_interleaving(|| {
        let cooldown = Arc::new(Cooldown::new());
        cooldown.hold(SECOND, at(0));
        let clears: Act = |cooldown| {
            let left = cooldown.time_left(at(10));
            assert!(left.is_none() || left == Some(2 * SECOND));
        };
        at_once(&cooldown, [clears, short, clears]);
        assert_eq!(cooldown.time_left(at(10)), Some(2 * SECOND));
    });
}

#[test]
fn a_reset_ends_what_was_told_before_it() {
    every_interleaving(|| {
        let cooldown = Arc::new(Cooldown::new());
        long(&cooldown);
        at_once(&cooldown, [Cooldown::reset, looks]);
        assert_eq!(cooldown.time_left(at(10)), None);
    });
}
