use retry_core::{Budget, Policy};
use retry_sim::*;
use std::time::{Duration, Instant};
#[test]
fn scale() {
    let s = Duration::from_secs;
    for clients in [1_000u32, 10_000, 100_000, 1_000_000] {
        let server =
            Service::new(Latency::Exponential(Duration::from_millis(20))).outage(s(30), s(60));
        let sc = Scenario::new(
            Clients::open(clients, f64::from(clients) / 10.0),
            server,
            s(120),
        );
        let b = Instant::now();
        let run = sc.run(&Strategy::new(
            "x",
            Policy::new().max_attempts(5).exp_multiplier(s(1)),
        ));
        let t = b.elapsed().as_secs_f64();
        println!(
            "{clients}: {run}; {} events in {t:.2} s: {:.2} M/s",
            run.events(),
            run.events() as f64 / t / 1e6
        );
    }
}
#[test]
fn strategies() {
    let s = Duration::from_secs;
    let none = Policy::new().max_attempts(1);
    let three = Policy::new().max_attempts(4).fixed(Duration::ZERO);
    let un = Policy::new().unlimited().fixed(Duration::ZERO);
    for p in [0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0] {
        let sc = Scenario::new(
            Clients::open(100, 1000.0),
            Service::new(Latency::NONE).failure(p),
            s(60),
        )
        .network(Latency::Exponential(Duration::from_millis(10)));
        for st in [
            Strategy::new("none", none),
            Strategy::new("three", three),
            Strategy::new("bucket", un).budget(|| Budget::new(0.1).reserve(5).capacity(5)),
            Strategy::new("breaker", three).retry_if(|t| t.failures as f64 / t.calls as f64 <= 0.1),
        ] {
            let r = sc.run(&st);
            println!(
                "{p} {} {:.1} {:.1}",
                r.strategy(),
                r.success() * 100.0,
                r.load() * 100.0
            );
        }
    }
}
#[test]
fn collapse() {
    let s = Duration::from_secs;
    let sc = Scenario::new(
        Clients::open(1, 40.0).surge(s(20), s(5), 2.0),
        Service::new(Latency::Fixed(s(1))).slowdown(Duration::from_millis(10)),
        s(80),
    )
    .network(Latency::Exponential(Duration::from_millis(100)));
    for st in [
        Strategy::new("no backoff", Policy::new().fixed(Duration::ZERO)).attempt_timeout(s(3)),
        Strategy::new(
            "jitter",
            Policy::new().exp_multiplier(s(20)).max_delay(s(40)),
        )
        .attempt_timeout(s(3)),
        Strategy::new("defaults", Policy::new()).attempt_timeout(s(3)),
        Strategy::new("defaults+budget", Policy::new())
            .attempt_timeout(s(3))
            .budget(|| Budget::new(0.1)),
        Strategy::new("zero+budget", Policy::new().fixed(Duration::ZERO))
            .attempt_timeout(s(3))
            .budget(|| Budget::new(0.1)),
    ] {
        let r = sc.run(&st);
        println!("{r}");
        for p in r.points().iter().step_by(5) {
            println!(
                "  {} starts {} succ {} retr {} timeo {}",
                p.t, p.calls, p.successes, p.retries, p.timeouts
            );
        }
    }
}
