use retry_core::retry;

#[retry]
async fn not_a_result() -> u32 {
    1
}

#[retry]
fn no_result_blocking() -> Vec<u8> {
    Vec::new()
}

#[retry]
async fn wrong_tail() -> Result<u32, String> {
    "text"
}

#[retry]
async fn extra_semicolon() -> Result<u32, String> {
    Ok(1);
}

#[retry]
async fn wrong_question_mark() -> Result<u32, String> {
    let n: u32 = "1".parse()?;
    Ok(n)
}

#[retry]
fn wrong_return() -> Option<u32> {
    return Err(1);
}

fn main() {}
