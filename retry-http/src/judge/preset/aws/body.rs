//! Error codes in the bodies of AWS: JSON, and the XML of Query, EC2 and S3.

use serde_json::Value;

use crate::judge::preset::opinion::Opinion;

use super::by_code;

pub(super) fn opinion(body: &[u8]) -> Option<Opinion> {
    match serde_json::from_slice::<Value>(body) {
        Ok(json) => ["code", "__type"]
            .iter()
            .find_map(|name| by_code(json.get(name)?.as_str()?)),
        Err(_) => by_code(xml_code(&String::from_utf8_lossy(body))?),
    }
}

/// The first `<Code>` in the first `<Error>`, wherever the protocol puts that.
///
/// Markup in a message is escaped, so a search finds what a parser would.
fn xml_code(body: &str) -> Option<&str> {
    let error = body.split_once("<Error>")?.1;
    let code = error.split_once("<Code>")?.1;
    Some(code.split_once("</Code>")?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_in_an_error() {
        assert_eq!(xml_code("<Error><Code>A</Code></Error>"), Some("A"));
        for none in [
            "<Code>A</Code>",
            "<Error><Code>A",
            "<Error>",
            "<Error><Message>&lt;Code&gt;A&lt;/Code&gt;</Message></Error>",
        ] {
            assert_eq!(xml_code(none), None, "{none}");
        }
    }
}
