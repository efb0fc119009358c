//! `Fault`: which errors can be looked into; below it, what they show.

pub(crate) mod chain;
#[cfg_attr(
    not(feature = "hyper"),
    allow(dead_code, reason = "without hyper's types there is less to find")
)]
mod evidence;
pub(crate) mod kind;
#[cfg(all(test, feature = "reqwest"))]
mod observed;
#[cfg(feature = "hyper")]
mod signs;
mod timeouts;
mod walk;
mod words;

use core::error::Error;
use core::ops::DerefMut;
use std::sync::Arc;

use retry_core::RetryError;

/// An error that a classifier can look into.
///
/// The errors of the clients that this crate knows are faults, and so are `Box<dyn Error>`, `anyhow::Error` and the
/// like, whose chain is walked. An error of your own becomes one by saying what is below it:
///
/// ```
/// use retry_core::Verdict;
/// use retry_http::{Fault, reqwest};
/// use std::error::Error;
///
/// #[derive(Debug)]
/// enum ShopError {
///     Http(reqwest::Error),
///     SoldOut,
/// }
///
/// impl Fault for ShopError {
///     fn cause(&self) -> Option<&(dyn Error + 'static)> {
///         match self { Self::Http(error) => Some(error), Self::SoldOut => None }
///     }
/// }
///
/// assert_eq!(retry_http::transient(&Err::<(), _>(ShopError::SoldOut)), Verdict::Permanent);
/// ```
///
/// Name every variant there, without a `_`: one that holds a client's error or a timeout and gives `None` is never
/// retried.
///
/// There is no impl for every `Error`: one whose way to the client's error nobody knows would compile, and never be
/// retried. `Kind` only tells apart how an error is held, and is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is an error that cannot be looked into",
    label = "not a `retry_http::Fault`",
    note = "for an error of your own, say what is below it:\nimpl retry_http::Fault for {Self} {{\n    fn cause(&self) -> Option<&(dyn std::error::Error + 'static)> {{\n        match self {{\n            Self::Http(error) => Some(error),\n            Self::TimedOut(error) => Some(error), // with `attempt_timeout`\n            Self::SoldOut => None, // never passes by itself\n        }}\n    }}\n}}",
    note = "for an error of another crate, give `when` a closure that looks into it, or wrap it in an error of your own"
)]
pub trait Fault<Kind = Itself> {
    /// What to look into: the client's error, or one that has it in its chain. `None`: this never passes by itself.
    fn cause(&self) -> Option<&(dyn Error + 'static)>;
}

/// Marks an error that is listed, or the user's own.
#[derive(Debug)]
pub enum Itself {}

/// Marks what holds an error that may go to another thread.
#[derive(Debug)]
pub enum Held {}

/// Marks what holds an error that stays on its thread, or is shared.
#[derive(Debug)]
pub enum Local {}

/// Marks an error that was wrapped together with the story of its call.
#[derive(Debug)]
pub struct Told<Kind>(Kind);

macro_rules! faults {
    ($($(#[$attribute:meta])* $error:ty,)*) => {$(
        // A list of them says less than the remedy above, which it hides.
        #[diagnostic::do_not_recommend]
        $(#[$attribute])*
        impl Fault for $error {
            fn cause(&self) -> Option<&(dyn Error + 'static)> {
                Some(self)
            }
        }
    )*};
}

faults! {
    std::io::Error,
    retry_core::TimedOut,
    retry_core::Rejected,
    #[cfg(feature = "reqwest")]
    reqwest::Error,
    #[cfg(feature = "middleware")]
    reqwest_middleware::Error,
    #[cfg(feature = "hyper")]
    hyper::Error,
    #[cfg(feature = "hyper")]
    hyper_util::client::legacy::Error,
    #[cfg(feature = "hyper")]
    h2::Error,
    #[cfg(feature = "tonic")]
    tonic::Status,
}

/// An annotated function that wraps its errors, inside another.
#[diagnostic::do_not_recommend]
impl<E: Fault<Kind>, Kind> Fault<Told<Kind>> for RetryError<E> {
    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        self.get_ref().cause()
    }
}

/// `Box` and `anyhow::Error` give out their error mutably, too.
// Without `do_not_recommend` rustc names `DerefMut` in place of the remedy above.
#[diagnostic::do_not_recommend]
impl<E: DerefMut<Target = dyn Error + Send + Sync>> Fault<Held> for E {
    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        Some(&**self)
    }
}

/// An error that several owners share.
#[diagnostic::do_not_recommend]
impl<E: Fault> Fault for Arc<E> {
    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        E::cause(self)
    }
}

#[diagnostic::do_not_recommend]
impl Fault<Local> for Arc<dyn Error + Send + Sync> {
    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.as_ref())
    }
}

#[diagnostic::do_not_recommend]
impl Fault<Local> for Box<dyn Error> {
    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.as_ref())
    }
}

#[diagnostic::do_not_recommend]
impl Fault<Local> for Box<dyn Error + Send> {
    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.as_ref())
    }
}
