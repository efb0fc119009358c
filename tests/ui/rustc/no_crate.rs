#[retry_core::retry(crate = ::missing)]
async fn one_error() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
