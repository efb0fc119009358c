//! Servers that others wrote: started on 127.0.0.1, and stopped with the test.
#![allow(dead_code, reason = "each test file uses its part")]

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Where a server is installed. Where it is not, the reason is printed, and under `REQUIRE_SERVERS=1` it is a failure.
///
/// # Panics
///
/// If the server is required and missing.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv/bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = vec![checkout, "/usr/sbin".into(), "/usr/local/sbin".into()];
    places.extend(std::env::split_paths(&path));
    let found = places
        .iter()
        .map(|place| place.join(name))
        .find(|file| file.is_file());
    if found.is_none() {
        let required = std::env::var_os("REQUIRE_SERVERS").is_some_and(|value| value == "1");
        assert!(!required, "{name} is required and not installed");
        println!("not run: {name} is not installed");
    }
    found
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// A running server with a directory of its own.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    directory: PathBuf,
}

impl Process {
    /// Runs `binary` in a new directory, which `arguments` may prepare, and waits until all `ports` are listened to.
    ///
    /// # Panics
    ///
    /// If the server ends, or does not listen in time.
    pub(crate) fn start(
        binary: &Path,
        ports: &[u16],
        arguments: impl FnOnce(&Path) -> Vec<String>,
    ) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("retry-tests-{}-{number}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        fs::create_dir_all(&directory).expect("a directory");
        let log = fs::File::create(directory.join("output")).expect("a log");
        let child = Command::new(binary)
            .args(arguments(&directory))
            .current_dir(&directory)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("a server");
        let mut process = Self { child, directory };
        process.wait_for(ports);
        process
    }

    fn wait_for(&mut self, ports: &[u16]) {
        let begun = Instant::now();
        while !ports
            .iter()
            .all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok())
        {
            let ended = self.child.try_wait().expect("a child");
            let output = || fs::read_to_string(self.directory.join("output")).unwrap_or_default();
            assert!(ended.is_none(), "the server ended: {}", output());
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "no server: {}",
                output()
            );
            sleep(Duration::from_millis(20));
        }
    }

    /// The lines of a file in the server's directory, once there are `count`; at the end whatever there is.
    pub(crate) fn lines(&self, file: &str, count: usize) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let text = fs::read_to_string(self.directory.join(file)).unwrap_or_default();
            let lines: Vec<_> = text.lines().map(str::to_owned).collect();
            if lines.len() >= count || begun.elapsed() > Duration::from_secs(5) {
                return lines;
            }
            sleep(Duration::from_millis(20));
        }
    }
}

/// Asks the server to end, which ends its workers too; then sees to it.
impl Drop for Process {
    fn drop(&mut self) {
        let pid = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        for _ in 0..100 {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                break;
            }
            sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// A configuration of `tests/servers` with its places filled in.
pub(crate) fn configuration(file: &str, places: &[(&str, &str)]) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("servers")
        .join(file);
    let text = fs::read_to_string(path).expect("a configuration");
    places
        .iter()
        .fold(text, |text, (place, value)| text.replace(place, value))
}
