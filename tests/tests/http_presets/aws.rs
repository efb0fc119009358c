//! AWS: error codes, in JSON, XML and headers.

use retry_http::{Classifier, Hints};

use crate::{FINAL, REFUSED, TRANSIENT, after, judge};

#[tokio::test]
async fn aws_says_in_the_body_what_went_wrong() {
    let rows = [
        // JSON 1.0 and 1.1: DynamoDB, Kinesis, CloudWatch Logs.
        (
            400,
            r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"The level of configured provisioned throughput for the table was exceeded."}"#,
            REFUSED,
        ),
        (
            400,
            r#"{"__type":"com.amazon.coral.availability#ThrottlingException","Message":"Rate exceeded"}"#,
            REFUSED,
        ),
        (
            400,
            r#"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"The conditional request failed"}"#,
            FINAL,
        ),
        // REST with JSON: Lambda, Glacier.
        (
            429,
            r#"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"#,
            REFUSED,
        ),
        (
            400,
            r#"{"code":"ThrottlingException","message":"Rate exceeded","type":"Client"}"#,
            REFUSED,
        ),
        (
            408,
            r#"{"code":"RequestTimeoutException","message":"Request timed out.","type":"Client"}"#,
            TRANSIENT,
        ),
        (
            404,
            r#"{"code":"ResourceNotFoundException","message":"Vault not found","type":"Client"}"#,
            FINAL,
        ),
        // Query: IAM, CloudFormation, Auto Scaling.
        (
            400,
            r#"<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
  <Error>
    <Type>Sender</Type>
    <Code>Throttling</Code>
    <Message>Rate exceeded</Message>
  </Error>
  <RequestId>1b7f9d2c-1f4a-11ef-9b3e-0242ac120002</RequestId>
</ErrorResponse>"#,
            REFUSED,
        ),
        (
            400,
            "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>No updates are to be performed.</Message></Error></ErrorResponse>",
            FINAL,
        ),
        // EC2.
        (
            503,
            r#"<?xml version="1.0" encoding="UTF-8"?>
<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message></Error></Errors><RequestID>0a1b</RequestID></Response>"#,
            REFUSED,
        ),
        // S3.
        (
            503,
            r#"<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message><RequestId>4442587FB7D0A2F9</RequestId><HostId>c2Vj</HostId></Error>"#,
            REFUSED,
        ),
        (
            400,
            r#"<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>RequestTimeout</Code><Message>Your socket connection to the server was not read from or written to within the timeout period.</Message></Error>"#,
            TRANSIENT,
        ),
        (
            403,
            "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
            FINAL,
        ),
        (
            400,
            "<Error><Code>InvalidArgument</Code><Message>&lt;Code&gt;SlowDown&lt;/Code&gt;</Message></Error>",
            FINAL,
        ),
        // Not theirs.
        (400, "<html><Code>SlowDown</Code></html>", FINAL),
        (400, r#"{"__type":7,"code":["Throttling"]}"#, FINAL),
        (400, r#"["Throttling"]"#, FINAL),
        (400, "", FINAL),
    ];
    for (status, body, expected) in rows {
        let found = judge(Classifier::aws, status, &[], body).await;
        assert_eq!(found, expected, "{status} {body}");
        let without = judge(|plain| plain, status, &[], body).await;
        assert!(status != 400 || without == FINAL, "{body}");
    }
}

#[tokio::test]
async fn aws_says_in_headers_what_the_body_may_not() {
    let queue = "AWS.SimpleQueueService.NonExistentQueue;Sender";
    for (name, value, expected) in [
        ("x-amzn-query-error", "RequestThrottled;Sender", REFUSED),
        ("x-amzn-query-error", queue, FINAL),
        (
            "x-amzn-errortype",
            "ThrottlingException:http://internal.amazon.com/",
            REFUSED,
        ),
    ] {
        let found = judge(Classifier::aws, 400, &[(name, value)], r#"{"message":"x"}"#).await;
        assert_eq!(found, expected, "{name}: {value}");
    }
    let body = r#"{"__type":"ThrottlingException"}"#;
    let unknown = [("x-amzn-query-error", queue)];
    assert_eq!(judge(Classifier::aws, 400, &unknown, body).await, REFUSED);
    let hinted = [("x-amz-retry-after", "1500")];
    let found = judge(Classifier::aws, 400, &hinted, body).await;
    assert_eq!(found, (after(1500), after(1500)));
}

#[tokio::test]
async fn hints_of_ones_own_leave_those_of_aws() {
    let hinted = [("x-amz-retry-after", "1500")];
    let orders: [fn(Classifier) -> Classifier; 2] = [
        |classifier| classifier.aws().hints(Hints::standard()),
        |classifier| classifier.hints(Hints::standard()).aws(),
    ];
    for order in orders {
        let found = judge(order, 429, &hinted, "").await;
        assert_eq!(found, (after(1500), after(1500)));
    }
}
