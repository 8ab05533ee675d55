//! Breaks everything that can break while people work and read, and holds what they saw against the log. A program of
//! the repository, no part of the product; scripts/chaos/proved.sh says when and how.
#![expect(
    clippy::disallowed_methods,
    reason = "a load lives by the machine's clock and its own environment; nothing of it is replaced in a test"
)]

mod calm;
mod faults;
#[path = "../bench/figures.rs"]
mod figures;
mod history;
#[path = "../bench/http.rs"]
#[expect(dead_code, reason = "the benchmarks use all of it, this program a part")]
mod http;
mod people;
#[expect(dead_code, reason = "only tests change what passes a line")]
mod proxy;
mod refill;
mod run;
mod settled;
mod stage;
mod starved;
mod steady;
mod verdict;
mod watch;

use std::process::ExitCode;

use clap::Parser;
use refill::Refill;
use run::Run;

/// What went wrong; a person reads it.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What to do.
#[derive(Debug, Parser)]
enum Chaos {
    /// Everything breaks while people work and read
    Run(Run),
    /// How long Redis is incomplete after FLUSHALL
    Refill(Refill),
}

fn main() -> ExitCode {
    let chaos = Chaos::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    // Processes end with the thread that started them: the first one, which lasts.
    let done = runtime.block_on(async {
        match chaos {
            Chaos::Run(run) => run.run().await,
            Chaos::Refill(refill) => refill.run().await,
        }
    });
    runtime.shutdown_background();
    done.map_or_else(|error| failed(&error), |()| ExitCode::SUCCESS)
}

fn failed(error: &Failure) -> ExitCode {
    eprintln!("chaos: {error}");
    ExitCode::FAILURE
}
