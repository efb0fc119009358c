#![deny(warnings)]
use retry_core::retry;

#[retry]
async fn own_mistakes(unused: u32) -> Result<u32, String> {
    let forgotten = 1;
    let mut never = 2;
    send();
    if (never == 2) {
        return Ok(never);
        send();
    }
    Ok(never)
}

#[must_use]
fn send() -> u32 {
    1
}

fn main() {}
