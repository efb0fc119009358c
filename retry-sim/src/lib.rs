//! What a retry policy does to a server, before production does it.

mod case;
mod check;
mod clients;
mod duration;
mod engine;
mod file;
mod histogram;
mod known;
mod latency;
pub mod published;
mod queue;
mod record;
#[cfg(feature = "report")]
pub mod report;
mod run;
mod scenario;
mod service;
mod span;
mod strategy;
mod sweep;
mod table;

pub use case::Case;
pub use check::InvalidScenario;
pub use clients::Clients;
pub use file::CaseError;
pub use known::KNOWN;
pub use latency::Latency;
pub use run::{Point, Run};
pub use scenario::Scenario;
pub use service::Service;
pub use strategy::{Strategy, Tally};
pub use sweep::Swept;
pub use table::Table;
