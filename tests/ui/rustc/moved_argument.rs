use retry_core::retry;

#[retry(max_attempts = 3)]
async fn consumed(url: &str, body: String) -> Result<usize, String> {
    send(url, body).await
}

#[retry(max_attempts = 3)]
fn consumed_blocking(body: String) -> Result<usize, String> {
    Ok(body.into_bytes().len())
}

async fn send(url: &str, body: String) -> Result<usize, String> {
    Ok(url.len() + body.len())
}

struct NotClone;

#[retry(clone(value))]
async fn not_clone(value: NotClone) -> Result<(), String> {
    drop(value);
    Ok(())
}

fn main() {}
