use retry_sim::*;
use std::time::Instant;
#[test]
fn known() {
    for (name, text) in KNOWN {
        let b = Instant::now();
        let case = Case::read(text).unwrap_or_else(|e| panic!("{name}: {e}"));
        let runs = case.run(|_| ());
        println!(
            "\n{} ({:.2} s)\n{}",
            case.title(),
            b.elapsed().as_secs_f64(),
            Table(&runs)
        );
        for r in &runs {
            println!("   {:?} {:?}", r.requests(), r.stops());
        }
    }
    for bad in ["time = 3", "title = 3", "[scenario]\ntime = \"3\""] {
        println!("{}", Case::read(bad).unwrap_err());
    }
    let good = KNOWN[1].1;
    for (from, to) in [
        ("rate = 40", "rate = -1"),
        ("time = \"80s\"", "time = \"80\""),
        ("ratio = 0.1", "ratio = -0.1"),
        ("times = 2", "times = 2000"),
        ("max_attempts = 3, fixed", "max_attempts = 0, fixed"),
        ("slowdown", "slow_down"),
        ("rate = 40", "rate = \"x\""),
        ("seed = 2", "seed = true"),
        ("\"goodput\"", "\"goodputt\""),
        (
            "name = \"default policy, 10 % budget\"",
            "name = \"default policy\"",
        ),
        ("fixed = \"1s\"", "fixed = 1"),
        ("open = {", "opened = {"),
    ] {
        println!("{}", Case::read(&good.replacen(from, to, 1)).unwrap_err());
    }
}
