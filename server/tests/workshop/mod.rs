//! A desk with everything it stands on, for one test: a database and a bucket of its own, a board in the shared
//! Redis, a clock that the test moves.
#![expect(dead_code, reason = "every test program uses its own part of the workshop")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

pub mod message;
pub mod s3;

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use app::{
    backend::{Backend, CommandAsk},
    domain::{Actor, Card, Command, OrderId, Receipt, Refusal, Role, Timestamp},
};
use server::{
    board::{Board, Settings},
    clock::{Clock, SystemClock, SystemEntropy},
    desk::{
        Desk, Parts, Reads,
        people::{PersonAsk, add_person},
    },
    store::{Postgres, models::Models},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::floor;
use message::approval;
use s3::OwnS3;

/// The machine's clock, moved by the test.
#[derive(Debug, Default)]
pub struct MovedClock(AtomicI64);

impl MovedClock {
    /// Makes it this moment; from here on it goes as it goes.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.millis() - SystemClock.now().millis(), Ordering::Relaxed);
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        self.0.fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::Relaxed);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(SystemClock.now().millis() + self.0.load(Ordering::Relaxed))
    }
}

/// A desk and what it stands on.
pub struct Workshop {
    pub desk: Arc<Desk>,
    pub clock: Arc<MovedClock>,
    pub s3: OwnS3,
    pub database: floor::Database,
    redis: (String, String),
    stop: CancellationToken,
}

impl Drop for Workshop {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// A desk on an empty database, with its background work running.
pub async fn workshop() -> Workshop {
    workshop_on(floor::redis()).await
}

/// The same on this Redis, with these keys.
pub async fn workshop_on(redis: (String, String)) -> Workshop {
    let database = floor::database().await;
    let (clock, s3) = (Arc::new(MovedClock::default()), OwnS3::start().await);
    let stop = CancellationToken::new();
    let desk = desk(&database.store, &s3, &redis, &clock, &stop, Reads::Near).await;
    Workshop { desk, clock, s3, database, redis, stop }
}

async fn desk(
    store: &Postgres,
    s3: &OwnS3,
    (redis_url, prefix): &(String, String),
    clock: &Arc<MovedClock>,
    stop: &CancellationToken,
    reads: Reads,
) -> Arc<Desk> {
    let tasks = TaskTracker::new();
    let settings = Settings {
        prefix: prefix.clone(),
        ..Settings::new(redis_url.clone(), clock.clone(), Arc::new(SystemEntropy))
    };
    let board = Board::start(settings, store.clone(), &tasks, stop).unwrap();
    let desk = Arc::new(Desk::new(Parts {
        store: store.clone(),
        models: Models::open(&s3.settings(), clock.clone()),
        board,
        clock: clock.clone(),
        entropy: Arc::new(SystemEntropy),
        reads,
    }));
    desk.start(&tasks, stop);
    let near = async || desk.cache().near().is_some();
    floor::until("the first board", Duration::from_secs(30), near).await;
    desk
}

impl Workshop {
    /// Tells every server to stop; those that are started from now on are others.
    pub fn stop(&mut self) {
        std::mem::take(&mut self.stop).cancel();
    }

    /// Another server on the same database, Redis and bucket.
    pub async fn another(&self) -> Arc<Desk> {
        self.another_reading(Reads::Near).await
    }

    /// Another server that answers reads from elsewhere.
    pub async fn another_reading(&self, reads: Reads) -> Arc<Desk> {
        desk(&self.database.another(), &self.s3, &self.redis, &self.clock, &self.stop, reads).await
    }

    /// Adds a person whose password is their log-in name, eight times.
    pub async fn person(&self, login: &str, role: Role) -> Actor {
        let (name, password) = (format!("Мастер {login}"), login.repeat(8));
        let ask = PersonAsk { login: login.to_owned(), name: name.clone(), role, password, demo: false };
        let now = self.clock.now();
        let user = add_person(&self.database.store, &SystemEntropy, now, &ask).await.unwrap();
        Actor { user, login: login.to_owned(), name, role }
    }

    /// Posts a message and returns the outcome's name.
    pub async fn post(&self, message: &serde_json::Value) -> &'static str {
        self.desk.intake(message.to_string().as_bytes()).await.unwrap().name()
    }

    /// A new approved order.
    pub async fn order(&self, number: &str) -> OrderId {
        let message = approval(number);
        assert_eq!(self.post(&message).await, "accepted");
        message["order"]["id"].as_str().unwrap().parse().unwrap()
    }

    /// The card as committed, whatever its status.
    pub async fn card(&self, id: OrderId) -> Card {
        let card: String =
            sqlx::query_scalar("SELECT (payload->'card')::text FROM board_entries WHERE id = $1")
                .bind(id.0)
                .fetch_one(self.database.pool())
                .await
                .unwrap();
        serde_json::from_str(&card).unwrap()
    }

    /// How many rows a statement counts.
    pub async fn count(&self, statement: &'static str) -> i64 {
        sqlx::query_scalar(statement).fetch_one(self.database.pool()).await.unwrap()
    }
}

/// A command as a press of a button.
pub fn press(actor: &Actor, command: Command, id: OrderId, version: i32, request: &str) -> CommandAsk {
    CommandAsk {
        actor: actor.clone(),
        command,
        id,
        version,
        request_id: request.parse().unwrap(),
        reason: command.needs_reason().then(|| "брак литья".to_owned()),
    }
}

/// Presses a button that nobody pressed before.
pub async fn press_once(
    desk: &Desk,
    actor: &Actor,
    command: Command,
    id: OrderId,
    version: i32,
) -> Result<Receipt, Refusal> {
    desk.command(press(actor, command, id, version, &floor::name().replace('_', "-"))).await
}
