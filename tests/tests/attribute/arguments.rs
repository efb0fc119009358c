//! Every argument, by what it changes: delays under a paused clock, counts of attempts.

use std::cell::RefCell;
use tokio::time::Instant;

/// The delays between the attempts of a function that notes when each begins.
pub(crate) async fn delays<F: AsyncFnOnce(&RefCell<Vec<Instant>>)>(call: F) -> Vec<u128> {
    let begun = RefCell::new(Vec::new());
    call(&begun).await;
    let begun = begun.into_inner();
    begun
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).as_millis())
        .collect()
}

/// A function that always fails under these arguments, and the delays that it shows.
macro_rules! delays_of {
    ($($args:tt)*) => {
        $crate::arguments::delays(async |begun| {
            #[retry_core::retry($($args)*)]
            async fn fails(begun: &std::cell::RefCell<Vec<tokio::time::Instant>>) -> Result<(), ()> {
                begun.borrow_mut().push(tokio::time::Instant::now());
                Err(())
            }
            assert_eq!(fails(begun).await, Err(()));
        })
        .await
    };
}

mod classifiers;
mod guards;
mod observers;
mod policy;
mod settings;
mod story;
mod time;
