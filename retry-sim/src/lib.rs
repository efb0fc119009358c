//! What a retry policy does to a server, before production does it.
//!
//! "5 attempts, 100 ms, x2" says nothing of what a fleet of clients will do to a service in trouble. Here the fleet is
//! simulated in virtual time: a million clients through an outage take seconds. What decides is no model of the library but
//! the library: the same `Policy`, `Budget`, `CircuitBreaker` and `Cooldown` that run in production, asked in the same order, and
//! the same race of hedges.
//!
//! # In a test
//!
//! With this policy and 1,000 clients, load on a dead server stays below 1.2:
//!
//! ```
//! use retry_core::{Budget, Policy};
//! use retry_sim::{Scenario, Strategy};
//!
//! const POLICY: Policy = Policy::new().max_attempts(5);
//!
//! let strategy = Strategy::from(POLICY).budget(|| Budget::new(0.1).reserve(1));
//! let run = Scenario::dead_server(1_000).run(&strategy);
//! assert!(run.load() < 1.2, "{run}");
//! ```
//!
//! # A scenario of one's own
//!
//! [`Clients`] call a [`Service`], which may call another; a [`Strategy`] is what all of them do about failures. A [`Run`] says
//! what came of it: success, load, queue and latency, as numbers, as a [`Table`], as data (serde), and with the feature
//! `report` as a [page of charts](report).
//!
//! ```
//! use retry_core::Policy;
//! use retry_sim::{Clients, Latency, Scenario, Service, Strategy, Table};
//! use std::time::Duration;
//!
//! let second = Duration::from_secs(1);
//! let server = Service::new(Latency::Exponential(second / 50))
//!     .capacity(10)
//!     .queue(100)
//!     .outage(second * 10, second * 5);
//! let scenario = Scenario::new(Clients::open(100, 300.0), server, second * 30);
//!
//! let strategies = [
//!     Strategy::new("one attempt", Policy::new().max_attempts(1)),
//!     Strategy::new("five", Policy::new().max_attempts(5).exp_multiplier(second)),
//! ];
//! let runs = strategies.map(|strategy| scenario.run(&strategy));
//! println!("{}", Table(&runs));
//! assert!(runs[1].success() > 0.95 && runs[0].success() < 0.9);
//! ```
//!
//! [`Case::read`] reads the same from a file, and [`KNOWN`] has those that people know, as a start.
//!
//! # How far to trust it
//!
//! - The same seed gives the same bytes, and every strategy meets the same calls.
//! - [Published simulations](published) come out as published, and queues as theory says; the tests hold both.
//! - A real nginx with `limit_req`, beside the simulated one, differs by about one percent.
//! - Connections, deadlines that are passed on, and servers that notice who has gone are left out. Trust comparisons more
//!   than any number alone.
//!
//! # Words
//!
//! Those of `retry-core`, and: a *client* is a process that makes calls, with guards of its own; a *request* is what an attempt
//! sends to a *service*; *load* is the number of requests for each call.

#![cfg_attr(docsrs, feature(doc_cfg))]

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
