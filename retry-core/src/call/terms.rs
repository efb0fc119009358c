//! What a call goes by, and what it ends with.

use crate::decide::stop::StopReason;
use crate::policy::policy::Policy;

/// What a call goes by: a name, for those who report about it, and a policy.
#[derive(Clone, Copy, Debug)]
pub struct Terms<P = Policy> {
    pub(crate) name: &'static str,
    pub(crate) policy: P,
}

impl<P> Terms<P> {
    /// The terms of an operation of this name.
    pub const fn new(name: &'static str, policy: P) -> Self {
        Self { name, policy }
    }
}

/// The last outcome of a call, and why it is the last.
#[derive(Debug)]
pub struct Last<O> {
    /// What the last attempt produced.
    pub outcome: O,
    /// Why no further attempt is made.
    pub reason: StopReason,
}
