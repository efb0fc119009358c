//! `Repr-Digest`, `Content-Digest`, and codings.

use std::fs;
use std::time::Duration;

use retry_core::Policy;
use retry_http::RequestBuilderExt;

use crate::resume_files::{Answer, Files, Folder, client, content};

const POLICY: Policy = Policy::new().max_attempts(3).fixed(Duration::ZERO);
const LENGTH: u64 = 300_000;

/// Of the first 300,000 bytes of version 1, by openssl.
fn digest() -> Option<String> {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let script = "openssl dgst -sha256 -binary | base64 -w0";
    let mut child = Command::new("sh")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(&content(1, LENGTH)).ok()?;
    let output = String::from_utf8(child.wait_with_output().ok()?.stdout).ok()?;
    (output.len() == 44).then(|| format!("sha-256=:{output}:"))
}

#[tokio::test]
async fn the_whole_is_checked_over_all_its_attempts_and_processes() {
    let Some(right) = digest() else {
        println!("not run: openssl is not installed");
        return;
    };
    let wrong = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:".to_owned();
    for (digest, good) in [(right, true), (wrong, false)] {
        let folder = Folder::new(if good { "right" } else { "wrong" });
        let target = folder.join("a");
        let files = Files::start(move |asked| {
            let answer = Answer::honest(asked, 1, LENGTH).with("repr-digest", &*digest);
            match asked.number {
                0 => answer.cut(100_000),
                1 | 2 => answer.cut(0),
                _ => answer.cut(150_000),
            }
        });
        let save = || {
            client()
                .get(files.url())
                .send_with(POLICY)
                .save(&target)
                .into_future()
        };
        assert!(save().await.unwrap_err().is_transport());
        // Another process, as it were, in two attempts.
        let end = save().await;
        assert_eq!(files.count(), 5);
        assert_eq!(end.is_ok(), good, "{end:?}");
        if good {
            assert!(fs::read(&target).unwrap() == content(1, LENGTH));
        } else {
            let error = end.unwrap_err();
            assert!(error.resume_error().unwrap().is_corrupt(), "{error}");
            assert!(
                error
                    .to_string()
                    .ends_with("the body does not match its Repr-Digest")
            );
            assert_eq!(folder.names(), [""; 0], "nobody goes on with it");
        }
    }
}

#[tokio::test]
async fn each_message_is_checked() {
    let folder = Folder::new("message");
    let files = Files::start(|asked| {
        let answer = Answer::honest(asked, 1, LENGTH);
        match asked.number {
            0 => answer.cut(100_000),
            _ => answer.with(
                "content-digest",
                "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
            ),
        }
    });
    let request = client().get(files.url()).send_with(POLICY);
    let error = request.save(folder.join("a")).await.unwrap_err();
    assert!(error.to_string().ends_with("its Content-Digest"), "{error}");
    assert_eq!((folder.names().len(), files.count()), (0, 2));
}

#[tokio::test]
async fn a_coding_that_comes_all_the_same_is_resumed_as_it_was_sent() {
    let folder = Folder::new("coding");
    let files = Files::start(|asked| {
        let answer = Answer::honest(asked, 1, LENGTH).with("content-encoding", "x-made-up");
        if asked.number == 0 {
            answer.cut(100_000)
        } else {
            answer
        }
    });
    let request = client().get(files.url()).send_with(POLICY);
    request.save(folder.join("a")).await.unwrap();
    assert!(fs::read(folder.join("a")).unwrap() == content(1, LENGTH));
    assert_eq!(files.asked()[1].range, Some(100_000));
}

/// The client of these tests undoes gzip by itself, and hides that there was any.
#[tokio::test]
async fn a_coding_that_the_client_undoes_is_not_resumed() {
    let files = Files::start(|asked| {
        Answer::honest(asked, 1, LENGTH)
            .with("content-encoding", "gzip")
            .cut(100_000)
    });
    let mut body = client().get(files.url()).send_with(POLICY).stream();
    let end = loop {
        match body.chunk().await {
            Ok(Some(_)) => {}
            end => break end,
        }
    };
    assert!(end.is_err());
    assert!(files.asked().iter().all(|asked| asked.range.is_none()));
}
