//! Scenario files: those that people know, and those with mistakes.

use retry_sim::{Case, KNOWN, Run};

fn known(name: &str) -> Case {
    let (_, text) = KNOWN.iter().find(|(known, _)| *known == name).unwrap();
    Case::read(text).unwrap()
}

/// By the name of the strategy.
fn runs(name: &str) -> impl Fn(&str) -> Run {
    let runs = known(name).run(|_| ());
    move |strategy| {
        let found = runs.iter().find(|run| run.strategy() == strategy);
        found.unwrap_or_else(|| panic!("no {strategy}")).clone()
    }
}

#[test]
fn every_known_scenario_is_two_sentences_and_some_charts() {
    for (name, _) in KNOWN {
        let case = known(name);
        let sentences = case.about().trim().matches(['.', ';', ':']).count();
        assert!((2..=4).contains(&sentences), "{name}: {}", case.about());
        assert!(case.strategies().len() >= 2);
    }
}

#[test]
fn the_known_scenarios_show_what_they_say() {
    let herd = runs("herd");
    assert!(herd("backoff without jitter").success() < 0.6);
    assert!(herd("backoff with full jitter").success() > 0.98);

    let collapse = runs("collapse");
    let last = |run: &Run| {
        run.points()[60..]
            .iter()
            .map(|point| point.successes)
            .sum::<u64>()
            / 20
    };
    assert_eq!(last(&collapse("default policy")), 0);
    assert!(last(&collapse("default policy, 10 % budget")) >= 35);

    let layers = runs("layers");
    assert!(layers("4 attempts in each").load() > 15.0);
    assert!(layers("with a 10 % budget in each").load() < 1.34);

    let limit = runs("limit");
    let (each, shared) = (limit("each worker for itself"), limit("with a cooldown"));
    assert!(shared.refused() * 30 < each.refused());
    assert!(shared.successes() * 100 > each.successes() * 96);

    let replica = runs("replica");
    let (plain, hedged) = (replica("no hedge"), replica("hedge after 50 ms"));
    assert!(plain.latency(0.99) > 0.4 && hedged.latency(0.99) < 0.1);
    assert!(hedged.load() < 1.06);
    assert!(replica("hedge after 50 ms, 2 % budget").load() < 1.025);

    let overload = runs("overload");
    let (plain, hedged) = (overload("no hedge"), overload("hedge after 100 ms"));
    assert!(plain.success() > 0.99 && hedged.success() < 0.7);
    assert!(overload("hedge after 100 ms, 5 % budget").latency(0.99) > plain.latency(0.99));

    let restart = runs("restart");
    assert!(restart("1 attempt").success() < 0.96);
    assert!(restart("3 attempts").success() > 0.998);
    assert!(restart("3 attempts, 10 % budget").success() > 0.995);
}

#[test]
fn progress_is_told_and_comes_to_its_end() {
    let mut told = Vec::new();
    let _ = known("layers").run(|share| told.push(share));
    assert!(told.len() > 100 && told.is_sorted());
    assert!((told.last().unwrap() - 1.0).abs() < 1e-9);
    let mut told = Vec::new();
    assert!(known("failures").sweep(|share| told.push(share)).is_some());
    assert!(told.is_sorted() && (told.last().unwrap() - 1.0).abs() < 1e-9);
}

/// In the collapse scenario: what is written, what is written instead, and what is said of it.
const MISTAKES: [(&str, &str, &str); 19] = [
    (
        "rate = 40",
        "rate = -1",
        "`scenario.clients.calls.open.rate` must be above 0 and at most 10000000 a second, but is -1.0",
    ),
    (
        "rate = 40",
        "rate = nan",
        "must be above 0 and at most 10000000 a second, but is NaN",
    ),
    (
        "rate = 40",
        "rate = \"many\"",
        "`rate`: invalid type: string \"many\", expected a number",
    ),
    (
        "times = 2 ",
        "times = 2000 ",
        "`scenario.clients.surges.0.times` must be from 0 to 1000, but is 2000.0",
    ),
    (
        "time = \"80s\"",
        "time = \"80\"",
        "`time` must be a duration, but is \"80\": a duration needs a unit",
    ),
    (
        "time = \"80s\"",
        "time = \"0s\"",
        "`scenario.time` must be longer than nothing, but is 0ns",
    ),
    (
        "time = \"80s\"",
        "time = \"80s\"\nstep = \"90s\"",
        "`scenario.step` must be at most `time`, and at least a 100000th of it, but is 90s",
    ),
    (
        "slowdown = \"10ms\"",
        "slowdown = 10",
        "`slowdown` must be a duration, but is 10: write `slowdown_ms = 10` or `slowdown = \"10ms\"`",
    ),
    (
        "slowdown",
        "slow_down",
        "unknown field `slow_down`, expected one of `name`",
    ),
    (
        "slowdown = \"10ms\"",
        "failure = 1.5",
        "`scenario.services.0.failure` must be from 0 to 1, but is 1.5",
    ),
    (
        "slowdown = \"10ms\"",
        "capacity = 0",
        "`scenario.services.0.capacity` must be at least 1, but is 0",
    ),
    (
        "slowdown = \"10ms\"",
        "slow = [{ at = \"1s\", lasts = \"1s\", times = 2, replica = 3 }]",
        "`scenario.services.0.slow.0.replica` must be below `replicas`: the first is 0, but is 3",
    ),
    (
        "seed = 2",
        "seed = true",
        "`seed`: invalid type: boolean `true`, expected a whole number from 0",
    ),
    (
        "\"goodput\"",
        "\"goodputt\"",
        "`charts`: unknown variant `goodputt`, expected one of `goodput`",
    ),
    (
        "max_attempts = 3, fixed",
        "max_attempts = 0, fixed",
        "`max_attempts` must be at least 1, but is 0",
    ),
    (
        "ratio = 0.1",
        "ratio = -0.1",
        "`ratio` must be from 0 to 1000, but is -0.1",
    ),
    ("ratio = 0.1", "share = 0.1", "unknown field `share`"),
    (
        "10 % budget\"",
        "10 % budget\"\nbreaker = { window = 0 }",
        "`window` must be from 1 to 1024, but is 0",
    ),
    (
        "name = \"default policy, 10 % budget\"",
        "name = \"default policy\"",
        "`strategies.2.name` must be a name that no other has, but is \"default policy\"",
    ),
];

#[test]
fn a_mistake_is_told_with_its_line_its_field_its_value_and_what_is_allowed() {
    let (_, good) = KNOWN.iter().find(|(name, _)| *name == "collapse").unwrap();
    for (from, to, said) in MISTAKES {
        let at = good.find(from).unwrap_or_else(|| panic!("no {from}"));
        let text = good.replacen(from, to, 1);
        let error = Case::read(&text).unwrap_err();
        assert!(error.to_string().contains(said), "{to}: {error}");
        let line = good[..at].matches('\n').count() + 1 + to.matches('\n').count();
        assert_eq!(error.line(), line, "{to}: {error}");
    }
    for text in ["", "title = 3", "[scenario", "title = \"a\"\nabout = \"b\""] {
        let error = Case::read(text).unwrap_err();
        assert!(error.to_string().starts_with("line "), "{text}: {error}");
    }
}
