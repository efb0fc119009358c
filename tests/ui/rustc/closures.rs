use retry_core::{Policy, retry};

type Aliased<T> = Result<T, String>;

#[retry(when = |error: &String| error.is_empty())]
async fn error_for_an_alias() -> Aliased<u32> {
    Ok(1)
}

fn is_empty(error: &String) -> bool {
    error.is_empty()
}

#[retry(when = is_empty)]
async fn function_on_the_error() -> Result<u32, String> {
    Ok(1)
}

fn is_bad(outcome: &Result<u32, String>) -> bool {
    outcome.is_err()
}

#[retry(when_err = is_bad)]
async fn function_on_the_outcome() -> Result<u32, String> {
    Ok(1)
}

struct Client;

impl Client {
    async fn go(&mut self) -> Result<u32, String> {
        Ok(1)
    }
}

async fn lends_what_it_captured(client: &mut Client) -> Result<u32, String> {
    Policy::new().retry(async || client.go().await).await
}

async fn lends_what_it_captured_with_behaviour(client: &mut Client) -> Result<u32, String> {
    Policy::new().seed(7).retry(|| client.go()).await
}

fn main() {}
