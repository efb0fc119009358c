//! Faults as reqwest showed them when they were provoked: each observed chain must be judged as recorded.

use serde_json::Value;

use super::evidence::{Evidence, H2, Hyper, Io, Reason};
use super::kind::FaultKind;
use super::words::{Proxy, Tls};
use crate::facts::repeat::Seen;

/// The name that a fault has in the file.
fn name(fault: FaultKind) -> &'static str {
    match fault {
        FaultKind::Builder => "builder",
        FaultKind::Redirect => "redirect",
        FaultKind::TlsCertificate => "tls-certificate",
        FaultKind::TlsProtocol => "tls-protocol",
        FaultKind::TlsAlert => "tls-alert-transient",
        FaultKind::ConnectTimeout => "connect-timeout",
        FaultKind::Dns => "dns",
        FaultKind::NoTls => "no-tls",
        FaultKind::ProxyAuth => "proxy-auth",
        FaultKind::ProxyDenied => "proxy-denied",
        FaultKind::ConnectDenied => "connect-denied",
        FaultKind::Connect => "connect",
        FaultKind::BodyTimeout => "response-body-timeout",
        FaultKind::BodyMalformed => "response-body-malformed",
        FaultKind::BodyCut => "response-body-cut",
        FaultKind::Decode => "decode",
        FaultKind::H2Local => "h2-protocol-local",
        FaultKind::GoAway | FaultKind::GoAwayProtocol => "h2-goaway",
        FaultKind::GoAwayCalm => "h2-goaway-throttled",
        FaultKind::H2Refused => "h2-refused",
        FaultKind::H2Calm => "h2-throttled",
        FaultKind::ResetProtocol => "h2-reset-protocol",
        FaultKind::Reset => "h2-reset",
        FaultKind::H2Io => "h2-io",
        FaultKind::Canceled => "canceled-before-send",
        FaultKind::Timeout => "timeout",
        FaultKind::Incomplete => "closed-before-response",
        FaultKind::BadResponse => "bad-response",
        FaultKind::Lost => "connection-lost",
        FaultKind::RequestBody => "request-body-source",
        FaultKind::DispatchGone => "dispatch-gone",
        FaultKind::Other => "other",
    }
}

/// A starred cell is a request that failed where the fault was seen, perhaps after a redirect.
fn seen(fault: FaultKind) -> &'static str {
    match (fault, fault.seen()) {
        (FaultKind::Builder, _) => "not-sent*",
        (FaultKind::Redirect, _) => "yes*",
        (_, Seen::NotSent) => "not-sent",
        (_, Seen::NotProcessed) => "not-processed",
        (_, Seen::Maybe) => "maybe",
        (_, Seen::Answered) => "responded",
        (_, Seen::Underway) => panic!("a status says that, and no fault"),
    }
}

/// Rebuilds what the walk down the chain would have found: reqwest's errors cannot be made by hand.
fn evidence(row: &Value) -> Evidence {
    let mut found = Evidence::default();
    for flag in row["flags"].as_array().unwrap() {
        match flag.as_str().unwrap() {
            "builder" => found.builder = true,
            "redirect" => found.redirect = true,
            "connect" => found.connect = true,
            "dns" => found.dns = true,
            "timeout" => found.timeout = true,
            "body" | "decode" => found.body = true,
            "request" => {}
            other => panic!("unknown flag {other:?}"),
        }
    }
    for link in row["chain"].as_array().unwrap() {
        look_at(&mut found, link.as_str().unwrap());
    }
    let leaf = row["leaf"].as_str().unwrap();
    found.tls = Tls::of(leaf);
    found.proxy = Proxy::of(leaf);
    found
}

fn look_at(found: &mut Evidence, link: &str) {
    if link.starts_with("hyper::Error") {
        found.hyper = found.hyper.or(Some(hyper(link)));
    } else if link.starts_with("h2::Error") {
        found.h2 = Some(h2(link));
    } else if link.starts_with("io::Error") {
        for nested in link.split("io::Error{kind=").skip(1) {
            found.io = found.io.max(Some(io(nested)));
            found.timeout |= nested.starts_with("TimedOut");
        }
    }
}

fn hyper(link: &str) -> Hyper {
    let signs = [
        ("is_user", Hyper::User),
        ("is_canceled", Hyper::Unsent),
        ("is_closed", Hyper::Unsent),
        ("is_timeout", Hyper::Timeout),
        ("is_incomplete_message", Hyper::Incomplete),
        ("is_parse", Hyper::Parse),
    ];
    let mut told = signs.iter().filter(|(sign, _)| link.contains(sign));
    told.next().map_or(Hyper::Unclear, |(_, hyper)| *hyper)
}

fn h2(link: &str) -> H2 {
    let reason = match link.split(['(', ')']).nth(1) {
        Some("REFUSED_STREAM") => Reason::RefusedStream,
        Some("ENHANCE_YOUR_CALM") => Reason::EnhanceYourCalm,
        Some(
            "PROTOCOL_ERROR"
            | "FLOW_CONTROL_ERROR"
            | "FRAME_SIZE_ERROR"
            | "COMPRESSION_ERROR"
            | "INADEQUATE_SECURITY"
            | "HTTP_1_1_REQUIRED",
        ) => Reason::Protocol,
        _ => Reason::Other,
    };
    let is = |fact: &str| link.contains(&format!("{fact}=true"));
    if is("library") {
        H2::Local
    } else if is("go_away") && is("remote") {
        H2::GoAway(reason)
    } else if is("reset") && is("remote") {
        H2::Reset(reason)
    } else {
        H2::Io
    }
}

fn io(kind: &str) -> Io {
    use std::io::ErrorKind as K;
    Io::of(match kind.split([',', '}']).next().unwrap() {
        "ConnectionRefused" => K::ConnectionRefused,
        "ConnectionReset" => K::ConnectionReset,
        "BrokenPipe" => K::BrokenPipe,
        "UnexpectedEof" => K::UnexpectedEof,
        "NotConnected" => K::NotConnected,
        "AddrNotAvailable" => K::AddrNotAvailable,
        "TimedOut" => K::TimedOut,
        "InvalidData" => K::InvalidData,
        "InvalidInput" => K::InvalidInput,
        "Other" | "Uncategorized" => K::Other,
        other => panic!("unknown kind {other:?}"),
    })
}

#[test]
fn every_observed_fault_is_judged_as_recorded() {
    let file = include_str!("../../../../tests/vectors/reqwest_transport_observed.json");
    let file: Value = serde_json::from_str(file).unwrap();
    let rows = file["rows"].as_array().unwrap();
    // Without a fault there is nothing to judge, and a status is no fault of the transport.
    let (mut run, mut no_fault, mut by_status) = (0, 0, 0);
    for row in rows {
        match row["ours"]["kind"].as_str() {
            None => no_fault += 1,
            Some("status") => by_status += 1,
            Some(kind) => {
                let fault = evidence(row).fault();
                let transient = if fault.is_transient() { "yes" } else { "no" };
                let found = (name(fault), seen(fault), transient);
                let acted = row["ours"]["server_acted"].as_str().unwrap();
                let expected = (kind, acted, row["ours"]["transient"].as_str().unwrap());
                assert_eq!(found, expected, "{} {}", row["name"], row["method"]);
                run += 1;
            }
        }
    }
    assert_eq!((run, no_fault, by_status), (230, 30, 3));
    assert_eq!(run + no_fault + by_status, rows.len());
}
