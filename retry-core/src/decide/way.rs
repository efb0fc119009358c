//! How the short way of the decision gets to its caller.

/// Called: the least code. For a policy that is known at run time.
pub(crate) const CALLED: u8 = 0;
/// Inlined, so that a constant policy folds into the few instructions that it needs; but for the random number.
pub(crate) const FOLDED: u8 = 1;
/// Inlined with the random number: the fastest, and the most code.
pub(crate) const WHOLE: u8 = 2;
