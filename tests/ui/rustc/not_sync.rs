use retry_core::retry;
use std::cell::Cell;

#[retry]
async fn borrowed_cell(calls: Cell<u32>) -> Result<u32, String> {
    tokio::task::yield_now().await;
    Ok(calls.get())
}

fn main() {
    tokio::spawn(borrowed_cell(Cell::new(0)));
}
