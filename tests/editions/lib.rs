//! The attribute in an older edition, without a prelude, through a renamed dependency.
#![no_implicit_prelude]

#[cfg(test)]
mod tests {
    use ::again::{retry, RetryError, TimedOut};
    use ::std::boxed::Box;
    use ::std::convert::From;
    use ::std::error::Error;
    use ::std::option::Option::{self, Some};
    use ::std::result::Result::{self, Err, Ok};
    use ::std::string::String;

    #[derive(::std::fmt::Debug)]
    struct Busy;

    impl From<TimedOut> for Busy {
        fn from(_: TimedOut) -> Self {
            Busy
        }
    }

    #[retry(crate = ::again, fixed_ms = 1, jitter = full, max_elapsed = "1h", attempt_timeout = "1s", attempt = attempt, clone(step))]
    async fn asynchronous(mut step: u32, calls: &mut u32) -> Result<u32, Busy> {
        step += 1;
        *calls += step;
        if attempt.number() < 3 {
            return Err(Busy);
        }
        Ok(*calls)
    }

    #[retry(crate = ::again, fixed_ms = 0, when_err = |_| true, on_retry = |event| ::std::assert!(event.outcome().is_err()))]
    fn blocking(calls: &mut u32) -> Result<u32, Box<dyn Error>> {
        *calls += 1;
        if *calls < 3 {
            let number: u32 = "x".parse()?;
            return Ok(number);
        }
        Ok(*calls)
    }

    #[retry(crate = ::again, policy = ::again::Policy::new(), fixed_ms = 0, wrap_error)]
    fn wrapped() -> Result<u32, RetryError<String>> {
        Err(String::new())
    }

    #[retry(crate = ::again, fixed_ms = 0, when = Option::is_none)]
    async fn optional(calls: &mut u32) -> Option<u32> {
        *calls += 1;
        Some(*calls).filter(|calls| *calls == 3)
    }

    /// Writes down when it is dropped.
    struct Noted<'a>(char, &'a ::std::cell::RefCell<String>);

    impl Noted<'_> {
        fn name(&self) -> char {
            self.0
        }
    }

    impl ::std::ops::Drop for Noted<'_> {
        fn drop(&mut self) {
            self.1.borrow_mut().push(self.0);
        }
    }

    #[retry(crate = ::again)]
    fn drops(notes: &::std::cell::RefCell<String>) -> Option<char> {
        let _local = Noted('l', notes);
        Some(Noted('t', notes).name())
    }

    #[retry(crate = ::again)]
    async fn drops_async(notes: &::std::cell::RefCell<String>) -> Option<char> {
        let _local = Noted('l', notes);
        Some(Noted('t', notes).name())
    }

    /// The last expression borrows from the copy until after the locals are gone.
    #[retry(crate = ::again, clone(shared))]
    async fn borrows_from_a_copy(shared: ::std::sync::Arc<::std::sync::Mutex<u32>>) -> Option<u32> {
        Some(*shared.lock().unwrap())
    }

    #[test]
    fn locals_are_dropped_before_the_last_temporaries() {
        let notes = ::std::cell::RefCell::new(String::new());
        ::std::assert_eq!(drops(&notes), Some('t'));
        let mut builder = ::tokio::runtime::Builder::new_current_thread();
        let runtime = builder.build().unwrap();
        ::std::assert_eq!(runtime.block_on(drops_async(&notes)), Some('t'));
        ::std::assert_eq!(notes.into_inner(), "ltlt");
        let shared = ::std::sync::Arc::new(::std::sync::Mutex::new(0));
        let copied = runtime.block_on(borrows_from_a_copy(shared));
        ::std::assert_eq!(copied, Some(0));
    }

    // `#[tokio::test]` needs a prelude.
    #[test]
    fn every_form_is_retried() {
        let mut builder = ::tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_time().start_paused(true).build().unwrap();
        ::std::assert_eq!(runtime.block_on(asynchronous(0, &mut 0)).ok(), Some(3));
        ::std::assert_eq!(blocking(&mut 0).ok(), Some(3));
        ::std::assert_eq!(wrapped().err().map(|error| error.attempts()), Some(3));
        ::std::assert_eq!(runtime.block_on(optional(&mut 0)), Some(3));
    }
}
