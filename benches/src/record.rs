//! One measurement, and the line that carries it from a probe to the report.

use std::fmt;
use std::time::{Duration, Instant};

use crate::subject::Subject;

/// One measurement.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What was measured.
    pub subject: String,
    /// The subject that it is compared with.
    pub baseline: String,
    /// The name of the number, with its unit.
    pub measure: String,
    /// The number.
    pub value: f64,
}

impl Record {
    /// One measurement.
    #[must_use]
    pub fn new(subject: &str, baseline: &str, measure: &str, value: f64) -> Self {
        Self {
            subject: subject.to_owned(),
            baseline: baseline.to_owned(),
            measure: measure.to_owned(),
            value,
        }
    }

    /// Reads what `Display` wrote.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let mut parts = line.split('\t');
        let (subject, baseline, measure) = (parts.next()?, parts.next()?, parts.next()?);
        let value = parts.next()?.parse().ok()?;
        Some(Self::new(subject, baseline, measure, value))
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            subject,
            baseline,
            measure,
            value,
        } = self;
        write!(f, "{subject}\t{baseline}\t{measure}\t{value}")
    }
}

/// Prints one measurement. The nth of one subject and the nth of another are of the same round.
pub fn print(subject: &str, baseline: &str, measure: &str, value: f64) {
    println!("{}", Record::new(subject, baseline, measure, value));
}

/// Nanoseconds a call of every subject, in rounds: whatever slows the machine for a while slows all of them.
pub fn time(subjects: &[Subject], rounds: u32) {
    let calls: Vec<u64> = subjects.iter().map(calls_in_a_while).collect();
    for _ in 0..rounds {
        for (subject, calls) in subjects.iter().zip(&calls) {
            let nanos = run(subject, *calls).as_secs_f64() * 1e9;
            #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
            print(subject.name, subject.baseline, "ns", nanos / *calls as f64);
        }
    }
}

fn run(subject: &Subject, calls: u64) -> Duration {
    let start = Instant::now();
    (subject.run)(calls);
    start.elapsed()
}

/// As many calls as take 20 ms or a little more.
fn calls_in_a_while(subject: &Subject) -> u64 {
    let mut calls = 1000;
    while run(subject, calls) < Duration::from_millis(20) {
        calls *= 2;
    }
    calls
}
