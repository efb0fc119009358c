use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn at(seconds: u32) -> impl FnOnce() -> Duration {
    move || SECOND * seconds
}

fn unasked() -> Duration {
    panic!("the time was asked for")
}

#[test]
fn a_hint_holds_until_its_end_and_not_at_it() {
    let cooldown = Cooldown::new();
    cooldown.hold(2 * SECOND, at(10));
    assert_eq!(cooldown.time_left(at(10)), Some(2 * SECOND));
    let nanosecond = Duration::from_nanos(1);
    assert_eq!(
        cooldown.time_left(|| Duration::new(11, 999_999_999)),
        Some(nanosecond)
    );
    assert_eq!(cooldown.time_left(at(12)), None);
}

#[test]
fn a_later_hint_lengthens_and_never_shortens() {
    let cooldown = Cooldown::new();
    cooldown.hold(10 * SECOND, at(0));
    cooldown.hold(2 * SECOND, at(1));
    assert_eq!(cooldown.time_left(at(1)), Some(9 * SECOND));
    cooldown.hold(9 * SECOND, at(1));
    assert_eq!(cooldown.time_left(at(1)), Some(9 * SECOND), "the same end");
    cooldown.hold(20 * SECOND, at(2));
    assert_eq!(cooldown.time_left(at(2)), Some(20 * SECOND));
}

#[test]
fn a_hint_longer_than_the_longest_is_cut() {
    let cooldown = Cooldown::new();
    cooldown.hold(Duration::MAX, at(5));
    assert_eq!(cooldown.time_left(at(5)), Some(60 * SECOND));
    let cooldown = Cooldown::new().max(3 * SECOND);
    cooldown.hold(4 * SECOND, at(5));
    assert_eq!(cooldown.time_left(at(5)), Some(3 * SECOND));
}

#[test]
fn what_holds_nobody_reads_no_clock() {
    let cooldown = Cooldown::new();
    assert_eq!(cooldown.time_left(unasked), None);
    assert_eq!(cooldown.pause(unasked), None);
    cooldown.hold(Duration::ZERO, unasked);
    Cooldown::new().max(Duration::ZERO).hold(SECOND, unasked);
    assert_eq!(cooldown.time_left(unasked), None);
}

#[test]
fn whoever_finds_it_over_is_the_last_to_read_the_clock() {
    let cooldown = Cooldown::new();
    cooldown.hold(SECOND, at(0));
    assert_eq!(cooldown.time_left(at(7)), None);
    assert_eq!(cooldown.time_left(unasked), None);
    cooldown.hold(SECOND, at(8));
    assert_eq!(cooldown.time_left(at(8)), Some(SECOND));
}

#[test]
fn a_hint_that_comes_while_the_clock_is_read_is_obeyed() {
    let cooldown = Cooldown::new();
    cooldown.hold(SECOND, at(0));
    let left = cooldown.time_left(|| {
        cooldown.hold(5 * SECOND, at(1));
        SECOND
    });
    assert_eq!(left, Some(5 * SECOND));
    let left = cooldown.time_left(|| {
        cooldown.reset();
        SECOND
    });
    assert_eq!(left, None);
}

#[test]
fn those_who_wait_come_back_within_half_of_the_pause_in_force() {
    let pause = |left, spread| Some(Pause { left, spread });
    let cooldown = Cooldown::new();
    cooldown.hold(10 * SECOND, at(0));
    assert_eq!(cooldown.pause(at(0)), pause(10 * SECOND, 5 * SECOND));
    assert_eq!(cooldown.pause(at(9)), pause(SECOND, 5 * SECOND));
    cooldown.hold(SECOND / 2, at(9));
    assert_eq!(cooldown.pause(at(9)), pause(SECOND, 5 * SECOND));
    cooldown.hold(4 * SECOND, at(9));
    assert_eq!(cooldown.pause(at(9)), pause(4 * SECOND, 2 * SECOND));
    cooldown.hold(100 * SECOND, at(20));
    assert_eq!(cooldown.pause(at(20)), pause(60 * SECOND, 30 * SECOND));
}

#[test]
fn an_operator_ends_it() {
    let cooldown = Cooldown::new();
    cooldown.hold(10 * SECOND, at(0));
    cooldown.reset();
    assert_eq!(cooldown.time_left(unasked), None);
    cooldown.hold(2 * SECOND, at(1));
    assert_eq!(cooldown.time_left(at(1)), Some(2 * SECOND));
}

#[test]
fn the_longest_times_saturate() {
    let cooldown = Cooldown::new().max(Duration::MAX);
    cooldown.hold(Duration::MAX, at(0));
    assert_eq!(
        cooldown.time_left(at(0)),
        Some(Duration::from_nanos(LONGEST))
    );
    assert_eq!(cooldown.time_left(|| Duration::MAX), None);
    cooldown.hold(SECOND, || Duration::MAX);
    assert_eq!(cooldown.time_left(|| Duration::MAX), None);
}

#[test]
fn debug_shows_what_holds() {
    let cooldown = Cooldown::default();
    assert_eq!(
        format!("{cooldown:?}"),
        "Cooldown { max: 60s, until: None, .. }"
    );
    cooldown.hold(SECOND, at(2));
    assert_eq!(
        format!("{cooldown:?}"),
        "Cooldown { max: 60s, until: Some(3s), .. }"
    );
}
