//! What was said of a policy, where the values in force do not tell.

/// A set of settings, in one byte.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Said(u8);

impl Said {
    pub(crate) const NOTHING: Self = Self(0);
    /// No limit to the attempts, beside their number, which can be any.
    pub(crate) const UNLIMITED: Self = Self(1);
    /// A cap; otherwise it is the default of the backoff.
    pub(crate) const CAP: Self = Self(2);
    /// A jitter; otherwise it is the default of the backoff.
    pub(crate) const JITTER: Self = Self(4);

    pub(crate) const fn has(self, one: Self) -> bool {
        self.0 & one.0 != 0
    }

    pub(crate) const fn with(self, one: Self) -> Self {
        Self(self.0 | one.0)
    }

    pub(crate) const fn without(self, one: Self) -> Self {
        Self(self.0 & !one.0)
    }
}
