//! `?`, `return`, labels, closures and macros keep their meaning: none of them leaves the loop.

use super::shapes::third;
use retry_core::retry;

macro_rules! bail {
    ($($message:tt)*) => {
        return Err(format!($($message)*))
    };
}

#[retry(fixed_ms = 1)]
async fn bails(calls: &mut u32) -> Result<u32, String> {
    *calls += 1;
    if *calls < 3 {
        bail!("attempt {calls}");
    }
    Ok(*calls)
}

#[retry(fixed_ms = 1)]
async fn question_mark(calls: &mut u32) -> Result<u32, String> {
    let calls = third(calls)?;
    Ok(calls)
}

#[retry(fixed_ms = 1)]
fn question_mark_blocking(calls: &mut u32) -> Option<u32> {
    let calls = third(calls).ok()?;
    Some(calls)
}

#[retry(fixed_ms = 1)]
async fn early_return(calls: &mut u32) -> Result<u32, String> {
    for step in 0.. {
        if step == 1 {
            return third(calls);
        }
    }
    unreachable!()
}

#[retry(fixed_ms = 1)]
async fn inner_functions(calls: &mut u32) -> Result<u32, String> {
    let parse = |text: &str| -> Result<u32, std::num::ParseIntError> {
        let number: u32 = text.parse()?;
        Ok(number)
    };
    let block = async {
        let number = parse("1")?;
        Ok::<_, std::num::ParseIntError>(number)
    };
    let step = block.await.map_err(|error| error.to_string())?;
    third(calls).map(|calls| calls + step)
}

#[retry(fixed_ms = 1)]
async fn labels(calls: &mut u32) -> Result<u32, String> {
    let found = 'outer: loop {
        for n in 0..9 {
            if n == 4 {
                break 'outer n;
            }
        }
    };
    third(calls).map(|calls| calls + found)
}

#[retry(fixed_ms = 1)]
async fn select(calls: &mut u32) -> Result<u32, String> {
    tokio::select! {
        biased;
        outcome = async { third(calls) } => Ok(outcome?),
        () = std::future::pending() => Err("never".to_owned()),
    }
}

#[retry(fixed_ms = 1)]
async fn error_in_a_match(calls: &mut u32) -> Result<u32, String> {
    match third(calls) {
        Ok(calls) => Ok(calls),
        Err(error) => Err(error)?,
    }
}

#[tokio::test(start_paused = true)]
async fn every_way_out_of_the_body_is_the_end_of_an_attempt() {
    assert_eq!(bails(&mut 0).await, Ok(3));
    assert_eq!(question_mark(&mut 0).await, Ok(3));
    assert_eq!(question_mark_blocking(&mut 0), Some(3));
    assert_eq!(early_return(&mut 0).await, Ok(3));
    assert_eq!(inner_functions(&mut 0).await, Ok(4));
    assert_eq!(labels(&mut 0).await, Ok(7));
    assert_eq!(select(&mut 0).await, Ok(3));
    assert_eq!(error_in_a_match(&mut 0).await, Ok(3));
}

/// As in any function of this edition; `tests/editions` holds the older order.
#[tokio::test]
async fn the_last_temporaries_are_dropped_before_the_locals() {
    struct Noted<'a>(char, &'a std::cell::RefCell<String>);
    impl Drop for Noted<'_> {
        fn drop(&mut self) {
            self.1.borrow_mut().push(self.0);
        }
    }
    impl Noted<'_> {
        fn name(&self) -> char {
            self.0
        }
    }
    #[retry]
    fn drops(notes: &std::cell::RefCell<String>) -> Option<char> {
        let _local = Noted('l', notes);
        Some(Noted('t', notes).name())
    }
    #[retry]
    async fn drops_async(notes: &std::cell::RefCell<String>) -> Option<char> {
        let _local = Noted('l', notes);
        Some(Noted('t', notes).name())
    }
    let notes = std::cell::RefCell::new(String::new());
    assert_eq!(drops(&notes), Some('t'));
    assert_eq!(drops_async(&notes).await, Some('t'));
    assert_eq!(notes.into_inner(), "tltl");
}

#[test]
fn the_body_keeps_its_lines() {
    #[track_caller]
    fn caller() -> u32 {
        std::panic::Location::caller().line()
    }
    #[retry(fixed_ms = 0)]
    fn lines() -> Option<(u32, u32)> {
        let found = (line!(), caller());
        Some(found)
    }
    let before = line!() - 3;
    assert_eq!(lines(), Some((before, before)));
}

#[test]
fn a_panic_is_no_outcome() {
    #[retry(fixed_ms = 0)]
    fn panics(calls: &std::cell::Cell<u32>) -> Option<u32> {
        calls.set(calls.get() + 1);
        panic!("on purpose")
    }
    let calls = std::cell::Cell::new(0);
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| panics(&calls)));
    assert!(outcome.is_err());
    assert_eq!(calls.get(), 1);
}
