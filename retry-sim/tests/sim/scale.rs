//! How many clients, how fast, and how much memory.

use std::time::{Duration, Instant};

use retry_core::{Budget, Policy};
use retry_sim::{Clients, Latency, Run, Scenario, Service, Strategy};

/// Clients that call every ten seconds, for two minutes, of which the server is down for one.
fn outage(clients: u32) -> Run {
    let second = Duration::from_secs(1);
    let server = Service::new(Latency::Exponential(Duration::from_millis(20)));
    let server = server.outage(second * 30, second * 60);
    let clients = Clients::open(clients, f64::from(clients) / 10.0);
    let policy = Policy::new().max_attempts(5).exp_multiplier(second);
    let strategy = Strategy::from(policy).budget(|| Budget::new(0.1));
    Scenario::new(clients, server, second * 120).run(&strategy)
}

/// The most memory that this process has held, in bytes.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// The seconds that this thread has been on a core, which do not depend on who else wants it.
fn busy(begun: Instant) -> f64 {
    let on_core = || {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        let nanos: u64 = text.split_whitespace().next()?.parse().ok()?;
        Some(Duration::from_nanos(nanos).as_secs_f64())
    };
    on_core().unwrap_or_else(|| begun.elapsed().as_secs_f64())
}

#[test]
fn ten_thousand_clients_are_a_matter_of_moments() {
    let run = outage(10_000);
    assert!(run.calls() > 100_000 && run.events() > 200_000);
}

/// Times are printed and memory is asserted: it is linear in clients. With `--nocapture`, a table.
#[test]
#[ignore = "long: cargo test --release -p retry-sim --test sim -- --ignored --nocapture --test-threads=1 scale"]
fn a_million_clients() {
    println!("  clients      calls      events    CPU s  million events/s  peak MiB  bytes/client");
    let (before, begun) = (peak(), Instant::now());
    let mut last = 0.0;
    for clients in [1_000, 10_000, 100_000, 1_000_000] {
        let before_run = busy(begun);
        let run = outage(clients);
        let seconds = busy(begun) - before_run;
        #[expect(clippy::cast_precision_loss, reason = "to print")]
        let (speed, held) = (
            run.events() as f64 / seconds / 1e6,
            peak()
                .zip(before)
                .map_or(0.0, |(now, before)| (now - before) as f64),
        );
        last = held / f64::from(clients);
        println!(
            "{clients:>9} {:>10} {:>11} {seconds:>8.2} {speed:>17.2} {:>9.1} {last:>13.0}",
            run.calls(),
            run.events(),
            held / 1024.0 / 1024.0,
        );
    }
    assert!(last < 1000.0, "{last} bytes for each client");
}
