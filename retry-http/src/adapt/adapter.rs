//! `Adapter`: what a client or a service below needs, to have its requests retried.

use retry_core::{Attempt, Retries};

use crate::adapt::no_response::NoResponse;
use crate::judge::classifier::Classifier;
use crate::resend::call::{self, Judge};
use crate::resend::key::KeyStyle;
use crate::resend::replay::Replay;
use crate::resend::reply::{self, Reply};
use crate::resend::telemetry::Span;

/// Retries the requests of whatever it is put over: as a [`RetryLayer`](crate::RetryLayer) a service of tower, as a
/// [`RetryMiddleware`](crate::RetryMiddleware) a client of reqwest-middleware.
///
/// It takes a policy, or a policy with behaviour attached. As [`Classifier::by_method`] has it, the method decides what
/// is repeated.
///
/// ```
/// use retry_core::Policy;
/// use retry_http::{Adapter, Classifier, KeyStyle};
///
/// const ADAPTER: Adapter<Policy> = Adapter::new(Policy::new());
///
/// let orders = ADAPTER
///     .classifier(Classifier::by_method().never(500))
///     .idempotency_keys(KeyStyle::new().unquoted());
/// ```
#[derive(Clone, Debug)]
pub struct Adapter<R> {
    retry: R,
    classifier: Classifier,
    keys: Option<KeyStyle>,
    hedge_repeatable: bool,
}

impl<R> Adapter<R> {
    /// Retries with `retry`, which is cloned for each call: a `Policy`, a reference to one, a `Retry`, or
    /// any of these [over hosts](crate::PerHost::over).
    pub const fn new(retry: R) -> Self {
        Self {
            retry,
            classifier: Classifier::by_method(),
            keys: None,
            hedge_repeatable: false,
        }
    }

    /// Judges by this classifier in place of [`Classifier::by_method`].
    ///
    /// One of [`transient`](Classifier::transient) declares that its requests may run twice, whatever their method: begin
    /// with `by_method()` where the method is to decide.
    #[must_use]
    pub fn classifier(mut self, classifier: Classifier) -> Self {
        self.classifier = classifier;
        self
    }

    /// Gives every call whose method is not idempotent a key of its own, unless it has one.
    #[must_use]
    pub fn idempotency_keys(mut self, style: KeyStyle) -> Self {
        self.keys = Some(style);
        self
    }

    /// Lets a [hedge](retry_core::Retry::hedge) of the policy send every request a second time that may be repeated: `PUT` and
    /// `DELETE`, and what carries an idempotency key, where the server lets the second of two at once wait for the first.
    ///
    /// Without this word only safe methods are hedged: `GET`, `HEAD`, `OPTIONS`, `TRACE`. What must not run twice never is.
    #[must_use]
    pub fn hedge_repeatable(mut self) -> Self {
        self.hedge_repeatable = true;
        self
    }

    /// Sends the request until its outcome stands; each attempt has a span.
    pub(super) async fn run<Q, T, Fut>(
        self,
        mut request: Q,
        mut send: impl FnMut(Q::Sent) -> Fut + Send,
    ) -> Result<T, NoResponse>
    where
        R: Retries<Result<T, NoResponse>>,
        Q: Replay + Send,
        T: Reply,
        Fut: Future<Output = Result<T, NoResponse>> + Send,
    {
        let key = self.keys.as_ref().map(KeyStyle::key);
        let judge = Judge::of(
            &mut request,
            self.classifier,
            key.as_ref(),
            self.hedge_repeatable,
        );
        let send = |request: Q::Sent, attempt: Attempt| {
            let span = Span::of(&request, attempt);
            span.around(send(request))
        };
        let retry = judge.retries(self.retry, &request);
        call::run(retry, request, judge, reply::tidy, send).await
    }
}
