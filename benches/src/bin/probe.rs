//! Measures one scenario; `benches` starts it and reads what it prints.
//!
//! ```text
//! probe list SCENARIO               its subjects and their baselines
//! probe run SCENARIO SUBJECT CALLS  makes the calls and prints nothing: for callgrind
//! probe time SCENARIO ROUNDS        rounds of every subject in turn
//! ```

use std::process::ExitCode;

use benches::subject::Subject;
use benches::{budget, delays, guards, http, immediate, record, retries, success, waiting};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["list", scenario] => list(scenario),
        ["run", scenario, subject, calls] => run(scenario, subject, calls),
        ["time", scenario, rounds] => time(scenario, rounds),
        _ => None,
    };
    if done.is_none() {
        eprintln!(
            "probe does not know what `{}` asks for",
            arguments.join(" ")
        );
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// The scenarios whose instructions are counted.
fn counted(scenario: &str) -> Option<&'static [Subject]> {
    match scenario {
        "success" => Some(success::SUBJECTS),
        "retries" => Some(retries::SUBJECTS),
        "delays" => Some(delays::SUBJECTS),
        "guards" => Some(guards::SUBJECTS),
        _ => None,
    }
}

fn list(scenario: &str) -> Option<()> {
    for subject in counted(scenario)? {
        println!("{}\t{}", subject.name, subject.baseline);
    }
    Some(())
}

fn run(scenario: &str, subject: &str, calls: &str) -> Option<()> {
    let subjects = counted(scenario)?;
    let subject = subjects.iter().find(|known| known.name == subject)?;
    (subject.run)(calls.parse().ok()?);
    Some(())
}

fn time(scenario: &str, rounds: &str) -> Option<()> {
    let rounds = rounds.parse().ok()?;
    match scenario {
        "immediate" => immediate::time(rounds),
        "waiting" => waiting::time(rounds),
        "http" => http::time(rounds),
        "budget" => budget::time(rounds),
        _ => record::time(counted(scenario)?, rounds),
    }
    Some(())
}
