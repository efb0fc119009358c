//! Measurements against a loop written by hand and against other retry crates.
//!
//! One module a scenario, one small function a peer. `README.md` says how the numbers are taken.

pub mod budget;
pub mod callgrind;
pub mod delays;
pub mod guards;
pub mod http;
pub mod immediate;
pub mod operation;
pub mod record;
pub mod retries;
pub mod sizes;
pub mod subject;
pub mod success;
pub mod waiting;
