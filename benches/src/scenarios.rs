//! Every scenario: its goal, and how its numbers are come by.

use std::process::Command;

use benches::callgrind;
use benches::record::Record;

use crate::machine::Programs;
use crate::{Result, build_cost, compile_cost};

/// One scenario.
pub(crate) struct Scenario {
    /// The word on the command line.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) goal: &'static str,
    /// What a reader has to know about the numbers.
    pub(crate) remark: &'static str,
    pub(crate) measure: fn(&Programs) -> Result<Vec<Record>>,
}

const ROUNDS: u32 = 21;
/// Of scenarios that take a second and more.
const LONG_ROUNDS: u32 = 9;

/// In the order of the report.
pub(crate) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "success",
        title: "Success at once",
        goal: "at most 1.1 in instructions, no allocation",
        remark: "Instructions of the whole call, the executor's poll included.",
        measure: |programs| counted(programs, "success"),
    },
    Scenario {
        name: "retries",
        title: "Three failures, then success, without waiting",
        goal: "at most 1.5 in instructions, no allocation",
        remark: "backon, tower and backoff are given a sleeper that is ready at once: they never yield to other tasks. \
            tokio-retry2, retry-if and tryhard go to tokio's timer, as their users do.",
        measure: |programs| counted(programs, "retries"),
    },
    Scenario {
        name: "delays",
        title: "Delay arithmetic: eight delays, exponential with full jitter",
        goal: "at most 1.5 in instructions",
        remark: "Each with the jitter it has: only this project, reqwest-retry and the loop by hand have full jitter. \
            `policy.start` reads its policy at run time; the attribute's is a constant, and shows itself only in a call: \
            nine attempts that fail, beside a loop by hand of the same shape.",
        measure: |programs| counted(programs, "delays"),
    },
    Scenario {
        name: "guards",
        title: "Success at once, under a guard",
        goal: "none is missed: what each of them costs, and nothing for who has none",
        remark: "Instructions of the whole call by the attribute. The clock stands still: reading the system's costs 20 to 50 ns \
            more, once for a window and never for the others.",
        measure: |programs| counted(programs, "guards"),
    },
    Scenario {
        name: "sizes",
        title: "Size of the future",
        goal: "attribute: at most 144 bytes, and 16 more than by hand around 1 KiB; `policy.retry`: at most 208, shared 152",
        remark: "Constant policy, exponential with jitter, no limit. The loop by hand keeps a counter and nothing else.",
        measure: |programs| lines(Command::new(&programs.census).arg("sizes")),
    },
    Scenario {
        name: "waiting",
        title: "A million tasks waiting to retry",
        goal: "at most 1.02 in memory a task; spawning and draining at most 1.1",
        remark: "tokio rounds each task up to a multiple of 128 bytes.",
        measure: |programs| {
            let mut records = lines(Command::new(&programs.census).arg("waiting"))?;
            records.extend(timed(programs, "waiting", LONG_ROUNDS)?);
            Ok(records)
        },
    },
    Scenario {
        name: "http",
        title: "HTTP on the loopback interface",
        goal: "at least 0.98 in requests a second, p99 at most 1.05; ahead of reqwest-retry",
        remark: "The share of requests that the server answers with 503 is in the head of each column.",
        measure: |programs| timed(programs, "http", ROUNDS),
    },
    Scenario {
        name: "immediate",
        title: "Three zero-delay retries on the real clock",
        goal: "below 1 µs",
        remark: "tokio's timer rounds a zero delay up to the next millisecond.",
        measure: |programs| timed(programs, "immediate", LONG_ROUNDS),
    },
    Scenario {
        name: "budget",
        title: "Shared budget, two threads, 1 µs of work a call",
        goal: "two threads at least 1.8 times one",
        remark: "Ratios are to one thread of the same row. The loop without a budget shows what the machine gives.",
        measure: |programs| timed(programs, "budget", ROUNDS),
    },
    Scenario {
        name: "build",
        title: "Build: crates and CPU seconds over tokio alone",
        goal: "no more crates than tokio-retry2; without `macros` no more than backon",
        remark: "Debug builds of an empty program, one job at a time. The ratio is of all crates or seconds, tokio's included.",
        measure: |_| build_cost::measure(),
    },
    Scenario {
        name: "compile",
        title: "A thousand annotated functions",
        goal: "`cargo check` at most 1.5 times a thousand loops by hand",
        remark: "Processor time, from `benches/compile_cost/run`.",
        measure: |_| compile_cost::measure(),
    },
];

/// Instructions where valgrind is present, allocations, nanoseconds.
fn counted(programs: &Programs, scenario: &str) -> Result<Vec<Record>> {
    let mut records = if callgrind::is_here() {
        callgrind::count(&programs.probe, scenario)?
    } else {
        eprintln!("no valgrind: instructions are not counted");
        Vec::new()
    };
    records.extend(lines(
        Command::new(&programs.census).args(["calls", scenario]),
    )?);
    records.extend(timed(programs, scenario, ROUNDS)?);
    Ok(records)
}

fn timed(programs: &Programs, scenario: &str, rounds: u32) -> Result<Vec<Record>> {
    lines(Command::new(&programs.probe).args(["time", scenario, &rounds.to_string()]))
}

/// What the program prints.
fn lines(program: &mut Command) -> Result<Vec<Record>> {
    let output = program.stderr(std::process::Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{program:?} ended with {}", output.status).into());
    }
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().filter_map(Record::parse).collect())
}
