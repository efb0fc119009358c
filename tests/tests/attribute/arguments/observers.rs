//! Who is told, and under which name: `on_retry`, `observer`, `name`.

use retry_core::{Attempt, Event, Observer, retry};
use std::cell::{Cell, RefCell};

#[tokio::test(start_paused = true)]
async fn on_retry_sees_the_delay_that_follows_and_may_use_the_arguments() {
    #[retry(fixed_ms = 7, on_retry = |event| told.push((event.attempt().number(), event.delay().as_millis(), *event.outcome())))]
    async fn fails(told: &mut Vec<(u32, u128, Result<(), usize>)>) -> Result<(), usize> {
        told.reserve(1);
        Err(told.len())
    }
    let mut told = Vec::new();
    assert_eq!(fails(&mut told).await, Err(2));
    assert_eq!(told, [(1, 7, Err(0)), (2, 7, Err(1))]);
}

#[tokio::test(start_paused = true)]
async fn on_retry_alone_adds_up_the_delays() {
    #[retry(fixed_ms = 7, on_retry = |event| told.push(event.attempt().elapsed().as_millis()))]
    async fn fails(told: &mut Vec<u128>) -> Option<u8> {
        told.reserve(1);
        None
    }
    let mut told = Vec::new();
    assert_eq!(fails(&mut told).await, None);
    assert_eq!(told, [0, 7]);
}

#[test]
fn on_retry_takes_a_function() {
    thread_local!(static TOLD: Cell<u32> = const { Cell::new(0) });
    fn tell(event: &retry_core::RetryEvent<'_, Option<u8>>) {
        assert!(event.outcome().is_none());
        TOLD.set(TOLD.get() + 1);
    }
    #[retry(fixed_ms = 0, on_retry = tell)]
    fn fails() -> Option<u8> {
        None
    }
    assert_eq!((fails(), TOLD.get()), (None, 2));
}

#[test]
fn an_observer_is_told_of_every_attempt_and_of_the_end() {
    #[derive(Default)]
    struct Seen(RefCell<Vec<String>>);
    impl Observer for Seen {
        fn observe(&self, attempt: &Attempt, event: Event) {
            match event {
                Event::Started => self.0.borrow_mut().push(attempt.number().to_string()),
                Event::Stopped(reason) => self.0.borrow_mut().push(reason.as_str().to_owned()),
                _ => {}
            }
        }
    }
    #[retry(fixed_ms = 0, max_attempts = 2, observer = seen)]
    fn fails(seen: &Seen) -> Option<u8> {
        seen.0.borrow_mut().push("runs".into());
        None
    }
    let seen = Seen::default();
    assert_eq!(fails(&seen), None);
    assert_eq!(
        seen.0.into_inner(),
        ["1", "runs", "2", "runs", "attempts_exhausted"]
    );
}

#[test]
fn a_name_may_be_a_text_or_a_constant() {
    const NAME: &str = "constant";
    #[retry(name = "orders.fetch", fixed_ms = 0)]
    fn named() -> Option<u8> {
        None
    }
    #[retry(name = NAME, fixed_ms = 0)]
    fn named_by_a_constant() -> Option<u8> {
        None
    }
    assert_eq!((named(), named_by_a_constant()), (None, None));
}
