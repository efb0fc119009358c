//! SOCKS proxies that refuse, and what they name as the cause.

use retry_http::reqwest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::http_wire::listen;
use crate::{Repeat, assert_repeat, get};

/// Answers each of the client's messages by the next of `answers`, and closes.
async fn refused(scheme: &str, answers: &[&'static [u8]]) -> reqwest::Error {
    let answers = answers.to_vec();
    let port = listen(move |mut stream| {
        let answers = answers.clone();
        async move {
            for answer in answers {
                let _ = stream.read(&mut [0; 600]).await;
                let _ = stream.write_all(answer).await;
            }
            let _ = stream.shutdown().await;
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
    })
    .await;
    let proxy = reqwest::Proxy::all(format!("{scheme}://127.0.0.1:{port}")).unwrap();
    let proxy = proxy.basic_auth("user", "password");
    let client = retry_http::client_builder().proxy(proxy).build().unwrap();
    get(&client, "http://127.0.0.1:1/").await.unwrap_err()
}

/// The method "user name and password", and that these are right.
const WELCOME: [&[u8]; 2] = [&[5, 2], &[1, 0]];

#[tokio::test]
async fn a_rule_of_a_socks_proxy_holds_and_what_is_behind_it_may_pass() {
    // RFC 1928 (6): 1 general failure, 2 not allowed by ruleset, 3 to 6 the way, 7 and 8 not supported.
    for (answer, expected) in [
        (&[5, 1, 0, 1, 0, 0, 0, 0, 0, 0], Repeat::Any),
        (&[5, 2, 0, 1, 0, 0, 0, 0, 0, 0], Repeat::Nothing),
        (&[5, 3, 0, 1, 0, 0, 0, 0, 0, 0], Repeat::Any),
        (&[5, 4, 0, 1, 0, 0, 0, 0, 0, 0], Repeat::Any),
        (&[5, 5, 0, 1, 0, 0, 0, 0, 0, 0], Repeat::Any),
        (&[5, 6, 0, 1, 0, 0, 0, 0, 0, 0], Repeat::Any),
        (&[5, 7, 0, 1, 0, 0, 0, 0, 0, 0], Repeat::Nothing),
        (&[5, 8, 0, 1, 0, 0, 0, 0, 0, 0], Repeat::Nothing),
    ] {
        let [method, accepted] = WELCOME;
        let error = refused("socks5h", &[method, accepted, answer]).await;
        assert_repeat(&error, expected, &format!("reply {}", answer[1]));
    }
}

#[tokio::test]
async fn a_socks_proxy_that_refuses_credentials_will_refuse_them_again() {
    let error = refused("socks5h", &[&[5, 2], &[1, 1]]).await;
    assert_repeat(&error, Repeat::Nothing, "wrong password");
    let message = retry_http::Error::from(error).to_string();
    assert!(
        message.ends_with("the proxy asks for credentials"),
        "{message}"
    );
    let error = refused("socks5h", &[&[5, 0xff]]).await;
    assert_repeat(&error, Repeat::Nothing, "no acceptable method");
}

#[tokio::test]
async fn socks_4_names_its_cause_only_where_it_is_the_user() {
    // 91 rejected or failed, 92 and 93 the user's name.
    for (code, expected) in [
        (&[0, 91, 0, 0, 0, 0, 0, 0], Repeat::Any),
        (&[0, 92, 0, 0, 0, 0, 0, 0], Repeat::Nothing),
        (&[0, 93, 0, 0, 0, 0, 0, 0], Repeat::Nothing),
    ] {
        let error = refused("socks4a", &[code]).await;
        assert_repeat(&error, expected, &format!("code {}", code[1]));
    }
}
