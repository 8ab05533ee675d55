//! Which faults a run has, and when: a deck of all kinds, shuffled by the seed and dealt again and again, so that a run
//! of the same seed breaks the same things in the same order, and no kind is left to chance.

use std::time::Duration;

use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};

/// A line of one server (or of a board in this program).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Line {
    Postgres,
    Redis,
    S3,
    Broker,
}

impl Line {
    /// Whether anything passes only while somebody reads a model or a message is on its way.
    pub const fn needs_somebody(self) -> bool {
        matches!(self, Self::S3 | Self::Broker)
    }
}

/// How a line is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// All connections end, new ones work.
    Cut,
    /// The same, by a reset.
    Reset,
    /// Nobody gets through for a while.
    Down,
    /// Nothing passes for a while, and then all of it.
    Stalled,
    /// Everything comes late.
    Slow,
    /// What is sent is lost without a word.
    HalfOpen,
}

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Line(u8, Line, How, Duration),
    /// The line of every server and board at once.
    Lines(Line, How, Duration),
    RedisFlushed,
    RedisKilled(Duration),
    RedisFrozen(Duration),
    RedisSleeps(Duration),
    RedisClientsKilled,
    RedisScriptsFlushed,
    RedisMemoryOut(Duration),
    RedisStreamDeleted,
    RedisBoardDeleted,
    PostgresFrozen(Duration),
    PostgresKilled(Duration),
    PostgresBackendKilled,
    PostgresSessionsEnded,
    PostgresDiskFull(Duration),
    ServerFrozen(u8, Duration),
    ServerKilled(u8),
    ServerStopped(u8),
    ClockStepped(i64, Duration),
}

impl Fault {
    /// Whether its effect is seen only if somebody happens to use what is broken: runs a script, reads a model, has a message
    /// on its way. Such a fault may have none. All others always have one: servers keep connections to PostgreSQL and Redis
    /// and use them several times a second whatever people do, and what is killed, frozen, emptied or full is asked itself.
    pub const fn needs_somebody(&self) -> bool {
        match self {
            Self::RedisScriptsFlushed => true,
            Self::Line(_, line, ..) | Self::Lines(line, ..) => line.needs_somebody(),
            _ => false,
        }
    }

    /// Its kind, for the table.
    pub fn name(&self) -> String {
        match self {
            Self::Line(_, line, how, _) => format!("line to {line:?}: {how:?}"),
            Self::Lines(line, how, _) => format!("all lines to {line:?}: {how:?}"),
            Self::RedisFlushed => "Redis: FLUSHALL".to_owned(),
            Self::RedisKilled(_) => "Redis: SIGKILL, again empty".to_owned(),
            Self::RedisFrozen(_) => "Redis: SIGSTOP".to_owned(),
            Self::RedisSleeps(_) => "Redis: DEBUG SLEEP".to_owned(),
            Self::RedisClientsKilled => "Redis: CLIENT KILL".to_owned(),
            Self::RedisScriptsFlushed => "Redis: SCRIPT FLUSH".to_owned(),
            Self::RedisMemoryOut(_) => "Redis: out of memory".to_owned(),
            Self::RedisStreamDeleted => "Redis: stream deleted".to_owned(),
            Self::RedisBoardDeleted => "Redis: board deleted".to_owned(),
            Self::PostgresFrozen(_) => "PostgreSQL: SIGSTOP".to_owned(),
            Self::PostgresKilled(_) => "PostgreSQL: SIGKILL".to_owned(),
            Self::PostgresBackendKilled => "PostgreSQL: SIGKILL of a session".to_owned(),
            Self::PostgresSessionsEnded => "PostgreSQL: pg_terminate_backend".to_owned(),
            Self::PostgresDiskFull(_) => "PostgreSQL: disk full".to_owned(),
            Self::ServerFrozen(..) => "server: SIGSTOP".to_owned(),
            Self::ServerKilled(_) => "server: SIGKILL".to_owned(),
            Self::ServerStopped(_) => "server: SIGTERM, again".to_owned(),
            Self::ClockStepped(..) => "server: clock stepped".to_owned(),
        }
    }
}

