//! How many messages a second are taken in for good, when enough of them wait.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::{
    Failure,
    broker::{Broker, QUEUE},
    database::Database,
    figures::{hand_in, tell},
    orders::Order,
};

/// Messages that wait in RabbitMQ: published while no server runs.
#[derive(Debug, clap::Args)]
pub struct Pile {
    /// How many
    #[arg(long)]
    messages: usize,
}

impl Pile {
    pub async fn run(&self) -> Result<(), Failure> {
        let broker = declared().await?;
        let bodies: Vec<Vec<u8>> = (0..self.messages)
            .map(|_| Order::new("S").approval(1, "Кольцо «Замер»").to_string().into_bytes())
            .collect();
        let failed = broker.publish_all(&bodies).await.len();
        tell(format_args!("{} messages wait, {failed} could not be published", broker.waiting(QUEUE).await?));
        if failed == 0 { Ok(()) } else { Err("not everything was published".into()) }
    }
}

/// A connection, as soon as a server has declared where messages wait. (Asking for what is not there ends a channel.)
async fn declared() -> Result<Broker, Failure> {
    for _ in 0..200 {
        let broker = Broker::open().await?;
        if broker.waiting(QUEUE).await.is_ok() {
            return Ok(broker);
        }
        sleep(Duration::from_millis(50)).await;
    }
    Err("no server has declared its queue".into())
}

/// The pace at which the pile is taken in, against single-row inserts by pgbench.
#[derive(Debug, clap::Args)]
pub struct Sustained {
    /// Messages of the pile
    #[arg(long)]
    messages: usize,
    /// Inserts a second by pgbench in the same run
    #[arg(long)]
    inserts: f64,
    /// What pgbench did
    #[arg(long)]
    how: String,
    /// The row
    #[arg(long)]
    row: String,
}

impl Sustained {
    pub async fn run(&self) -> Result<(), Failure> {
        let database = Database::open().await?;
        let until = Instant::now() + Duration::from_secs(240);
        while database.taken_in().await?.0 < self.messages as i64 {
            if Instant::now() >= until {
                return Err(
                    format!("{} of {} were taken in", database.taken_in().await?.0, self.messages).into()
                );
            }
            sleep(Duration::from_millis(200)).await;
        }
        let (taken, seconds) = database.taken_in().await?;
        let pace = taken as f64 / seconds.max(0.001);
        let note = format!(
            "{pace:.0} messages a second: {taken} approvals that waited in RabbitMQ, from the first commit to the last \
             ({seconds:.1} s), one server, each with order, history, inbox, source and log; against {:.0} inserts a \
             second ({})",
            self.inserts, self.how
        );
        hand_in(&self.row, Some(pace / self.inserts), &note)
    }
}
