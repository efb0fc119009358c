//! A process that is killed while it saves, and the next one that goes on.

use std::process::{Command, Stdio};
use std::time::Duration;

use retry_core::Policy;
use retry_http::RequestBuilderExt;

use crate::resume_files::{Answer, Files, Folder, client, holds};

const LENGTH: u64 = 40_000_000;

/// The process that is killed.
#[test]
#[ignore = "a part of the test below"]
fn saves_what_it_is_told() {
    let [url, target] = ["RESUME_URL", "RESUME_TARGET"].map(|name| std::env::var(name).unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let save = client().get(url).send_with(Policy::new()).save(target);
    runtime.block_on(save.into_future()).unwrap();
}

#[test]
fn killed_twenty_times_it_comes_to_the_same_file() {
    let folder = Folder::new("kill");
    let target = folder.join("a");
    let files = Files::start(|asked| {
        // Slow enough that no process gets through.
        std::thread::sleep(Duration::from_millis(10));
        Answer::honest(asked, 1, LENGTH).stall(1_900_000)
    });
    let process = |url: String| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "kill::saves_what_it_is_told"])
            .env("RESUME_URL", url)
            .env("RESUME_TARGET", &target)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut random = fastrand::Rng::new();
    for _ in 0..20 {
        let mut child = process(files.url());
        std::thread::sleep(Duration::from_millis(random.u64(100..400)));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!target.exists());
    }
    let ranges: Vec<_> = files
        .asked()
        .iter()
        .map(|asked| asked.range.unwrap_or(0))
        .collect();
    // What was in memory is lost with the process, and nothing else.
    let gone = ranges
        .windows(2)
        .map(|pair| pair[0].saturating_sub(pair[1]));
    assert!(gone.max() < Some(1024 * 1024), "{ranges:?}");
    assert!(ranges.last() > Some(&0), "{ranges:?}");
    // The server is slow no more; it has the address of the first, whose URL the note names.
    let mut last = process(files.url());
    let begun = std::time::Instant::now();
    while last.try_wait().unwrap().is_none() {
        assert!(
            begun.elapsed() < Duration::from_secs(100),
            "{:?}",
            files.asked().len()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(last.wait().unwrap().success());
    assert!(holds(&target, 1, LENGTH));
    assert_eq!(folder.names(), ["a"]);
}