/// What can be broken here.
#[derive(Debug, Clone, Copy)]
pub struct Means {
    pub servers: u8,
    pub boards: u8,
    pub broker: bool,
    pub disk: bool,
    pub clock: bool,
    /// Of a quick run: nothing takes long.
    pub hasty: bool,
}

/// The faults of a seed, without end.
pub struct Plan {
    means: Means,
    dice: StdRng,
    deck: Vec<Fault>,
    dealt: u64,
}

impl Plan {
    pub fn new(seed: u64, means: Means) -> Self {
        Self { means, dice: StdRng::seed_from_u64(seed), deck: Vec::new(), dealt: 0 }
    }

    /// A duration around so many milliseconds.
    fn about(&mut self, millis: u64) -> Duration {
        let millis = if self.means.hasty { millis.min(1200) } else { millis };
        Duration::from_millis(self.dice.random_range(millis / 2..=millis * 3 / 2))
    }

    fn shuffle(&mut self) {
        use Fault as F;
        let means = self.means;
        let ten = Duration::from_secs(if means.hasty { 2 } else { 10 });
        let mut deck = vec![
            F::RedisFlushed,
            F::RedisFlushed,
            F::RedisKilled(self.about(800)),
            F::RedisFrozen(self.about(2500)),
            F::RedisSleeps(self.about(1500)),
            F::RedisClientsKilled,
            F::RedisScriptsFlushed,
            F::RedisMemoryOut(self.about(1500)),
            F::RedisStreamDeleted,
            F::RedisBoardDeleted,
            F::PostgresFrozen(self.about(1500)),
            F::PostgresKilled(self.about(500)),
            F::PostgresBackendKilled,
            F::PostgresSessionsEnded,
        ];
        // Once in a while Redis is away for ten seconds, in each of the three ways.
        deck.push(match self.dealt % 3 {
            0 => F::RedisKilled(ten),
            1 => F::Lines(Line::Redis, How::Down, ten),
            _ => F::Lines(Line::Redis, How::HalfOpen, ten),
        });
        for how in [How::Cut, How::Reset, How::Down, How::Stalled, How::Slow, How::HalfOpen] {
            for line in [Line::Postgres, Line::Redis] {
                let place = self.dice.random_range(0..means.servers + means.boards);
                deck.push(F::Line(place, line, how, self.about(2000)));
            }
            deck.push(F::Lines(Line::S3, how, self.about(2000)));
            if means.broker {
                deck.push(F::Lines(Line::Broker, how, self.about(2000)));
            }
        }
        let some = |dice: &mut StdRng| dice.random_range(0..means.servers);
        deck.push(F::ServerFrozen(some(&mut self.dice), self.about(2000)));
        if means.servers > 1 {
            // The first one lives through it all, so that what it holds in the end can be compared.
            deck.push(F::ServerKilled(self.dice.random_range(1..means.servers)));
            deck.push(F::ServerStopped(self.dice.random_range(1..means.servers)));
        }
        if means.disk {
            deck.push(F::PostgresDiskFull(self.about(1500)));
        }
        if means.clock {
            let step = if self.dice.random_bool(0.5) { 3600 } else { -3600 };
            deck.push(F::ClockStepped(step, self.about(3000)));
        }
        deck.shuffle(&mut self.dice);
        self.deck = deck;
        self.dealt += 1;
    }
}

impl Iterator for Plan {
    /// A pause, and the fault after it.
    type Item = (Duration, Fault);

    fn next(&mut self) -> Option<Self::Item> {
        if self.deck.is_empty() {
            self.shuffle();
        }
        let pause = self.about(if self.means.hasty { 300 } else { 1200 });
        Some((pause, self.deck.pop()?))
    }
}
