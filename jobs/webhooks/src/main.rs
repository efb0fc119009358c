//! Delivers signed webhooks to flaky receivers for up to three days.
//!
//! `cargo run -p webhooks` needs nothing installed: it keeps its queue in a SQLite file, delivers to four receivers of its
//! own, and shows what happens at <http://127.0.0.1:8080>. Stop it, start it again: it goes on where it was.

mod breakers;
mod delivery;
mod page;
mod producer;
mod receivers;
mod signature;
mod style;
mod watch;
mod worker;

use std::error::Error;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use retry_core::Policy;
use retry_jobs::{Engine, Jobs};
use tokio::net::TcpListener;

use crate::delivery::Delivery;

/// Deliver signed webhooks to flaky receivers, for up to three days.
#[derive(Debug, Parser)]
struct Args {
    /// Which part runs in this process.
    #[arg(value_enum, default_value = "all")]
    part: Part,
    /// The file that holds the queue.
    #[arg(long, default_value = "webhooks.db", conflicts_with_all = ["postgres", "redis"])]
    sqlite: String,
    /// A PostgreSQL database instead, such as `postgres://user@127.0.0.1/db`.
    #[arg(long, value_name = "URL", conflicts_with = "redis")]
    postgres: Option<String>,
    /// A Redis database instead, such as `redis://127.0.0.1`.
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    /// Where the status page listens.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// Where the receivers of the demonstration listen.
    #[arg(long, default_value = "127.0.0.1:8081")]
    receivers: String,
    /// The policy of a delivery, in the words of the library.
    #[arg(long, default_value_t = worker::DELIVER)]
    policy: Policy,
    /// What signs the deliveries; receivers know it too.
    #[arg(
        long,
        env = "WEBHOOK_SECRET",
        hide_env_values = true,
        default_value = "for the demonstration only"
    )]
    secret: String,
    /// How many new deliveries a second.
    #[arg(long, default_value_t = 1.0)]
    rate: f64,
}

/// A part of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Everything in one process.
    All,
    /// Delivers what is in the queue.
    Worker,
    /// Puts deliveries to the receivers of the demonstration into the queue.
    Producer,
    /// Shows the queue, and takes deliveries over HTTP.
    Page,
    /// Receives, now well, now badly.
    Receivers,
}

impl Args {
    fn queue(&self) -> String {
        let file = format!("sqlite:{}", self.sqlite);
        self.postgres
            .clone()
            .or_else(|| self.redis.clone())
            .unwrap_or(file)
    }

    const fn runs(&self, part: Part) -> bool {
        matches!(self.part, Part::All) || self.part as u8 == part as u8
    }
}

#[tokio::main]
async fn main() {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    if let Err(error) = run(Args::parse()).await {
        eprintln!("webhooks: {error}");
        std::process::exit(1);
    }
}

async fn run(args: Args) -> Result<(), Box<dyn Error + Send + Sync>> {
    let queue = args.queue();
    let jobs: Jobs<Delivery> = Engine::open(&queue).await?.queue("webhooks");
    let watch = watch::install()?;
    let mut receivers = args.receivers.clone();
    if args.runs(Part::Receivers) {
        let listener = TcpListener::bind(&args.receivers).await?;
        receivers = listener.local_addr()?.to_string();
        println!("receivers: http://{receivers}");
        tokio::spawn(receivers::serve(listener, args.secret.clone()));
    }
    if args.runs(Part::Page) {
        let listener = TcpListener::bind(&args.listen).await?;
        println!("status:    http://{}", listener.local_addr()?);
        tokio::spawn(page::serve(listener, jobs.clone(), watch));
    }
    if args.runs(Part::Producer) {
        let pause = Duration::try_from_secs_f64(1.0 / args.rate).unwrap_or(Duration::from_secs(1));
        tokio::spawn(producer::produce(jobs.clone(), receivers, pause));
    }
    let stop = async {
        // Without signals it runs until it is killed, which loses nothing either.
        let _signal = tokio::signal::ctrl_c().await;
    };
    if args.runs(Part::Worker) {
        let worker = worker::worker(&jobs, args.policy, args.secret)?;
        worker.build()?.run_until(stop).await;
    } else {
        stop.await;
    }
    Ok(())
}
