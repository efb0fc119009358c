//! AWS: error codes matter more than statuses.

use crate::answer::Answer;

use super::Opinion;

/// The codes of the throttling and of the transient kind, as the AWS SDKs list them.
pub(super) fn opinion(answer: Answer<'_>) -> Option<Opinion> {
    let header = answer.headers.get("x-amzn-errortype")?.to_str().ok()?;
    match error_code(header) {
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "TooManyRequestsException"
        | "ProvisionedThroughputExceededException"
        | "TransactionInProgressException"
        | "RequestLimitExceeded"
        | "BandwidthLimitExceeded"
        | "LimitExceededException"
        | "SlowDown"
        | "PriorRequestNotComplete"
        | "EC2ThrottledException" => Some(Opinion::Refused(None)),
        "RequestTimeout" | "RequestTimeoutException" => Some(Opinion::Transient),
        _ => None,
    }
}

/// `aws.protocoltests#Throttling:http://...` is the code `Throttling`.
fn error_code(header: &str) -> &str {
    let code = header.split(':').next().unwrap_or(header);
    code.rsplit('#').next().unwrap_or(code).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_what_stands_between_the_name_space_and_the_address() {
        for header in [
            "Throttling",
            "Throttling:http://a/b",
            "x.y#Throttling:http://a/b",
        ] {
            assert_eq!(error_code(header), "Throttling");
        }
    }
}
