//! Errors that nobody can look into: each would compile, and never be retried.

use retry_core::retry;

#[derive(Debug)]
enum ShopError {
    Http(String),
}

#[retry(when = retry_http::transient)]
async fn own() -> Result<u8, ShopError> {
    Err(ShopError::Http(String::new()))
}

#[retry(when = retry_http::unprocessed)]
async fn foreign() -> Result<u8, std::num::ParseIntError> {
    "x".parse()
}

fn main() {}
