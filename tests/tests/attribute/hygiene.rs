//! Names of the user's that are also ours, and paths that lead elsewhere.

/// Every name that the expansion uses, as arguments.
mod same_names {
    use retry_core::retry;

    #[retry(fixed_ms = 1, when = |outcome| outcome.as_ref().is_err(), on_retry = |event| assert!(!event.delay().is_zero()), attempt = number)]
    pub(super) async fn local_names(
        call: &mut u32,
        outcome: u32,
        verdict: u32,
        stopped: u32,
    ) -> Result<u32, String> {
        *call += 1;
        if number.number() < 3 {
            return Err("again".into());
        }
        let delay = outcome + verdict + stopped;
        Ok(*call + delay)
    }

    #[retry(fixed_ms = 1, attempt_timeout = "1s", when_err = starts_well)]
    pub(super) async fn more_names(
        ended: &mut u32,
        refusal: u32,
        timed_out: u32,
        error: u32,
        attempt: u32,
    ) -> Result<u32, Error> {
        *ended += 1;
        if *ended < 3 {
            return Err(Error);
        }
        Ok(*ended + refusal + timed_out + error + attempt)
    }

    #[derive(Debug)]
    pub(super) struct Error;

    impl From<retry_core::TimedOut> for Error {
        fn from(_: retry_core::TimedOut) -> Self {
            Self
        }
    }

    fn starts_well(_: &Error) -> bool {
        true
    }
}

/// No prelude to rely on, and every path starts somewhere else.
mod shadowed {
    use retry_core::retry as again;

    pub(super) mod core {}
    pub(super) mod std {}
    #[allow(dead_code)]
    pub(super) struct Option;
    #[allow(dead_code)]
    pub(super) enum Wrong {
        Some,
        None,
        Ok,
        Err,
    }
    #[allow(unused_imports)]
    use Wrong::*;
    pub(super) type Result<T> = ::std::result::Result<T, ::std::string::String>;

    #[again(fixed_ms = 1, jitter = none, max_elapsed = "1h", clone(text))]
    pub(super) async fn fetch(calls: &mut u32, text: &str) -> Result<u32> {
        *calls += 1;
        if *calls < 3 {
            return ::std::result::Result::Err(text.into());
        }
        ::std::result::Result::Ok(*calls)
    }
}

/// The crate under another name.
mod renamed {
    mod facade {
        pub(crate) use retry_core as inner;
    }

    #[retry_core::retry(fixed_ms = 1, crate = facade::inner)]
    pub(super) async fn fetch(calls: &mut u32) -> Result<u32, String> {
        super::super::shapes::third(calls)
    }

    #[retry_core::retry(fixed_ms = 1, crate = crate::hygiene::renamed::facade::inner)]
    pub(super) fn blocking(calls: &mut u32) -> Result<u32, String> {
        super::super::shapes::third(calls)
    }
}

#[tokio::test(start_paused = true)]
async fn names_of_the_users_do_not_meet_ours() {
    assert_eq!(same_names::local_names(&mut 0, 1, 1, 1).await, Ok(6));
    assert_eq!(
        same_names::more_names(&mut 0, 1, 1, 1, 1).await.ok(),
        Some(7)
    );
}

#[tokio::test(start_paused = true)]
async fn shadowed_names_and_renamed_crates_do_no_harm() {
    assert_eq!(shadowed::fetch(&mut 0, "x").await, Ok(3));
    assert_eq!(renamed::fetch(&mut 0).await, Ok(3));
    assert_eq!(renamed::blocking(&mut 0), Ok(3));
}
