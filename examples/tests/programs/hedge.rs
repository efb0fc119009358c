//! `hedge` shows what it says: in virtual time, so its figures repeat.

use crate::{run, text};

/// The cells of the first row of this name.
fn row<'a>(printed: &'a str, name: &str) -> Vec<&'a str> {
    let line = printed.lines().find(|line| line.contains(name));
    let line = line.unwrap_or_else(|| panic!("no row {name}:\n{printed}"));
    line.split(['│', '┆']).map(str::trim).collect()
}

fn millis(cell: &str) -> f64 {
    match cell.strip_suffix("ms") {
        Some(millis) => millis.parse().unwrap(),
        None => 1000.0 * cell.trim_end_matches('s').parse::<f64>().unwrap(),
    }
}

#[test]
fn a_hedge_cuts_off_what_is_slow_by_chance_and_nothing_that_is_shared() {
    let directory = own_directory("hedge");
    let svg = directory.join("hedge.svg");
    let output = run(
        "hedge",
        &["--calls", "20000", "--svg", svg.to_str().unwrap()],
    );
    let printed = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let [alone, hedged, shared] = [
        "1 % slow by chance",
        "1 % by chance, hedged after 20 ms",
        "all slow at once, hedged after 20 ms",
    ]
    .map(|name| row(printed, name));
    // Name, median, p99, p99.9, longest, requests per call, behind the border.
    let (p999, load) = (4, 6);
    assert!(
        millis(alone[p999]) >= 10.0 * millis(hedged[p999]),
        "{printed}"
    );
    assert!(hedged[load].parse::<f64>().unwrap() <= 1.02, "{printed}");
    assert!(millis(shared[p999]) >= 1000.0, "{printed}");
    let drawn = std::fs::read_to_string(&svg).unwrap();
    assert!(drawn.contains("prefers-color-scheme: dark") && drawn.contains("hedged after 20 ms"));
    std::fs::remove_dir_all(directory).unwrap();
}

/// A directory of this process's own.
fn own_directory(name: &str) -> std::path::PathBuf {
    let directory = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    directory
}
