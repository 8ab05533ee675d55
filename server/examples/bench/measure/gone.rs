//! RabbitMQ gone for a while: the board goes on, a supervisor is told, and afterwards all comes by itself.

use std::{collections::HashSet, time::Duration};

use tokio::time::{Instant, sleep};

use crate::{
    Failure,
    broker::{Letter, as_soon_as_there},
    crew::Server,
    database::Database,
    figures::{hand_in, tell},
    orders::Order,
    rabbit::Rabbit,
    site::{Person, Site},
};

/// Orders that the workshop works on meanwhile.
const WORKED: usize = 20;
/// Messages that the source has ready when the broker is back.
const WAITING: usize = 500;

/// The broker goes, and comes back.
#[derive(Debug, clap::Args)]
pub struct Gone {
    /// Seconds without it
    #[arg(long, env = "DURATION", default_value_t = 20)]
    seconds: u64,
}

impl Gone {
    pub async fn run(&self) -> Result<(), Failure> {
        let mut rabbit = Rabbit::start().await?;
        let url = rabbit.url();
        let servers = [Server::start("gone-1", &url).await?, Server::start("gone-2", &url).await?];
        let sites: Vec<Site> = servers.iter().map(Server::site).collect();
        let (person, olga) = (sites[0].sign_in("operator1").await?, sites[0].sign_in("supervisor1").await?);
        let broker = as_soon_as_there(&url).await?;
        broker.listen().await?;
        let orders: Vec<Order> = (0..WORKED).map(|_| Order::new("G")).collect();
        for order in &orders {
            broker.publish(order.approval(1, "Кольцо").to_string().as_bytes()).await?;
        }
        let database = Database::open().await?;
        taken(&database, WORKED as i64).await?;

        rabbit.end(true).await?;
        let gone = Instant::now();
        let told = banner(&sites[1], &olga, true).await?;
        let mut board = Board::default();
        let mut next = orders.iter();
        while gone.elapsed() < Duration::from_secs(self.seconds) {
            board.read(&sites, &person).await;
            if let Some(order) = next.next() {
                board.take(&sites, &person, order).await;
            }
            sleep(Duration::from_millis(100)).await;
        }
        let waiting = database.count("SELECT count(*) FROM outbox WHERE published_at IS NULL").await?;
        let helped = rabbit.come_back().await?;
        let back = Instant::now();
        let broker = as_soon_as_there(&url).await?;
        let fresh: Vec<Vec<u8>> =
            (0..WAITING).map(|_| Order::new("G").approval(1, "Кольцо").to_string().into_bytes()).collect();
        let failed = broker.publish_all(&fresh).await.len();
        taken(&database, (WORKED + WAITING - failed) as i64).await?;
        while database.count("SELECT count(*) FROM outbox WHERE published_at IS NULL").await? > 0 {
            sleep(Duration::from_millis(50)).await;
        }
        let drained = back.elapsed();
        let quiet = banner(&sites[1], &olga, false).await?;
        tell(format_args!(
            "drained {drained:.1?} after RabbitMQ was back; the banner went after {quiet:.1?}"
        ));

        let note = format!(
            "killed for {} s; {} reads of the board and {} takes meanwhile, {} of them failed",
            self.seconds, board.reads, board.takes, board.failed
        );
        hand_in("gone-board", Some(board.failed as f64), &note)?;
        hand_in("gone-reads", Some(f64::from(board.reads + board.takes)), &note)?;
        let note = "from the kill to the banner with the age of the last message in GET / of a supervisor; a line is \
                    told as lost after 5 s";
        hand_in("gone-banner", Some(told.as_secs_f64()), note)?;
        let note = format!(
            "from RabbitMQ's first answer until {waiting} pieces of news that waited had left and {} messages of the \
             source were in; RabbitMQ was started as the runbook says, and helped {helped} times besides",
            WAITING - failed
        );
        hand_in("gone-drained", Some(drained.as_secs_f64()), &note)?;
        // What has no identity was put there to see whether the queue answers. News comes at least once: what RabbitMQ
        // does not confirm in time is sent again with the same identity, by which a listener tells that it has it.
        let heard = broker.drain(crate::broker::NEWS).await?;
        let heard: Vec<_> = heard.iter().filter(|letter| letter.message_id.is_some()).collect();
        let ids: HashSet<_> = heard.iter().map(|letter| letter.message_id.as_deref()).collect();
        let tells = |letter: &Letter, order: &Order| {
            String::from_utf8_lossy(&letter.body).contains(&order.id.to_string())
        };
        let missing = orders.iter().filter(|order| !heard.iter().any(|letter| tells(letter, order))).count();
        let strange = ids.len().abs_diff(WORKED - missing);
        let note = format!(
            "of {WORKED} takes during the outage: {missing} of which no news came, and {strange} pieces of news too many or \
             too few; {} copies of others came, with the same identities",
            heard.len() - ids.len()
        );
        hand_in("gone-lost", Some((missing + strange) as f64), &note)
    }
}

/// What people did on the board.
#[derive(Debug, Default)]
struct Board {
    reads: u32,
    takes: u32,
    failed: u32,
}

impl Board {
    async fn read(&mut self, sites: &[Site], person: &Person) {
        for site in sites {
            let read = site.ask(&site.get(person, "/api/board", &[])).await;
            self.failed += u32::from(!read.is_ok_and(|answer| answer.status == 200));
            self.reads += 1;
        }
    }

    async fn take(&mut self, sites: &[Site], person: &Person, order: &Order) {
        let site = &sites[self.takes as usize % sites.len()];
        let body = format!("id={}&version=1&request_id=gone-{}", order.id, order.number);
        let taken = site.ask(&site.form(Some(person), "/api/take", &body)).await;
        let read = site.ask(&site.get(person, &format!("/api/board?q={}", order.number), &[])).await;
        let shown = read.is_ok_and(|answer| String::from_utf8_lossy(&answer.body).contains(&order.number));
        self.failed += u32::from(!(taken.is_ok_and(|answer| answer.status == 200) && shown));
        self.takes += 1;
    }
}

/// How long it takes until a supervisor's board says that messages do not come, or does not say it any more.
async fn banner(site: &Site, person: &Person, wanted: bool) -> Result<Duration, Failure> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(60) {
        let page =
            site.ask(&site.get(person, "/", &[("Accept", "text/html"), ("Accept-Language", "en")])).await?;
        let html = String::from_utf8_lossy(&page.body).into_owned();
        let said = html.contains("No connection to RabbitMQ since") && html.contains("Last message: ");
        if page.status == 200 && said == wanted {
            return Ok(begun.elapsed());
        }
        sleep(Duration::from_millis(100)).await;
    }
    Err(format!("the banner did not become {wanted} within a minute").into())
}

async fn taken(database: &Database, wanted: i64) -> Result<(), Failure> {
    let until = Instant::now() + Duration::from_secs(120);
    while database.taken_in().await?.0 < wanted {
        if Instant::now() >= until {
            return Err("messages were not taken in within two minutes".into());
        }
        sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}
