//! When something is wrong in a scenario: what charts shade.

use crate::clients::Surge;
use crate::scenario::Scenario;
use crate::service::{Outage, Slow};
use crate::span::Span;

/// Stretches in seconds, those that touch or overlap joined.
pub(crate) fn trouble(scenario: &Scenario) -> Vec<(f64, f64)> {
    let surges = scenario.clients.surges.iter().map(Surge::span);
    let services = scenario.services.iter();
    let outages = services
        .clone()
        .flat_map(|service| service.outages.iter().map(Outage::span));
    let slow = services.flat_map(|service| service.slow.iter().map(Slow::span));
    let end = scenario.time.as_secs_f64();
    let seconds = |span: Span| {
        let from = span.at.as_secs_f64();
        (from, (from + span.lasts.as_secs_f64()).min(end))
    };
    let mut spans: Vec<_> = surges.chain(outages).chain(slow).map(seconds).collect();
    spans.retain(|(from, to)| from < to && *from < end);
    spans.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut joined: Vec<(f64, f64)> = Vec::new();
    for (from, to) in spans {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}
