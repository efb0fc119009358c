//! A real nginx with `limit_req` beside the simulated one: how far they differ.

#[path = "../../tests/tests/servers_process/mod.rs"]
mod servers_process;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use retry_core::{Policy, Verdict};
use retry_sim::{Clients, Latency, Scenario, Service, Strategy};
use servers_process::{Process, find, free_port};

const WORKERS: u32 = 20;
const THINK: Duration = Duration::from_millis(50);
const TIME: Duration = Duration::from_secs(8);
const RATE: u32 = 50;
const BURST: u32 = 10;
const POLICY: Policy = Policy::new()
    .max_attempts(4)
    .exp_multiplier(Duration::from_millis(100));

const CONFIGURATION: &str = "
worker_processes 1;
daemon off;
master_process off;
pid DIR/nginx.pid;
error_log DIR/error.log crit;
events { worker_connections 1024; }
http {
    access_log off;
    client_body_temp_path DIR/body;
    proxy_temp_path DIR/proxy;
    fastcgi_temp_path DIR/fastcgi;
    uwsgi_temp_path DIR/uwsgi;
    scgi_temp_path DIR/scgi;
    limit_req_zone $binary_remote_addr zone=one:1m rate=RATEr/s;
    limit_req_status 429;
    server {
        listen 127.0.0.1:PORT backlog=1024;
        location = /limited { limit_req zone=one burst=BURST nodelay; error_page 429 = @later; try_files /nothing @ok; }
        location @later     { internal; add_header Retry-After 1 always; return 429; }
        location @ok        { return 200; }
    }
}
";

fn nginx(port: u16) -> Option<Process> {
    let binary = find("nginx")?;
    Some(Process::start(&binary, &[port], |directory| {
        let directory = directory.display().to_string();
        let text = CONFIGURATION
            .replace("DIR", &directory)
            .replace("RATE", &RATE.to_string())
            .replace("BURST", &BURST.to_string())
            .replace("PORT", &port.to_string());
        let file = format!("{directory}/nginx.conf");
        std::fs::write(&file, text).unwrap();
        ["-p", &directory, "-e", "error.log", "-c", &file]
            .map(str::to_owned)
            .into()
    }))
}

/// The status of an answer.
fn get(port: u16) -> std::io::Result<u16> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.write_all(b"GET /limited HTTP/1.0\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    status.ok_or_else(|| std::io::Error::other("no status"))
}

/// Calls, successes and requests.
type Counts = [f64; 3];

#[expect(clippy::cast_precision_loss, reason = "thousands")]
fn counts(counts: [u64; 3]) -> Counts {
    counts.map(|count| count as f64)
}

fn real(port: u16) -> Counts {
    let seen = [const { AtomicU64::new(0) }; 3];
    let [calls, successes, requests] = &seen;
    let begun = Instant::now();
    thread::scope(|scope| {
        for worker in 0..WORKERS {
            scope.spawn(move || {
                thread::sleep(THINK * worker / WORKERS);
                while begun.elapsed() < TIME {
                    calls.fetch_add(1, Relaxed);
                    let judge = |status: &u16| match status {
                        429 => Verdict::RetryAfter(Duration::from_secs(1)),
                        _ => Verdict::Done,
                    };
                    let status = POLICY.when(judge).retry_blocking(|| {
                        requests.fetch_add(u64::from(begun.elapsed() < TIME), Relaxed);
                        get(port).unwrap()
                    });
                    let counts = status == 200 && begun.elapsed() < TIME;
                    successes.fetch_add(u64::from(counts), Relaxed);
                    thread::sleep(THINK);
                }
            });
        }
    });
    counts(seen.map(AtomicU64::into_inner))
}

fn simulated() -> Counts {
    let server = Service::new(Latency::Fixed(Duration::from_micros(300)));
    let server = server.limit(f64::from(RATE), BURST, Some(Duration::from_secs(1)));
    let scenario = Scenario::new(Clients::closed(WORKERS, THINK), server, TIME);
    let run = scenario.run(&Strategy::from(POLICY));
    counts([run.calls(), run.successes(), run.requests()[0]])
}

/// Within 15 %, each of them: the rest is threads that wake late and a clock of milliseconds.
#[test]
fn a_rate_limit_of_nginx_is_met_as_it_is_simulated() {
    let port = free_port();
    let Some(_nginx) = nginx(port) else {
        return;
    };
    let (real, simulated) = (real(port), simulated());
    println!(
        "{:<10} {:>6} {:>9} {:>6}",
        "", "nginx", "simulated", "apart"
    );
    let mut worst = 0.0_f64;
    for (number, name) in ["calls", "successes", "requests"].iter().enumerate() {
        let (real, simulated) = (real[number], simulated[number]);
        let apart = simulated / real - 1.0;
        println!(
            "{name:<10} {real:>6} {simulated:>9} {:>+5.1} %",
            apart * 100.0
        );
        worst = worst.max(apart.abs());
    }
    assert!(worst < 0.15, "{worst}");
}
