//! Servers from the distribution's packages, started on free ports in folders that vanish with the test.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test binary uses its part of it"
)]

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use retry_jobs::Engine;
use tempfile::TempDir;

/// An engine to test against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
    Redis,
}

/// A server, or a file, for as long as it is held.
pub struct Server {
    pub kind: Kind,
    port: u16,
    folder: TempDir,
    child: Mutex<Option<Child>>,
}

impl Kind {
    /// The server of all the tests that run at this moment, or nothing where it is not installed.
    pub fn shared(self) -> Option<Arc<Server>> {
        static SHARED: [Mutex<Weak<Server>>; 3] = [const { Mutex::new(Weak::new()) }; 3];
        let mut shared = SHARED[self as usize].lock().unwrap();
        if let Some(server) = shared.upgrade() {
            return Some(server);
        }
        let server = Arc::new(self.start()?);
        *shared = Arc::downgrade(&server);
        Some(server)
    }

    pub fn start(self) -> Option<Server> {
        let Some(program) = self.program() else {
            assert!(
                std::env::var_os("REQUIRE_SERVERS").is_none(),
                "no server for {self:?}"
            );
            eprintln!("skipped: no server for {self:?} on this machine");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let server = Server {
            kind: self,
            port: free_port(),
            folder,
            child: Mutex::new(None),
        };
        if self == Kind::Postgres {
            server.initdb(&program);
        }
        server.up();
        Some(server)
    }

    pub fn is_installed(self) -> bool {
        self.program().is_some()
    }

    fn program(self) -> Option<PathBuf> {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<PathBuf> = std::env::split_paths(&paths).collect();
        let name = match self {
            Kind::Sqlite => return Some(PathBuf::new()),
            Kind::Redis => "redis-server",
            Kind::Postgres => {
                // Where Debian keeps it: outside the path, a folder for each version.
                folders.clear();
                for version in fs::read_dir("/usr/lib/postgresql").ok()? {
                    folders.push(version.ok()?.path().join("bin"));
                }
                "postgres"
            }
        };
        folders
            .iter()
            .map(|folder| folder.join(name))
            .find(|path| path.exists())
    }
}

impl Server {
    pub fn url(&self) -> String {
        match self.kind {
            Kind::Sqlite => format!("sqlite:{}", self.folder.path().join("jobs.db").display()),
            Kind::Postgres => format!("postgres://tester@127.0.0.1:{}/postgres", self.port),
            Kind::Redis => format!("redis://127.0.0.1:{}", self.port),
        }
    }

    pub async fn engine(&self) -> Engine {
        Engine::open(&self.url()).await.unwrap()
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts it, again with the same data, and waits until it answers.
    pub fn up(&self) {
        let Some(program) = self.kind.program() else {
            return;
        };
        let port = self.port.to_string();
        let mut command = match self.kind {
            Kind::Sqlite => return,
            Kind::Redis => {
                let mut command = Command::new(program);
                command.args([
                    "--port",
                    &port,
                    "--bind",
                    "127.0.0.1",
                    "--save",
                    "",
                    "--appendonly",
                    "yes",
                    "--dir",
                ]);
                command.arg(self.folder.path());
                command
            }
            Kind::Postgres => {
                let mut command = self.as_owner(&program);
                command.args([
                    "-p",
                    &port,
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "max_connections=100",
                    "-k",
                ]);
                command
                    .arg(self.folder.path())
                    .arg("-D")
                    .arg(self.folder.path().join("data"));
                command
            }
        };
        let log = fs::File::create(self.folder.path().join("log")).unwrap();
        let child = command
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        *self.child.lock().unwrap() = Some(child);
        self.answers();
    }

    /// Stops it in an orderly way: the data stays.
    pub fn down(&self) {
        let Some(mut child) = self.child.lock().unwrap().take() else {
            return;
        };
        let id = child.id().to_string();
        let _sent = Command::new("kill").args(["-INT", &id]).status();
        let _ended = child.wait();
    }

    fn answers(&self) {
        let began = Instant::now();
        loop {
            if self.is_up() {
                return;
            }
            let log = || fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(
                began.elapsed() < Duration::from_mins(1),
                "{:?} does not start: {}",
                self.kind,
                log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn is_up(&self) -> bool {
        if TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            return false;
        }
        // PostgreSQL listens before it is ready.
        self.kind != Kind::Postgres
            || self.kind.program().is_some_and(|program| {
                let port = self.port.to_string();
                let ready = Command::new(program.with_file_name("pg_isready"))
                    .args(["-q", "-h", "127.0.0.1", "-p", &port])
                    .status();
                ready.is_ok_and(|status| status.success())
            })
    }

    fn initdb(&self, postgres: &Path) {
        if let Some((user, group)) = owner() {
            chown(self.folder.path(), Some(user), Some(group)).unwrap();
        }
        let made = self
            .as_owner(&postgres.with_file_name("initdb"))
            .args(["--auth=trust", "--username=tester", "--no-sync", "-D"])
            .arg(self.folder.path().join("data"))
            .stdout(Stdio::null())
            .status();
        assert!(made.unwrap().success());
    }

    /// PostgreSQL refuses to run as root.
    fn as_owner(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path());
        if let Some((user, group)) = owner() {
            command.uid(user).gid(group);
        }
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.down();
    }
}

/// The user that Debian's package made, where this is root.
fn owner() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").ok()?;
    let line = users.lines().find(|line| line.starts_with("postgres:"))?;
    let mut ids = line.split(':').skip(2).map(str::parse);
    Some((ids.next()?.ok()?, ids.next()?.ok()?))
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// Asks until the answer is there.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(began.elapsed() < Duration::from_mins(2), "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
