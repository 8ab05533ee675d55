//! Takes the server's figures of `make bench`; scripts/bench.sh says when and against what. A program of its own, on
//! one thread, so that it never is what is measured; no part of the product.
#![expect(
    clippy::disallowed_methods,
    reason = "a load lives by the machine's clock and its own environment; nothing of it is replaced in a test"
)]

mod broker;
mod contest;
mod crew;
mod database;
mod figures;
mod http;
mod load;
mod measure;
mod orders;
mod process;
mod proxy;
mod rabbit;
mod redis;
mod refreshes;
mod site;
mod streams;

/// The rules of the product, where the shared cases look for them.
mod domain {
    pub use app::domain::*;
}
#[expect(clippy::unwrap_used, reason = "written for tests: it ends where it cannot go on")]
#[path = "../../../app/src/domain/passport/tests/case.rs"]
mod case;
#[path = "../../../app/src/domain/promise/tests/workshop.rs"]
mod workshop;
#[path = "../../../app/src/domain/promise/tests/year.rs"]
mod year;

use std::process::ExitCode;

use clap::Parser;
use measure::{
    board::{Against, Static},
    boards::Boards,
    change::Change,
    collect::Collect,
    commits::Commits,
    faults::Faults,
    fill::Fill,
    flow::{FlowPage, FlowRefresh},
    fuzz::Fuzz,
    gone::Gone,
    hostile::Hostile,
    keep::Keep,
    memory::Memory,
    page::Page,
    promise::Promise,
    published::Published,
    refresh::Refresh,
    silence::Silence,
    stages::Stages,
    steady::Steady,
    study::Study,
    sustained::{Pile, Sustained},
    take::Take,
    trace::Trace,
    tracing::Tracing,
};
use tokio::task::LocalSet;

/// What went wrong; a person reads it.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What the tests' own RabbitMQ asks of the floor that tests stand on.
mod floor {
    /// A name that nobody else has.
    pub fn name() -> String {
        format!("bench_{}", uuid::Uuid::new_v4().simple())
    }
}

/// One measurement of one row or a few.
#[derive(Debug, Parser)]
enum Bench {
    /// Fill the database with actual orders
    Fill(Fill),
    /// Keep the board's bytes as a static file
    Keep(Keep),
    /// The board against static bytes
    Static(Static),
    /// The board of one server against that of another
    Against(Against),
    /// The page of a large board against that of a small one
    Page(Page),
    /// Statements and commands of a million reads
    Silence(Silence),
    /// Readers while a refresh runs
    Refresh(Refresh),
    /// From a commit to every stream
    Commits(Commits),
    /// CPU for one change
    Change(Change),
    /// A new order on many boards
    Boards(Boards),
    /// What a server holds
    Memory(Memory),
    /// A take against its bare transaction
    Take(Take),
    /// From the source to every board
    Published(Published),
    /// Messages that wait
    Pile(Pile),
    /// The pace at which they are taken in
    Sustained(Sustained),
    /// A steady rate, and a flood
    Steady(Steady),
    /// Messages while everything breaks
    Faults(Faults),
    /// The message reader, fed with anything
    Fuzz(Fuzz),
    /// The broker gone for a while
    Gone(Gone),
    /// Stage times of the hand-computed case
    Stages(Stages),
    /// Promises of simulated years
    Promise(Promise),
    /// The page of figures
    FlowPage(FlowPage),
    /// The figures worked out anew
    FlowRefresh(FlowRefresh),
    /// A collector of traces
    Collect(Collect),
    /// What recording traces costs
    Tracing(Tracing),
    /// An order's way as one trace
    Trace(Trace),
    /// What the server measures of a model
    Study(Study),
    /// Hostile models
    Hostile(Hostile),
}

impl Bench {
    async fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Fill(it) => it.run().await,
            Self::Keep(it) => it.run().await,
            Self::Static(it) => it.run().await,
            Self::Against(it) => it.run().await,
            Self::Page(it) => it.run().await,
            Self::Silence(it) => it.run().await,
            Self::Refresh(it) => it.run().await,
            Self::Commits(it) => it.run().await,
            Self::Change(it) => it.run().await,
            Self::Boards(it) => it.run().await,
            Self::Memory(it) => it.run().await,
            Self::Take(it) => it.run().await,
            Self::Published(it) => it.run().await,
            Self::Pile(it) => it.run().await,
            Self::Sustained(it) => it.run().await,
            Self::Steady(it) => it.run().await,
            Self::Faults(it) => it.run().await,
            Self::Fuzz(it) => it.run().await,
            Self::Gone(it) => it.run().await,
            Self::Stages(it) => it.run().await,
            Self::Promise(it) => it.run().await,
            Self::FlowPage(it) => it.run().await,
            Self::FlowRefresh(it) => it.run().await,
            Self::Collect(it) => it.run().await,
            Self::Tracing(it) => it.run().await,
            Self::Trace(it) => it.run().await,
            Self::Study(it) => it.run().await,
            Self::Hostile(it) => it.run().await,
        }
    }
}

fn main() -> ExitCode {
    let bench = Bench::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => LocalSet::new().block_on(&runtime, bench.run()),
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
