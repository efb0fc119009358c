//! A bug seen in retry-if 0.3.1, retrying 0.1.0 and retryable 0.1.1: their attributes leave the function at the first
//! `?`, `return` or `bail!`.

use std::cell::Cell;

use retry_core::retry;

macro_rules! bail {
    ($error:literal) => {
        return Err($error.to_owned())
    };
}

#[retry(fixed_ms = 0)]
fn by_question_mark(calls: &Cell<u32>) -> Result<(), String> {
    calls.set(calls.get() + 1);
    Err("no")?;
    Ok(())
}

#[retry(fixed_ms = 0)]
fn by_return(calls: &Cell<u32>) -> Result<(), String> {
    calls.set(calls.get() + 1);
    if calls.get() < 9 {
        return Err("no".to_owned());
    }
    Ok(())
}

#[retry(fixed_ms = 0)]
fn by_bail(calls: &Cell<u32>) -> Result<(), String> {
    calls.set(calls.get() + 1);
    if calls.get() < 9 {
        bail!("no");
    }
    Ok(())
}

#[test]
fn every_way_out_of_the_body_is_retried() {
    for function in [by_question_mark, by_return, by_bail] {
        let calls = Cell::new(0);
        assert_eq!(function(&calls), Err("no".to_owned()));
        assert_eq!(calls.get(), 3);
    }
}
