//! The guard against getting slower: instructions a call, as a ratio to the loop by hand of the same build.
//!
//! ```text
//! REQUIRE_VALGRIND=1 cargo test --release -p benches
//! ```
//!
//! A bound is the goal where the goal is met, else what holds today and a tenth more. It may be lowered towards its
//! goal, never raised without a reason in the commit that does it.

use std::path::Path;

use benches::callgrind;
use benches::record::Record;

/// Subject, bound, goal.
type Bounds = [(&'static str, f64, f64)];

#[test]
fn a_call_that_succeeds_at_once_costs_little_more_than_a_loop_by_hand() {
    hold(
        "success",
        &[
            ("attribute", 1.1, 1.1),
            ("policy.retry", 2.45, 1.1),
            ("attribute, blocking", 1.1, 1.1),
            ("policy.retry_blocking", 1.1, 1.1),
        ],
    );
}

#[test]
fn three_failures_cost_little_more_than_in_a_loop_by_hand() {
    hold(
        "retries",
        &[
            ("attribute", 1.5, 1.5),
            ("policy.retry", 2.7, 1.5),
            ("attribute, blocking", 1.5, 1.5),
            ("policy.retry_blocking", 1.5, 1.5),
        ],
    );
}

#[test]
fn delays_cost_little_more_than_their_arithmetic() {
    hold(
        "delays",
        &[
            ("attribute, nine attempts", 1.2, 1.2),
            ("policy.start", 1.92, 1.5),
        ],
    );
}

fn hold(scenario: &str, bounds: &Bounds) {
    if let Some(reason) = why_not() {
        assert!(std::env::var_os("REQUIRE_VALGRIND").is_none(), "{reason}");
        println!("skipped: {reason}");
        return;
    }
    let probe = Path::new(env!("CARGO_BIN_EXE_probe"));
    let counted = callgrind::count(probe, scenario).expect("callgrind counts");
    let instructions = |subject: &str| {
        let found = counted.iter().find(|record| record.subject == subject);
        found.expect("the probe lists the subject")
    };
    let mut over = Vec::new();
    for (subject, bound, goal) in bounds {
        let Record {
            baseline, value, ..
        } = instructions(subject);
        let ratio = value / instructions(baseline).value;
        println!("{scenario}, {subject}: {ratio:.2} of the {baseline}, bound {bound}, goal {goal}");
        if ratio > *bound {
            over.push(format!("{subject}: {ratio:.2} is over {bound}"));
        }
    }
    assert!(over.is_empty(), "{scenario}: {}", over.join(", "));
}

fn why_not() -> Option<&'static str> {
    if cfg!(debug_assertions) {
        Some("instructions are counted in a release: `cargo test --release -p benches`")
    } else if callgrind::is_here() {
        None
    } else {
        Some("there is no valgrind to count instructions with")
    }
}
