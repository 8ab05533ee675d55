//! From the source's publishing to RabbitMQ to every open board.

use std::{collections::HashMap, time::Duration};

use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use uuid::Uuid;

use crate::{
    Failure,
    broker::Broker,
    database::Database,
    figures::{hand_in, percentile, tell},
    orders::Order,
    site::Site,
    streams::{Arrival, Streams, now},
};

/// Approved messages at a steady rate, and when each is on the last of the open boards.
#[derive(Debug, clap::Args)]
pub struct Published {
    /// ADDRESS,ADMIN,PID of each server; the boards are spread over them
    #[arg(required = true)]
    sites: Vec<Site>,
    /// Boards
    #[arg(long, default_value_t = 50)]
    boards: usize,
    /// Messages a second
    #[arg(long, default_value_t = 50)]
    rate: u32,
    /// Seconds
    #[arg(long, default_value_t = 20)]
    seconds: u32,
    /// The row
    #[arg(long)]
    row: String,
}

impl Published {
    pub async fn run(&self) -> Result<(), Failure> {
        let (broker, database) = (Broker::open().await?, Database::open().await?);
        let streams = Streams::default();
        let person = self.sites[0].sign_in("operator1").await?;
        for (at, site) in self.sites.iter().enumerate() {
            let share = self.boards / self.sites.len() + usize::from(at < self.boards % self.sites.len());
            streams.open(site, &person, share).await?;
        }
        let head = database.head().await?;
        let sent = self.publish(&broker).await?;
        let arrived = self.gather(&streams, sent.len()).await?;
        streams.close();
        let mut worst = self.last_boards(&database, head, &sent, &arrived).await?;
        worst.sort_by(f64::total_cmp);
        let (half, p99) = (percentile(&worst, 0.5), percentile(&worst, 0.99));
        tell(format_args!("published to the last board: p50 {half:.1} ms, p99 {p99:.1} ms"));
        let note = format!(
            "from the call to publish to the read of the change on the last of {} boards (streams of /live over {} \
             servers), {} messages at {} a second; p50 {half:.1} ms, worst {:.1} ms",
            self.boards,
            self.sites.len(),
            sent.len(),
            self.rate,
            worst.last().copied().unwrap_or_default()
        );
        hand_in(&self.row, Some(p99), &note)
    }

    /// Orders, and when each was handed to the client, in microseconds since 1970.
    async fn publish(&self, broker: &Broker) -> Result<HashMap<Uuid, i64>, Failure> {
        let mut ticks = interval(Duration::from_secs(1) / self.rate);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut sent = HashMap::new();
        for _ in 0..self.rate * self.seconds {
            ticks.tick().await;
            let order = Order::new("P");
            let body = order.approval(1, "Кольцо «Замер»").to_string();
            sent.insert(order.id, now());
            broker.publish(body.as_bytes()).await?;
        }
        Ok(sent)
    }

    async fn gather(&self, streams: &Streams, messages: usize) -> Result<Vec<Arrival>, Failure> {
        let (mut arrived, until) = (Vec::new(), Instant::now() + Duration::from_secs(30));
        while arrived.len() < messages * self.boards {
            arrived.extend(streams.take());
            if Instant::now() >= until {
                return Err(format!("{} of {} arrived", arrived.len(), messages * self.boards).into());
            }
            sleep(Duration::from_millis(20)).await;
        }
        Ok(arrived)
    }

    /// Of each message, how long it took until the last board had it, in milliseconds.
    async fn last_boards(
        &self,
        database: &Database,
        head: i64,
        sent: &HashMap<Uuid, i64>,
        arrived: &[Arrival],
    ) -> Result<Vec<f64>, Failure> {
        let mut last: HashMap<i64, i64> = HashMap::new();
        for arrival in arrived {
            let at = last.entry(arrival.rev).or_default();
            *at = arrival.at.max(*at);
        }
        let orders = database.orders_after(head).await?;
        let took = orders
            .iter()
            .filter_map(|(rev, order)| Some((last.get(rev)? - sent.get(order)?) as f64 / 1000.0));
        let took: Vec<f64> = took.collect();
        if took.len() == sent.len() { Ok(took) } else { Err("not every message became one change".into()) }
    }
}
