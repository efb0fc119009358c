//! Classifiers by name: short cuts, and the ways of single providers.

use super::{Base, Classifier};

impl Classifier {
    /// The short old list in place of the standard one: 408, 500, 502, 503 and 504.
    #[must_use]
    pub const fn seed(mut self) -> Self {
        self.base = Base::Seed;
        self
    }

    /// 409 too: two writers met, and the loser may start again.
    #[must_use]
    pub const fn conflict(self) -> Self {
        self.also(409)
    }

    /// 423 too: somebody holds the lock (RFC 4918, 11.3).
    #[must_use]
    pub const fn locked(self) -> Self {
        self.also(423)
    }

    /// Google's JSON errors: `error.errors[].reason`, the reason of `google.rpc.ErrorInfo` and `error.status` decide
    /// where they are known, and the delay of `google.rpc.RetryInfo` is a hint.
    ///
    /// They are in the body, so this works on the [`Error`](crate::Error) that `check()` gives.
    #[cfg(feature = "reqwest")]
    #[must_use]
    pub const fn google(mut self) -> Self {
        self.presets.google = true;
        self
    }

    /// GitHub's rate limits: 403 and 429 with `Retry-After`, or with nothing left and the time of the reset, and a
    /// minute where the response names no time.
    ///
    /// A 403 that names no time is told by its body, so that works on the `Error` that `check()` gives.
    #[must_use]
    pub const fn github(mut self) -> Self {
        self.presets.github = true;
        self
    }

    /// AWS: error codes, whatever the status, and `x-amz-retry-after`.
    ///
    /// The codes are read from `x-amzn-errortype`, from `x-amzn-query-error`, and from the JSON or XML of the `Error`
    /// that `check()` gives.
    #[must_use]
    pub const fn aws(mut self) -> Self {
        self.presets.aws = true;
        self.hints = self.hints.aws();
        self
    }

    /// Stripe: 409 too, and whatever `stripe-should-retry: true` stands on, where the request may be repeated at all.
    ///
    /// Stripe means that header for requests with an idempotency key.
    #[must_use]
    pub const fn stripe(mut self) -> Self {
        self.presets.stripe = true;
        self
    }
}
