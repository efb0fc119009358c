//! A future is no outcome: it would be judged before it has run.
//!
//! The attribute asks of what a `when` judges whether it is one. A method for everything stands a reference further away
//! than the method for futures, so that the compiler takes the nearer one where it can.

/// What an attempt gave.
#[derive(Debug)]
pub struct Given<'a, O>(pub &'a O);

/// That it can be judged.
#[derive(Debug)]
pub struct Judgeable;

/// That it is a future.
#[derive(Debug)]
pub struct Unfinished;

/// What can be judged.
#[diagnostic::on_unimplemented(
    message = "a future is no outcome",
    label = "this future would run once, after the last attempt",
    note = "make the function an `async fn` that awaits it, or write the return type as `impl Future<Output = ..>` and the body as one `async move {{ .. }}`"
)]
pub trait Finished {}

impl Finished for Judgeable {}

/// Futures.
pub trait GivenFuture {
    /// What is known of it.
    fn kind(&self) -> Unfinished {
        Unfinished
    }
}

impl<F: Future> GivenFuture for Given<'_, F> {}

/// Everything.
pub trait GivenAny {
    /// What is known of it.
    fn kind(&self) -> Judgeable {
        Judgeable
    }
}

impl<O> GivenAny for &Given<'_, O> {}

/// Fails the build where a future was given.
pub fn finished(_: impl Finished) {}
