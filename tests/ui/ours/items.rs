use retry_core::retry;

#[retry]
struct Data;

#[retry]
enum Choice {}

#[retry]
impl Data {}

#[retry]
mod inner {}

#[retry(max_attempts = 3)]
static COUNT: u32 = 0;

trait Fetch {
    #[retry]
    fn fetch(&self) -> Result<(), ()>;
}

#[retry]
const fn constant() -> Result<(), ()> {
    Ok(())
}

#[retry]
async fn nothing() {}

fn main() {
    let _ = (Data, COUNT, constant(), nothing());
}
