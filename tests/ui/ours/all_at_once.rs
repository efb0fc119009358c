use retry_core::retry;

#[retry(max_attempt = 3, exp_multiplier = 1, when = |outcome| , jitter = fulll, fixed_ms = 3, clone(nope))]
const fn many(mut n: u32) -> Result<u32, ()> {
    Ok(n)
}

fn main() {
    let _: Result<u32, ()> = many(1);
}
