//! A hundred thousand messages while everything breaks: what is lost, what is doubled, what is out of order.

mod check;
mod plan;
mod trouble;

use std::{cell::Cell, rc::Rc, time::Duration};

use tokio::{
    task::spawn_local,
    time::{Instant, sleep},
};

use crate::{
    Failure,
    broker::as_soon_as_there,
    crew::Server,
    database::Database,
    figures::{hand_in, tell},
    orders::Order,
    proxy::Proxy,
    rabbit::Rabbit,
    site::{Person, Site},
};
use plan::Plan;
use trouble::Trouble;

/// Messages published in one go.
const PART: usize = 2_000;
/// People at work at once.
const HANDS: usize = 8;
/// Everything must be in within this time after the last fault.
const BOUND: Duration = Duration::from_secs(600);

/// Messages with duplicates, reorderings and malformed ones, while servers are killed, RabbitMQ restarts and lines are
/// cut; people lead orders through the workshop meanwhile.
#[derive(Debug, clap::Args)]
pub struct Faults {
    /// Messages
    #[arg(long, default_value_t = 100_000)]
    messages: usize,
    /// Orders that are led through the workshop
    #[arg(long, default_value_t = 500)]
    led: usize,
    /// The same seed makes the same messages and the same faults
    #[arg(long, env = "SEED", default_value_t = 1)]
    seed: u64,
}

/// What runs, shared by the tasks of one thread.
pub struct Stage {
    pub rabbit: Rabbit,
    pub proxy: Proxy,
    pub servers: Vec<Server>,
}

impl Faults {
    pub async fn run(&self) -> Result<(), Failure> {
        let plan = Rc::new(plan::plan(self.seed, self.messages, self.led));
        let rabbit = Rabbit::start().await?;
        let proxy = Proxy::start(rabbit.port()).await?;
        let amqp = rabbit.url().replace(&format!(":{}/", rabbit.port()), &format!(":{}/", proxy.port));
        let mut servers = Vec::new();
        for name in ["faults-1", "faults-2"] {
            servers.push(Server::start(name, &amqp).await?);
        }
        let broker = as_soon_as_there(&rabbit.url()).await?;
        broker.listen().await?;
        let url = rabbit.url();
        let sites: Vec<Site> = servers.iter().map(Server::site).collect();
        let person = sites[0].sign_in("operator1").await?;
        let begun = Instant::now();
        let trouble = Trouble::begin(self.seed, Stage { rabbit, proxy, servers });
        let leading = spawn_local(lead(Rc::clone(&plan), sites, person));
        publish(&url, &plan).await?;
        tell(format_args!("published {} messages in {:.0?}", plan.bodies.len(), begun.elapsed()));
        leading.await??;
        let (faults, stage) = trouble.end().await?;
        tell(format_args!("{faults} until {:.0?}", begun.elapsed()));
        let database = Database::open().await?;
        self.settle(&database, &plan).await?;
        tell(format_args!("everything is settled after {:.0?}", begun.elapsed()));
        let found = check::check(&database, &stage, &plan).await?;
        hand_in("messages", Some(plan.bodies.len() as f64), &found.messages)?;
        hand_in("lost", Some(found.lost as f64), &found.lost_note)?;
        hand_in(
            "twice",
            Some(found.twice as f64),
            "orders whose version is not that of the messages and commands about them",
        )?;
        hand_in("letters", Some(found.unlettered as f64), &found.letters_note)?;
        hand_in("news-missing", Some(found.news_missing as f64), &found.news_note)?;
        hand_in("news-order", Some(found.news_disordered as f64), &found.news_note)?;
        hand_in(
            "kills",
            Some(f64::from(faults.kills)),
            "SIGKILL to one of two servers, started again at once",
        )?;
        let how = format!(
            "{} in order, {} by SIGKILL; 3 to 10 s away each; started again as the runbook says, and helped {} times \
             besides",
            faults.restarts - faults.crashes,
            faults.crashes,
            faults.helped
        );
        hand_in("restarts", Some(f64::from(faults.restarts)), &how)?;
        let how = format!(
            "{} of all lines to RabbitMQ, {} of all sessions of PostgreSQL",
            faults.cuts, faults.ended
        );
        hand_in("cuts", Some(f64::from(faults.cuts + faults.ended)), &how)
    }

    /// Waits until nothing moves any more.
    async fn settle(&self, database: &Database, plan: &Plan) -> Result<(), Failure> {
        let until = Instant::now() + BOUND;
        loop {
            let (taken, _) = database.taken_in().await?;
            let waiting = database.count("SELECT count(*) FROM outbox WHERE published_at IS NULL").await?;
            let letters = database.count("SELECT count(*) FROM dead_letters").await?;
            if taken >= plan.good as i64 && waiting == 0 && letters >= plan.bad.len() as i64 {
                return Ok(());
            }
            if Instant::now() >= until {
                tell(format_args!(
                    "given up: {taken} of {} in, {waiting} news wait, {letters} letters",
                    plan.good
                ));
                return Ok(());
            }
            sleep(Duration::from_millis(500)).await;
        }
    }
}

/// Publishes all, again and again what was not confirmed.
async fn publish(url: &str, plan: &Plan) -> Result<(), Failure> {
    for part in plan.bodies.chunks(PART) {
        let mut left: Vec<Vec<u8>> = part.to_vec();
        while !left.is_empty() {
            let broker = as_soon_as_there(url).await?;
            left = broker.publish_all(&left).await.into_iter().cloned().collect();
        }
    }
    Ok(())
}

/// People lead orders through the workshop, at one server or the other.
async fn lead(plan: Rc<Plan>, sites: Vec<Site>, person: Person) -> Result<(), Failure> {
    let next = Rc::new(Cell::new(0));
    let (sites, person) = (Rc::new(sites), Rc::new(person));
    let hands: Vec<_> = (0..HANDS)
        .map(|_| {
            let (plan, next, sites, person) =
                (Rc::clone(&plan), Rc::clone(&next), Rc::clone(&sites), Rc::clone(&person));
            spawn_local(async move {
                while let Some(order) = plan.led.get(next.replace(next.get() + 1)) {
                    lead_one(order, &sites, &person).await?;
                }
                Ok::<(), Failure>(())
            })
        })
        .collect();
    for hand in hands {
        hand.await??;
    }
    Ok(())
}

async fn lead_one(order: &Order, sites: &[Site], person: &Person) -> Result<(), Failure> {
    for (version, path) in (1..).zip(["/api/take", "/api/complete", "/api/pack", "/api/ship"]) {
        let body = format!("id={}&version={version}&request_id=lead-{}-{version}", order.id, order.number);
        let until = Instant::now() + BOUND;
        loop {
            match Server::press(sites, person, path, &body).await? {
                200 => break,
                // It has not come yet.
                404 if version == 1 && Instant::now() < until => sleep(Duration::from_millis(500)).await,
                status => return Err(format!("{path} of {}: {status}", order.number).into()),
            }
        }
    }
    Ok(())
}
