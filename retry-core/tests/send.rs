//! The future of a call is `Send` wherever the operation's is: no outcome is alive while it waits.

use std::rc::Rc;

use retry_core::Policy;

static POLICY: Policy = Policy::new();

fn send<T: Send>(future: T) -> T {
    future
}

/// The attempt's own future is `Send`; what it comes to is not.
async fn attempt() -> Result<(), Rc<u8>> {
    tokio::task::yield_now().await;
    Err(Rc::new(1))
}

#[test]
fn an_error_that_is_not_send_does_no_harm() {
    drop(send(POLICY.retry(attempt)));
    drop(send(POLICY.retry_with(|_| attempt())));
    drop(send(POLICY.report(attempt)));
    drop(send(
        POLICY
            .seed(7)
            .when_err(|error: &Rc<u8>| **error == 1)
            .retry(attempt),
    ));
    drop(send(
        POLICY.on_retry(|event| _ = event.delay()).retry(attempt),
    ));
}
