//! The simulator against what is known: published results, closed forms, the library's own driver.

mod cases;
mod closed_forms;
mod collapse;
mod contention;
mod cooling;
mod driver;
mod failing;
mod hedging;
mod layers;
mod same_bytes;
mod scale;
mod server;
mod vectors;
