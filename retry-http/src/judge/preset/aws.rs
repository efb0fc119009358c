//! AWS: error codes matter more than statuses.

#[cfg(feature = "reqwest")]
mod body;

use crate::facts::answer::Answer;

use super::opinion::Opinion;

/// The first known code decides: of the two headers, then of the body.
pub(super) fn opinion(answer: Answer<'_>) -> Option<Opinion> {
    let header = |name| answer.headers.get(name)?.to_str().ok();
    let mut headers = ["x-amzn-errortype", "x-amzn-query-error"].into_iter();
    let opinion = headers.find_map(|name| by_code(header(name)?));
    #[cfg(feature = "reqwest")]
    let opinion = opinion.or_else(|| body::opinion(answer.body));
    opinion
}

/// The codes of the throttling and of the transient kind, as the AWS SDKs list them.
fn by_code(text: &str) -> Option<Opinion> {
    match error_code(text) {
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
        | "EC2ThrottledException" => Some(Opinion::refused(None)),
        "RequestTimeout" | "RequestTimeoutException" => Some(Opinion::TRANSIENT),
        _ => None,
    }
}

/// `aws.protocoltests#Throttling:http://...` and `Throttling;Sender` are the code `Throttling`.
fn error_code(text: &str) -> &str {
    let code = text.split([':', ';']).next().unwrap_or(text);
    code.rsplit('#').next().unwrap_or(code).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_what_stands_between_the_name_space_and_the_address() {
        for text in [
            "Throttling",
            "Throttling:http://a/b",
            "x.y#Throttling:http://a/b",
            "Throttling;Sender",
        ] {
            assert_eq!(error_code(text), "Throttling");
        }
    }
}
