//! The signature of a delivery, as [Standard Webhooks](https://www.standardwebhooks.com) has it: over id, time and body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// What the header `webhook-signature` says.
pub(crate) fn sign(secret: &str, id: &str, timestamp: u64, body: &str) -> String {
    let code = code(secret, id, timestamp, body).finalize().into_bytes();
    format!("v1,{}", STANDARD.encode(code))
}

/// Whether a receiver may believe it. The comparison takes the same time wherever it differs.
pub(crate) fn verify(secret: &str, id: &str, timestamp: u64, body: &str, signature: &str) -> bool {
    let Some(Ok(theirs)) = signature
        .strip_prefix("v1,")
        .map(|text| STANDARD.decode(text))
    else {
        return false;
    };
    code(secret, id, timestamp, body)
        .verify_slice(&theirs)
        .is_ok()
}

fn code(secret: &str, id: &str, timestamp: u64, body: &str) -> Hmac<Sha256> {
    let mut code = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap_or_else(|_| {
        // HMAC takes keys of every length.
        unreachable!("a key of any length")
    });
    code.update(format!("{id}.{timestamp}.{body}").as_bytes());
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_id_time_and_body_only() {
        let signature = sign("secret", "id", 7, "body");
        // From `printf 'id.7.body' | openssl dgst -sha256 -hmac secret -binary | base64`.
        assert_eq!(signature, "v1,MPYJ2qNP865J3AyFHvgAwBuYscrlPtZZ0Td9M7+bZPo=");
        assert!(verify("secret", "id", 7, "body", &signature));
        assert!(!verify("other", "id", 7, "body", &signature));
        assert!(!verify("secret", "di", 7, "body", &signature));
        assert!(!verify("secret", "id", 8, "body", &signature));
        assert!(!verify("secret", "id", 7, "ydob", &signature));
        assert!(!verify("secret", "id", 7, "body", "v1,"));
    }
}
