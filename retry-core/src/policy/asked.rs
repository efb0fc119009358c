//! What a policy answers about itself: whether it is possible, and what it amounts to.

use core::time::Duration;

use crate::policy::policy::Policy;
use crate::policy::preview::Preview;
use crate::policy::validate::{InvalidSetting, first_problem};

impl Policy {
    /// The policy itself, if it can be obeyed to the letter.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`] for the first of: no attempts, `random_min` above `random_max`, an `exp_base` below 1
    /// or not finite, a fraction of jitter outside 0 to 1, decorrelated jitter of an incremental backoff that starts
    /// at 0 (each delay is drawn from the one before, so it would never wait), an explicit `max_delay` below the first
    /// delay.
    ///
    /// ```
    /// use retry_core::Policy;
    ///
    /// const CHECKED: Policy = match Policy::new().max_attempts(5).validate() {
    ///     Ok(policy) => policy,
    ///     Err(_) => panic!("not a policy"),
    /// };
    /// assert!(CHECKED.exp_base(0.5).validate().is_err());
    /// ```
    pub const fn validate(self) -> Result<Self, InvalidSetting> {
        match first_problem(&self) {
            Some(problem) => Err(problem),
            None => Ok(self),
        }
    }

    /// The schedule of this policy. Its `Display` is a table.
    #[must_use]
    pub const fn preview(&self) -> Preview {
        Preview::new(*self)
    }

    /// The longest that a call may wait in all, by its own delays; [`Duration::MAX`] if nothing bounds it.
    ///
    /// It can be asserted at compile time against a deadline.
    #[must_use]
    pub const fn worst_wait(&self) -> Duration {
        self.preview().worst_wait()
    }
}
