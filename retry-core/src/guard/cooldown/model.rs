//! Every interleaving of hints and of those who ask.

use core::sync::atomic::Ordering::Relaxed;
use core::time::Duration;
use std::sync::Arc;

use loom::thread;

use super::Cooldown;
use crate::guard::sync::every_interleaving;

const SEC: Duration = Duration::from_secs(1);

/// Loom wants an atomic to exist before threads share it; asking for a value makes it.
fn exist(cooldown: &Cooldown) {
    let _values = [&cooldown.until, &cooldown.pause].map(|cell| cell.load(Relaxed));
}

/// Two hints at once: whoever looks is held by one of them at least, and the longer one holds in the end.
#[test]
fn model_of_two_hints_the_longer_one_holds_and_no_spread_is_nothing() {
    every_interleaving(|| {
        let cooldown = Arc::new(Cooldown::new());
        exist(&cooldown);
        let hints = [2, 6].map(|hint| {
            let cooldown = Arc::clone(&cooldown);
            thread::spawn(move || cooldown.hold(hint * SEC, || SEC))
        });
        if let Some(pause) = cooldown.pause(|| SEC) {
            assert!([2 * SEC, 6 * SEC].contains(&pause.left));
            assert!([SEC, 3 * SEC].contains(&pause.spread), "{pause:?}");
        }
        for hint in hints {
            hint.join().unwrap();
        }
        assert_eq!(cooldown.time_left(|| SEC), Some(6 * SEC));
    });
}

/// Who finds an old pause over does not end a new one.
#[test]
fn model_a_hint_that_comes_while_the_last_one_ends_holds() {
    every_interleaving(|| {
        let cooldown = Arc::new(Cooldown::new());
        exist(&cooldown);
        cooldown.hold(SEC, || SEC);
        let told = Arc::clone(&cooldown);
        let hint = thread::spawn(move || told.hold(4 * SEC, || 2 * SEC));
        let _over_or_held = cooldown.time_left(|| 2 * SEC);
        hint.join().unwrap();
        assert_eq!(cooldown.time_left(|| 3 * SEC), Some(3 * SEC));
    });
}
