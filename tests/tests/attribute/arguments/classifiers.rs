//! What is worth another attempt: `when`, `when_err`.

use retry_core::{Classify, RetryError, Verdict, retry};

struct Codes(&'static [u16]);

impl Classify<Result<u16, String>> for Codes {
    fn classify(&self, outcome: &Result<u16, String>) -> Verdict {
        outcome
            .as_ref()
            .is_ok_and(|code| self.0.contains(code))
            .into()
    }
}

impl Classify<String> for Codes {
    fn classify(&self, error: &String) -> Verdict {
        (error == "busy").into()
    }
}

static CODES: Codes = Codes(&[503]);

fn busy(outcome: &Result<u16, String>) -> bool {
    matches!(outcome, Ok(503))
}

/// Attempts made of a function that gives this outcome under these arguments.
macro_rules! attempts_of {
    ($outcome:expr, $($args:tt)*) => {{
        #[retry(fixed_ms = 0, $($args)*)]
        fn call(calls: &mut u32) -> Result<u16, String> {
            *calls += 1;
            $outcome
        }
        let mut calls = 0;
        let _outcome: Result<u16, String> = call(&mut calls);
        calls
    }};
}

#[test]
fn when_takes_closures_functions_and_classifier_values() {
    assert_eq!(
        attempts_of!(Ok(503), when = |outcome| matches!(outcome, Ok(503))),
        3
    );
    assert_eq!(
        attempts_of!(
            Ok(503),
            when = |outcome| if outcome.is_ok() {
                Verdict::Retry
            } else {
                Verdict::Done
            }
        ),
        3
    );
    assert_eq!(
        attempts_of!(
            Err("busy".into()),
            when = |outcome| matches!(outcome, Ok(503))
        ),
        1
    );
    assert_eq!(attempts_of!(Ok(503), when = (busy)), 3);
    assert_eq!(attempts_of!(Ok(503), when = CODES), 3);
    assert_eq!(attempts_of!(Ok(404), when = &CODES), 1);
    assert_eq!(attempts_of!(Ok(404), when = Codes(&[404])), 3);
    assert_eq!(
        attempts_of!(Ok(404), when = std::sync::Arc::new(Codes(&[404]))),
        3
    );
}

#[test]
fn when_err_takes_closures_functions_and_classifier_values() {
    let busy = || Err("busy".to_owned());
    assert_eq!(attempts_of!(Ok(503), when_err = |_| true), 1);
    assert_eq!(
        attempts_of!(Err("busy".into()), when_err = |error| error == "busy"),
        3
    );
    assert_eq!(
        attempts_of!(Err("gone".into()), when_err = |error| error == "busy"),
        1
    );
    assert_eq!(
        attempts_of!(Err("busy".into()), when_err = String::is_empty),
        1
    );
    assert_eq!(attempts_of!(Err("busy".into()), when_err = CODES), 3);
    assert_eq!(busy().map(|()| 1), Err("busy".into()));
}

#[test]
fn an_error_that_when_err_does_not_retry_is_permanent() {
    #[retry(wrap_error, when_err = |error| *error == 503)]
    fn call(code: u16) -> Result<(), RetryError<u16>> {
        Err(code)
    }
    let error = call(404).unwrap_err();
    assert!(error.is_permanent());
    assert_eq!(error.into_inner(), 404);
}
