//! The library's race, whose file stands here a second time: `retry-core` does not export it, and the test beside it holds
//! the two equal. These are the names that it imports.

#[expect(dead_code, reason = "what only the library's driver asks")]
pub(crate) mod race;

pub(crate) mod verdict {
    pub(crate) use retry_core::Verdict;
}

/// As `policy::nanos` of the library.
pub(crate) mod nanos {
    pub(crate) use crate::duration::nanos as of;
}
