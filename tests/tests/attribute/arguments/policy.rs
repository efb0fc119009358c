//! `policy`: a value that is not known before the call.

use retry_core::{Policy, retry};
use std::cell::Cell;
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn a_policy_of_the_users_own_is_overridden_by_further_arguments() {
    static POLICY: Policy = Policy::new()
        .max_attempts(5)
        .fixed(Duration::from_millis(9));
    assert_eq!(delays_of!(policy = POLICY), [9, 9, 9, 9]);
    assert_eq!(delays_of!(policy = &POLICY, max_attempts = 2), [9]);
    assert_eq!(
        delays_of!(max_attempts = 2, policy = Policy::new(), fixed = "4ms"),
        [4]
    );

    struct Client {
        policy: Policy,
        calls: Cell<u32>,
    }
    impl Client {
        #[retry(policy = self.policy, max_attempts = limit)]
        async fn fetch(&self, limit: u32) -> Option<()> {
            self.calls.set(self.calls.get() + 1);
            None
        }
    }
    let client = Client {
        policy: POLICY,
        calls: Cell::new(0),
    };
    client.fetch(4).await;
    assert_eq!(client.calls.get(), 4);
}
