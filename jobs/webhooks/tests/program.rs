//! The program as a user starts it: killed in the middle, started again, and every delivery comes to its end.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Program {
    child: Child,
    page: String,
}

impl Program {
    fn start(file: &std::path::Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_webhooks"))
            .args([
                "--listen",
                "127.0.0.1:0",
                "--receivers",
                "127.0.0.1:0",
                "--rate",
                "20",
                "--sqlite",
            ])
            .arg(file)
            .args(["--policy", "4 attempts, fixed 100ms, hints up to 1m"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let page =
            lines.find_map(|line| Some(line.unwrap().split_once("status:")?.1.trim().to_owned()));
        Self {
            child,
            page: page.unwrap(),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _killed = self.child.kill();
        let _ended = self.child.wait();
    }
}

async fn get(url: &str) -> String {
    reqwest::get(url).await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn deliveries_survive_a_kill_and_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("webhooks.db");
    let first = Program::start(&file);
    let began = Instant::now();
    while !get(&first.page).await.contains("503") {
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "no flaky receiver"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let pushed = reqwest::Client::new()
        .post(format!("{}/deliveries", first.page))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("url=http://127.0.0.1:9/nobody?token=hidden&event=<b>&data={}")
        .send()
        .await
        .unwrap();
    assert_eq!(pushed.status(), 202);
    let id = pushed.text().await.unwrap().trim().to_owned();
    drop(first);

    let second = Program::start(&file);
    let story = loop {
        let story = get(&format!("{}/deliveries/{id}", second.page)).await;
        if story.contains("attempts_exhausted") {
            break story;
        }
        assert!(began.elapsed() < Duration::from_mins(1), "{story}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(story.matches("<tr><td>").count(), 4, "{story}");
    assert!(
        story.contains("&lt;b&gt;") && !story.contains("<b>") && !story.contains("hidden"),
        "{story}"
    );
    let list = get(&second.page).await;
    for word in ["410", "http://127.0.0.1/gone", "state done", "state dead"] {
        assert!(list.contains(word), "{word}");
    }
    let metrics = get(&format!("{}/metrics", second.page)).await;
    for word in [
        "webhook_attempts_total{outcome=\"failed\"}",
        "webhook_deliveries_total{end=\"delivered\"}",
        "webhook_delay_seconds_count",
    ] {
        assert!(metrics.contains(word), "{word} in {metrics}");
    }
}

#[test]
fn an_engine_that_is_away_is_one_clear_line() {
    for (flag, url, name) in [
        (
            "--postgres",
            "postgres://me:secret@127.0.0.1:9/db",
            "PostgreSQL",
        ),
        ("--redis", "redis://:secret@127.0.0.1:9", "Redis"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_webhooks"))
            .args([flag, url])
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success());
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(
            said.contains(&format!("{name} at 127.0.0.1:9 does not answer"))
                && !said.contains("secret"),
            "{said}"
        );
    }
}

#[test]
fn a_policy_without_a_limit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_webhooks"))
        .args([
            "--listen",
            "127.0.0.1:0",
            "--receivers",
            "127.0.0.1:0",
            "--policy",
            "unlimited attempts",
            "--sqlite",
        ])
        .arg(folder.path().join("webhooks.db"))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("the policy has no limit"), "{said}");
}
