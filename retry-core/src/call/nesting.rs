//! A call inside an attempt of another call: seen with the feature `nested`, and nothing without it.

#[cfg(feature = "nested")]
pub(crate) use seen::{Around, Nesting};
#[cfg(not(feature = "nested"))]
pub(crate) use unseen::{Around, Nesting};

#[cfg(feature = "nested")]
mod seen {
    use core::cell::Cell;
    use core::pin::Pin;
    use core::task::{Context, Poll};

    use pin_project_lite::pin_project;

    use crate::story::telemetry;

    thread_local! {
        static OUTER: Cell<Option<&'static str>> = const { Cell::new(None) };
    }

    /// What the calls inside an attempt find around them: the name of a call that retries.
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Around(Option<&'static str>);

    impl Around {
        /// A call of one attempt leaves retrying to what is inside it, or to what is around it.
        pub(crate) fn of(name: &'static str, repeats: bool) -> Self {
            Self(if repeats { Some(name) } else { OUTER.get() })
        }

        /// Runs a part of an attempt. A task that it spawns is run by others, and is inside nothing, unless the attempt drives
        /// it itself, as by a `block_on` of its own.
        pub(crate) fn within<R>(self, run: impl FnOnce() -> R) -> R {
            /// Calls nest, and may panic.
            struct Restore(Option<&'static str>);
            impl Drop for Restore {
                fn drop(&mut self) {
                    OUTER.set(self.0);
                }
            }
            let _restore = Restore(OUTER.replace(self.0));
            run()
        }

        /// Begins an attempt.
        pub(crate) fn start<F>(self, begin: impl FnOnce() -> F) -> Within<F> {
            Within {
                around: self,
                future: self.within(begin),
            }
        }
    }

    pin_project! {
        /// An attempt, which is polled with its call around it.
        #[derive(Debug)]
        pub(crate) struct Within<F> {
            around: Around,
            #[pin] future: F,
        }
    }

    impl<F: Future> Future for Within<F> {
        type Output = F::Output;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
            let this = self.project();
            this.around.within(|| this.future.poll(cx))
        }
    }

    /// The call around this one, to which it leaves the retrying.
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Nesting(Option<&'static str>);

    impl Nesting {
        pub(crate) const NONE: Self = Self(None);

        pub(crate) fn look() -> Self {
            Self(OUTER.get())
        }

        /// Whether there is one.
        pub(crate) const fn is_inside(self) -> bool {
            self.0.is_some()
        }

        /// Tells of it, under the name of the call inside.
        pub(crate) fn tell(self, operation: &'static str) {
            if let Some(outer) = self.0 {
                telemetry::nested(operation, outer);
            }
        }
    }
}

#[cfg(not(feature = "nested"))]
#[allow(clippy::unused_self, reason = "the same methods, of nothing")]
mod unseen {
    /// Nothing is told to calls inside an attempt.
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Around;

    impl Around {
        pub(crate) const fn of(_: &'static str, _: bool) -> Self {
            Self
        }

        pub(crate) fn within<R>(self, run: impl FnOnce() -> R) -> R {
            run()
        }

        pub(crate) fn start<F>(self, begin: impl FnOnce() -> F) -> F {
            begin()
        }
    }

    /// Nothing is known of a call around this one.
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Nesting;

    impl Nesting {
        pub(crate) const NONE: Self = Self;

        pub(crate) const fn look() -> Self {
            Self
        }

        pub(crate) const fn is_inside(self) -> bool {
            false
        }

        pub(crate) const fn tell(self, _: &'static str) {}
    }
}
