//! How calls hold what they share.

use std::sync::Arc;

/// A way to hold a guard that many calls share: by reference, by `Arc`, or by a reference to an `Arc`.
///
/// Not by value: a guard of one call alone guards nothing. An `Option` of these is a guard that a configuration may leave
/// out.
///
/// ```
/// use retry_core::{Budget, Policy};
/// use std::sync::Arc;
///
/// static GLOBAL: Budget = Budget::new(0.1);
/// let local = Arc::new(Budget::new(0.2));
///
/// let policy = Policy::new();
/// let outcome = policy.budget(&GLOBAL).budget(&local).budget(Arc::clone(&local)).retry_blocking(|| Some(1));
/// assert_eq!(outcome, Some(1));
///
/// let configured: Option<Arc<Budget>> = None;
/// assert_eq!(policy.budget(configured).retry_blocking(|| Some(1)), Some(1));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not share a `{T}`",
    label = "neither a `&{T}` nor an `Arc<{T}>`",
    note = "calls share a guard by reference, for example to a `static`, or by `Arc`"
)]
pub trait Share<T> {
    /// The guard itself, if there is one.
    fn guard(&self) -> Option<&T>;
}

impl<T> Share<T> for &T {
    fn guard(&self) -> Option<&T> {
        Some(self)
    }
}

impl<T> Share<T> for Arc<T> {
    fn guard(&self) -> Option<&T> {
        Some(self)
    }
}

impl<T> Share<T> for &Arc<T> {
    fn guard(&self) -> Option<&T> {
        Some(self)
    }
}

impl<T, G: Share<T>> Share<T> for Option<G> {
    fn guard(&self) -> Option<&T> {
        self.as_ref()?.guard()
    }
}
