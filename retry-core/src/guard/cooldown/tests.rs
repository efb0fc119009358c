use super::*;

const SEC: Duration = Duration::from_secs(1);

fn at(seconds: u32) -> impl Fn() -> Duration {
    move || seconds * SEC
}

fn no_clock() -> Duration {
    panic!("a clock was read")
}

#[test]
fn a_hint_holds_until_its_end_and_not_at_it() {
    let cooldown = Cooldown::new();
    cooldown.hold(2 * SEC, at(10));
    assert_eq!(cooldown.time_left(at(11)), Some(SEC));
    let nearly = Duration::new(11, 999_999_999);
    let nano = Duration::from_nanos(1);
    assert_eq!(cooldown.time_left(|| nearly), Some(nano));
    assert_eq!(cooldown.time_left(at(12)), None);
}

#[test]
fn the_clock_is_read_only_while_it_holds() {
    let cooldown = Cooldown::new();
    assert_eq!(cooldown.time_left(no_clock), None);
    cooldown.hold(Duration::ZERO, no_clock);
    assert_eq!(cooldown.time_left(no_clock), None);
    cooldown.hold(SEC, at(1));
    assert_eq!(cooldown.time_left(at(2)), None, "who finds it over");
    assert_eq!(cooldown.time_left(no_clock), None, "clears it");
    Cooldown::new().max(Duration::ZERO).hold(SEC, no_clock);
}

#[test]
fn a_later_hint_lengthens_and_never_shortens() {
    let cooldown = Cooldown::new();
    cooldown.hold(10 * SEC, at(0));
    cooldown.hold(2 * SEC, at(1));
    assert_eq!(cooldown.time_left(at(1)), Some(9 * SEC));
    let pause = cooldown.pause(at(1)).unwrap();
    assert_eq!(pause.spread, 5 * SEC, "half of the pause that holds");
    cooldown.hold(20 * SEC, at(5));
    let pause = cooldown.pause(at(5)).unwrap();
    assert_eq!((pause.left, pause.spread), (20 * SEC, 10 * SEC));
}

#[test]
fn a_hint_beyond_the_longest_pause_is_cut() {
    let cooldown = Cooldown::new();
    cooldown.hold(Duration::MAX, at(1));
    assert_eq!(cooldown.time_left(at(1)), Some(60 * SEC));
    let cooldown = Cooldown::new().max(Duration::MAX);
    cooldown.hold(Duration::MAX, at(1));
    assert!(cooldown.time_left(at(1)) > Some(SEC * u32::MAX));
    assert!(cooldown.time_left(|| Duration::MAX).is_none());
}

#[test]
fn an_operator_ends_it() {
    let cooldown = Cooldown::new();
    cooldown.hold(SEC, at(1));
    cooldown.reset();
    assert_eq!(cooldown.time_left(no_clock), None);
}
