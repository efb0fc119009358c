//! Scenarios that people know, from the folder `scenarios`.

/// A name, and the text of the file: [`Case::read`](crate::Case::read) reads it, and it is a start for one's own.
pub const KNOWN: [(&str, &str); 9] = [
    ("herd", include_str!("../scenarios/herd.toml")),
    ("collapse", include_str!("../scenarios/collapse.toml")),
    ("limit", include_str!("../scenarios/limit.toml")),
    ("layers", include_str!("../scenarios/layers.toml")),
    ("replica", include_str!("../scenarios/replica.toml")),
    ("overload", include_str!("../scenarios/overload.toml")),
    ("restart", include_str!("../scenarios/restart.toml")),
    ("failures", include_str!("../scenarios/failures.toml")),
    ("contention", include_str!("../scenarios/contention.toml")),
];
