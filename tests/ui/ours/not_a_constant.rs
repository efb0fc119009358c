use retry_core::retry;

struct Client<const N: u32> {
    limit: u32,
}

impl<const N: u32> Client<N> {
    const MOST: u32 = 3;

    #[retry(max_attempts = self.limit)]
    fn field(&self) -> Result<(), ()> {
        Ok(())
    }

    #[retry(max_attempts = Self::MOST)]
    fn associated(&self) -> Result<(), ()> {
        Ok(())
    }
}

#[retry(max_attempts = limit, fixed_ms = wait * 2)]
fn argument(limit: u32, wait: u64) -> Result<(), ()> {
    let _ = (limit, wait);
    Ok(())
}

#[retry(max_attempts = N)]
fn generic<const N: u32>() -> Result<(), ()> {
    Ok(())
}

#[retry(max_attempts = if limit > 3 { 3 } else { 1 }, fixed_ms = { wait })]
fn in_blocks(limit: u32, wait: u64) -> Result<(), ()> {
    Ok(())
}

#[retry(max_attempts = <T as Limit>::MOST, jitter = Jitter::Fraction([0.5; 2][limit]), fixed = of(&Settings { wait }))]
fn elsewhere<T: Limit>(limit: usize, wait: u64) -> Result<(), ()> {
    Ok(())
}

#[retry(max_attempts = size_of::<T>() as u32)]
fn sized<T>() -> Result<(), ()> {
    Ok(())
}

fn main() {}
