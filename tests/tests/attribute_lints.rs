//! No lint of rustc or clippy fires on generated code: every form under every group, denied.
//!
//! It counts under `cargo clippy --all-targets`. Nothing here runs: that it builds is the test.
#![deny(
    warnings,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    future_incompatible,
    keyword_idents,
    let_underscore,
    nonstandard_style,
    refining_impl_trait,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    unused
)]
#![deny(
    absolute_paths_not_starting_with_crate,
    ambiguous_negative_literals,
    closure_returning_async_block,
    deprecated_in_future,
    explicit_outlives_requirements,
    impl_trait_redundant_captures,
    macro_use_extern_crate,
    meta_variable_misuse,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    redundant_imports,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
#![deny(
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::default_numeric_fallback,
    clippy::else_if_without_else,
    clippy::expect_used,
    clippy::if_then_some_else_none,
    clippy::let_underscore_must_use,
    clippy::let_underscore_untyped,
    clippy::min_ident_chars,
    clippy::panic,
    clippy::pattern_type_mismatch,
    clippy::semicolon_inside_block,
    clippy::semicolon_outside_block,
    clippy::shadow_same,
    clippy::shadow_unrelated,
    clippy::std_instead_of_core,
    clippy::unreachable,
    clippy::unused_result_ok,
    clippy::unwrap_in_result,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm
)]

use core::fmt::Display;
use core::time::Duration;

use async_trait::async_trait;
use retry_core::{Policy, RetryError, TimedOut, retry};

/// The error of all.
#[derive(Clone, Copy, Debug)]
pub struct Failed;

impl From<TimedOut> for Failed {
    fn from(_timed_out: TimedOut) -> Self {
        Self
    }
}

/// No arguments.
///
/// # Errors
///
/// Never.
#[retry]
pub async fn plain() -> Result<u32, Failed> {
    Ok(1)
}

/// A body of one expression.
///
/// # Errors
///
/// As `plain`.
#[retry(max_attempts = 4, exp_multiplier_ms = 1000, exp_base = 2, jitter = equal, max_delay = "1m", max_elapsed = "1h")]
pub async fn settings() -> Result<u32, Failed> {
    plain().await
}

/// Every behaviour.
///
/// # Errors
///
/// As `plain`.
#[retry(
    wait_with = |number| Duration::from_millis(number.into()),
    seed = 7,
    when = Result::is_err,
    on_retry = |event| tell(&event.delay()),
    attempt = attempt,
    attempt_timeout = "1s",
    name = "all"
)]
pub async fn behaviours() -> Result<u32, Failed> {
    Ok(attempt.number())
}

fn tell(value: &(impl core::fmt::Debug + ?Sized)) {
    drop(format!("{value:?}"));
}

/// A blocking function with an unused result inside.
#[must_use]
#[retry(fixed_ms = 0)]
pub fn blocking(text: &str) -> Option<usize> {
    text.find('a')
}

/// Any type.
#[must_use]
#[retry(fixed_ms = 0, when = |code| *code == 503, clone(step))]
pub fn any_type(mut step: u16) -> u16 {
    step = step.saturating_add(1);
    step
}

/// A client.
#[derive(Clone, Copy, Debug, Default)]
pub struct Client {
    /// Its policy.
    pub policy: Policy,
}

/// A trait that needs boxes.
#[async_trait]
pub trait Boxed {
    /// Fetches.
    async fn fetch(&self, text: &str) -> Result<usize, Failed>;
}

#[async_trait]
impl Boxed for Client {
    #[retry(policy = self.policy, max_attempts = 2)]
    async fn fetch(&self, text: &str) -> Result<usize, Failed> {
        Ok(text.len())
    }
}

impl Client {
    /// A generic method with an opaque argument and an opaque result.
    ///
    /// # Errors
    ///
    /// Never.
    #[retry(policy = self.policy, when_err = |failed| drop_copy(*failed))]
    pub async fn generic<T: Display + Sync>(
        &mut self,
        value: &T,
        (left, _right): (u32, u32),
    ) -> Result<impl Iterator<Item = u32> + use<T>, Failed> {
        tell(&value.to_string());
        Ok(0..left)
    }

    /// The story in the error.
    ///
    /// # Errors
    ///
    /// Always.
    #[retry(wrap_error, fixed = "1ms")]
    pub async fn wrapped(&self) -> Result<(), RetryError<Failed>> {
        Err(Failed)
    }

    /// Never finished.
    ///
    /// # Errors
    ///
    /// Never.
    #[retry]
    pub async fn diverges(&self) -> Result<(), Failed> {
        loop {
            tell(self);
        }
    }
}

const fn drop_copy(_failed: Failed) -> bool {
    true
}
