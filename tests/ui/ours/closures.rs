use retry_core::retry;

#[retry]
async fn not_mutable(op: impl FnMut() -> Result<u32, String>) -> Result<u32, String> {
    op()
}

#[retry]
async fn mutable(mut op: impl FnMut() -> Result<u32, String>) -> Result<u32, String> {
    op()
}

#[retry]
fn mutable_generic<F>(mut op: F) -> Option<u32>
where
    F: FnMut() -> Option<u32> + Send,
{
    op()
}

#[retry(clone(op))]
fn cloned(mut op: Box<dyn FnMut() -> Option<u32>>) -> Option<u32> {
    op()
}

#[retry(when = |error: &String| error.is_empty())]
async fn judges_the_error() -> Result<u32, String> {
    Ok(1)
}

#[retry(when_err = |outcome: &Result<u32, String>| outcome.is_err())]
async fn judges_the_outcome() -> Result<u32, String> {
    Ok(1)
}

#[retry(when = true)]
async fn always() -> Result<u32, String> {
    Ok(1)
}

#[retry(policy = "fast", on_retry = "log", wait_with = 5)]
async fn by_name() -> Result<u32, String> {
    Ok(1)
}

#[retry(wrap_error, when_err = |e: &retry_core::RetryError<String>| true)]
fn wrapped() -> Result<(), retry_core::RetryError<String>> {
    Ok(())
}

#[retry(wrap_error, when = |e: &retry_core::RetryError<String>| true)]
fn wrapped_error() -> Result<(), retry_core::RetryError<String>> {
    Ok(())
}

trait Calls: FnMut() {}

#[retry]
fn a_trait_of_the_users_own(mut op: impl Calls) -> Result<(), ()> {
    Ok(op())
}

#[retry(clone(op))]
fn with_a_clone(mut op: impl FnMut() + Calls) -> Result<(), ()> {
    Ok(op())
}

fn main() {}
