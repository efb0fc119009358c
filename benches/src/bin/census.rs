//! Counts bytes and allocations, with an allocator that counts; `benches` starts it and reads what it prints.
//!
//! ```text
//! census sizes           bytes of each future
//! census calls SCENARIO  allocations a call
//! census waiting         bytes a waiting task
//! ```

use std::process::ExitCode;

use allocation_counter::measure;
use benches::subject::{BY_HAND, Subject};
use benches::{delays, guards, record, retries, sizes, success, waiting};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["sizes"] => print_sizes(),
        ["calls", "success"] => print_allocations(success::SUBJECTS),
        ["calls", "retries"] => print_allocations(retries::SUBJECTS),
        ["calls", "delays"] => print_allocations(delays::SUBJECTS),
        ["calls", "guards"] => print_allocations(guards::SUBJECTS),
        ["waiting"] => waiting::weigh(|crowd| measure(crowd).bytes_max),
        _ => {
            eprintln!(
                "census does not know what `{}` asks for",
                arguments.join(" ")
            );
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn print_sizes() {
    for (name, bytes) in sizes::all::<0>() {
        record::print(name, BY_HAND, "bytes, empty operation", bytes as f64);
    }
    for (name, bytes) in sizes::all::<1024>() {
        record::print(name, BY_HAND, "bytes, 1 KiB operation", bytes as f64);
    }
}

/// What a hundred calls more allocate, so that what a run itself needs does not count.
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn print_allocations(subjects: &[Subject]) {
    for subject in subjects {
        (subject.run)(100);
        let allocations = |calls| measure(|| (subject.run)(calls)).count_total;
        let more = allocations(200) - allocations(100);
        record::print(
            subject.name,
            subject.baseline,
            "allocations",
            more as f64 / 100.0,
        );
    }
}
