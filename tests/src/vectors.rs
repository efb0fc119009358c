//! Published behaviour of other libraries, as data in `tests/vectors`.

use serde_json::Value;

/// One published case.
#[derive(Debug)]
pub struct Vector {
    /// What it is about, the number of the case left out.
    pub name: String,
    /// Its parameters.
    pub config: Value,
    /// What the source says must come out.
    pub expected: Value,
    /// The case as published, for what only some files say.
    pub whole: Value,
}

/// Hands every vector of a file to `check`, except those skipped, whose reason is printed.
///
/// A vector is skipped by name and number, such as `invalid#006`.
///
/// # Panics
///
/// If the file cannot be read, or a skipped vector is not in it.
pub fn each(file: &str, skipped: &[(&[&str], &str)], mut check: impl FnMut(&Vector)) {
    let path = format!("{}/vectors/{file}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let content: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    let all = content["vectors"].as_array().expect("a list of vectors");
    assert_eq!(content["count"], all.len(), "{path} is whole");

    let mut left_out = 0;
    for vector in all {
        let id = text_of(&vector["id"]);
        let short = id.rsplit('/').next().unwrap_or_default();
        if let Some((_, reason)) = skipped.iter().find(|(ids, _)| ids.contains(&short)) {
            println!("skipped {id}: {reason}");
            left_out += 1;
            continue;
        }
        println!("{id}");
        check(&Vector {
            name: text_of(&vector["name"]).to_owned(),
            config: vector["config"].clone(),
            expected: vector["expected"].clone(),
            whole: vector.clone(),
        });
    }
    let listed: usize = skipped.iter().map(|(ids, _)| ids.len()).sum();
    assert_eq!(left_out, listed, "every skipped vector is in {path}");
}

/// The number at `value`.
///
/// # Panics
///
/// If there is none.
#[must_use]
pub fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("not a number: {value}"))
}

/// The count at `value`.
///
/// # Panics
///
/// If there is none.
#[must_use]
pub fn count(value: &Value) -> u32 {
    let count = value.as_u64().and_then(|count| u32::try_from(count).ok());
    count.unwrap_or_else(|| panic!("not a count: {value}"))
}

/// The string at `value`.
///
/// # Panics
///
/// If there is none.
#[must_use]
pub fn text_of(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("not a string: {value}"))
}
