//! A thousand messages a second for a minute, and then more than anybody can take: latency holds, and what is over waits
//! in RabbitMQ, not in memory.

use std::{collections::HashMap, time::Duration};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use uuid::Uuid;

use crate::{
    Failure,
    broker::{Broker, QUEUE},
    database::Database,
    figures::{hand_in, percentile, tell},
    orders::Order,
    site::Site,
    streams::now,
};

/// Messages of one tick.
const TICK: u32 = 20;
/// Orders that are known before.
const KNOWN: usize = 2_000;

/// A steady rate, and a flood.
#[derive(Debug, clap::Args)]
pub struct Steady {
    /// ADDRESS,ADMIN,PID of each server
    #[arg(required = true)]
    sites: Vec<Site>,
    /// Messages a second
    #[arg(long, default_value_t = 1_000)]
    rate: u32,
    /// Seconds
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Messages of the flood
    #[arg(long, default_value_t = 60_000)]
    flood: usize,
}

impl Steady {
    pub async fn run(&self) -> Result<(), Failure> {
        let (broker, database) = (Broker::open().await?, Database::open().await?);
        let mut source = Source::begin();
        let known = source.known();
        broker.publish_all(&known).await;
        settled(&database, known.len() as i64).await?;

        let (sent, took) = self.publish(&broker, &mut source).await?;
        let deepest = broker.waiting(QUEUE).await?;
        settled(&database, (known.len() + sent.len()) as i64).await?;
        let received = database.received("T").await?;
        let mut late: Vec<f64> = sent
            .iter()
            .filter_map(|(message, at)| Some((received.get(message)? - at) as f64 / 1000.0))
            .collect();
        late.sort_by(f64::total_cmp);
        let (half, p99) = (percentile(&late, 0.5), percentile(&late, 0.99));
        let rate = sent.len() as f64 / took.as_secs_f64();
        let note = format!(
            "from the call to publish to the moment that the commit's inbox names; {} messages at {rate:.0} a second \
             (half of them not the workshop's, four tenths news of known orders, a tenth new orders) over {} servers; \
             p50 {half:.1} ms; {deepest} waited in the queue at the end",
            sent.len(),
            self.sites.len()
        );
        hand_in("steady", Some(p99), &note)?;
        hand_in("steady-rate", Some(rate), &note)?;
        self.flood(&broker, &database, &mut source).await
    }

    /// Message ids with the moment of their publishing, in microseconds since 1970; how long it took.
    async fn publish(
        &self,
        broker: &Broker,
        source: &mut Source,
    ) -> Result<(HashMap<Uuid, i64>, Duration), Failure> {
        let mut ticks = interval(Duration::from_secs(1) * TICK / self.rate);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let (mut sent, begun) = (HashMap::new(), Instant::now());
        for _ in 0..self.rate * self.seconds / TICK {
            ticks.tick().await;
            let messages: Vec<_> = (0..TICK).map(|_| source.next()).collect();
            let at = now();
            sent.extend(messages.iter().map(|(id, _)| (*id, at)));
            let published =
                futures_util::future::join_all(messages.iter().map(|(_, body)| broker.publish(body)));
            published.await.into_iter().collect::<Result<(), Failure>>()?;
        }
        Ok((sent, begun.elapsed()))
    }

    /// Far more than can be taken in at once: memory of the servers before, at most, and the queue meanwhile.
    async fn flood(&self, broker: &Broker, database: &Database, source: &mut Source) -> Result<(), Failure> {
        let bodies: Vec<Vec<u8>> = (0..self.flood).map(|_| source.idle()).collect();
        let held = |sites: &[Site]| {
            sites
                .iter()
                .map(|site| Ok(site.process.memory()?.resident / 1024.0))
                .sum::<Result<f64, Failure>>()
        };
        let (before, taken) = (held(&self.sites)?, database.taken_in().await?.0);
        let (mut most, mut deepest) = (before, 0);
        let mut failed = 0;
        for part in bodies.chunks(2_000) {
            failed += broker.publish_all(part).await.len();
            most = most.max(held(&self.sites)?);
            deepest = deepest.max(broker.waiting(QUEUE).await?);
        }
        while database.taken_in().await?.0 < taken + (bodies.len() - failed) as i64 {
            most = most.max(held(&self.sites)?);
            sleep(Duration::from_millis(200)).await;
        }
        tell(format_args!("the flood: {deepest} waited in RabbitMQ, servers {before:.0} → {most:.0} MB"));
        let note = format!(
            "{} messages published as fast as RabbitMQ took them: at most {deepest} waited there; the {} servers \
             together held {before:.0} MB before and {most:.0} MB at most",
            bodies.len(),
            self.sites.len()
        );
        hand_in("flood", Some(most - before), &note)
    }
}

async fn settled(database: &Database, wanted: i64) -> Result<(), Failure> {
    let until = Instant::now() + Duration::from_secs(180);
    while database.count("SELECT count(*) FROM inbox").await? < wanted {
        if Instant::now() >= until {
            return Err("messages were not taken in within three minutes".into());
        }
        sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// A source with a life of its own.
struct Source {
    random: StdRng,
    known: Vec<(Order, i64)>,
}

impl Source {
    fn begin() -> Self {
        let known = (0..KNOWN).map(|_| (Order::new("T"), 1)).collect();
        Self { random: StdRng::seed_from_u64(1), known }
    }

    /// The approvals of all that is known.
    fn known(&self) -> Vec<Vec<u8>> {
        let approved =
            |(order, version): &(Order, i64)| order.approval(*version, "Кольцо").to_string().into_bytes();
        self.known.iter().map(approved).collect()
    }

    /// What comes next, and its identity.
    fn next(&mut self) -> (Uuid, Vec<u8>) {
        let message = match self.random.random_range(0..10) {
            0..5 => Order::new("T").status("SUBMITTED", 1),
            5..9 => {
                let which = self.random.random_range(0..self.known.len());
                let (order, version) = &mut self.known[which];
                *version += 1;
                order.approval(*version, &format!("Кольцо, {version}"))
            }
            _ => Order::new("T").approval(1, "Новое кольцо"),
        };
        let id = message["message_id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default();
        (id, message.to_string().into_bytes())
    }

    /// A message that leaves nothing on the board, so that what memory it takes is its own.
    fn idle(&self) -> Vec<u8> {
        Order::new("I").status("SUBMITTED", 1).to_string().into_bytes()
    }
}
