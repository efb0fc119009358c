//! How often a request reaches the server: every fault, method, key and body, through everything that retries.
//!
//! What is expected comes from the rule in `expected`, which knows nothing of classifiers. The table is printed:
//! `cargo test -p tests --test http_matrix -- --nocapture`.

mod callers;
mod faults;
#[path = "../http_wire/mod.rs"]
mod http_wire;

use callers::{Body, Caller, Clients, Job, Method};
use faults::Fault;
use futures_util::StreamExt as _;
use futures_util::stream;

/// One call, and what goes wrong with it.
#[derive(Clone, Copy, Debug)]
struct Cell {
    fault: Fault,
    method: Method,
    caller: Caller,
    body: Body,
}

/// Three attempts where another one is of use, possible and harmless.
fn expected(cell: Cell) -> usize {
    let may_run_twice = match cell.caller {
        Caller::Transient | Caller::Keyed => true,
        Caller::Unprocessed => false,
        Caller::SendWith | Caller::Middleware | Caller::Tower => cell.method != Method::Post,
    };
    let server_may_have_acted = !matches!(cell.fault, Fault::Busy | Fault::GoAway);
    // An annotated function makes its body anew.
    let is_attribute = matches!(
        cell.caller,
        Caller::Transient | Caller::Unprocessed | Caller::Keyed
    );
    let has_its_body = is_attribute || cell.body == Body::Bytes;
    // A client cannot follow a 307 without the body, and gives it back as it is.
    let ends_well = cell.fault == Fault::Followed307 && cell.body == Body::Stream;
    let may_pass = !matches!(cell.fault, Fault::Tls | Fault::StallBody) && !ends_well;
    if may_pass && has_its_body && (may_run_twice || !server_may_have_acted) {
        3
    } else {
        1
    }
}

async fn requests(cell: Cell, clients: &Clients) -> usize {
    let (server, url) = cell.fault.server().await;
    let job = Job::new(url, clients, cell.fault, cell.method, cell.body);
    cell.caller.call(&job).await;
    server.requests()
}

fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for fault in Fault::ALL {
        for method in Method::ALL {
            for body in [Body::Bytes, Body::Stream] {
                cells.extend(Caller::ALL.map(|caller| Cell {
                    fault,
                    method,
                    caller,
                    body,
                }));
            }
        }
    }
    cells
}

#[tokio::test]
async fn every_request_reaches_the_server_as_often_as_the_rule_says() {
    let (cells, clients) = (cells(), Clients::new());
    let counted: Vec<usize> = stream::iter(cells.iter().map(|cell| requests(*cell, &clients)))
        .buffered(48)
        .collect()
        .await;
    println!("{:<34} {}", "requests at the server", Caller::HEAD);
    let mut differences = Vec::new();
    for (row, counts) in cells
        .chunks(Caller::ALL.len())
        .zip(counted.chunks(Caller::ALL.len()))
    {
        let Cell {
            fault,
            method,
            body,
            ..
        } = row[0];
        let name = format!("{fault:?} {method:?} {body:?}");
        let line = counts.iter().fold(format!("{name:<35}"), |line, count| {
            format!("{line}{count:>12}")
        });
        println!("{line}");
        for (cell, count) in row.iter().zip(counts) {
            if *count != expected(*cell) {
                differences.push(format!("{cell:?}: {count} instead of {}", expected(*cell)));
            }
        }
    }
    println!("{} cells, {} differences", cells.len(), differences.len());
    assert!(differences.is_empty(), "{differences:#?}");
}
