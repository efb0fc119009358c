use retry_core::retry;

struct Client(u32);

impl Client {
    #[retry]
    async fn lends(&mut self) -> Result<&mut u32, String> {
        Ok(&mut self.0)
    }
}

fn main() {}
