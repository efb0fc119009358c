//! The rules of a call, one file a subject. No test here waits for real time to pass.

mod clock;
mod failed;
mod recorder;
mod runtime;

mod blocking;
#[cfg(feature = "macros")]
mod bodies;
mod breakers;
mod budgets;
mod cancellation;
mod cooldown_waits;
mod cooldowns;
mod drivers;
mod hedge_guards;
mod hedge_samples;
mod hedges;
mod history;
mod judging;
mod limits;
mod nested;
mod observer;
mod outcomes;
mod peers;
mod retries;
mod seeds;
mod stopping;
mod timeouts;
