use retry_core::retry;

#[retry(max_attempt = 3)]
fn misspelt() -> Result<(), ()> {
    Ok(())
}

#[retry(timeout = "1s", colour = "red")]
fn other_words() -> Result<(), ()> {
    Ok(())
}

#[retry(jitter = ful)]
fn misspelt_word() -> Result<(), ()> {
    Ok(())
}

#[retry(max_attempts = unlimted)]
fn misspelt_unlimited() -> Result<(), ()> {
    Ok(())
}

#[retry(POLICY)]
fn policy_alone() -> Result<(), ()> {
    Ok(())
}

#[retry(3)]
fn number_alone() -> Result<(), ()> {
    Ok(())
}

fn main() {
    misspelt().unwrap();
    other_words().unwrap();
    misspelt_word().unwrap();
    misspelt_unlimited().unwrap();
    policy_alone().unwrap();
    number_alone().unwrap();
}
