use retry_core::retry;

#[retry]
fn changed(mut n: u32) -> Result<u32, ()> {
    n += 1;
    Ok(n)
}

#[retry(clone(a))]
fn changed_inside((mut a, mut b): (u32, u32), [.., mut last]: [u32; 3]) -> Result<u32, ()> {
    a += 1;
    b += 1;
    last += 1;
    Ok(a + b + last)
}

#[retry(clone(url, body))]
fn no_such(url: String) -> Result<usize, ()> {
    Ok(url.len())
}

struct Client;

impl Client {
    #[retry(clone(self))]
    fn clones_self(&self) -> Result<(), ()> {
        Ok(())
    }
}

fn main() {}
