//! Published results, as data in `tests/vectors`.

use serde_json::Value;

/// Hands the name, the configuration and the expected numbers of every vector of a file to `check`.
pub(crate) fn each(file: &str, mut check: impl FnMut(&str, &Value, &Value)) {
    let path = format!(
        "{}/../tests/vectors/{file}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(&path).unwrap();
    let content: Value = serde_json::from_str(&text).unwrap();
    let all = content["vectors"].as_array().unwrap();
    assert_eq!(content["count"], all.len(), "{path} is whole");
    for vector in all {
        let name = vector["name"].as_str().unwrap();
        check(name, &vector["config"], &vector["expected"]);
    }
}

pub(crate) fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}
