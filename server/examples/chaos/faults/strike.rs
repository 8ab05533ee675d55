//! Breaks things, heals them, and proves that they were broken.

use std::{
    process::Command,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use sqlx::Connection as _;
use tokio::time::{sleep, timeout};

use super::plan::{Fault, How, Line};
use crate::{
    Failure,
    history::record::{Micros, Part, Trouble},
    people::{client::Client, near::Near, now},
    proxy::{Counts, End, Mode, Proxy},
    stage::{
        Stage,
        redis::{BOARD, STREAM},
        server::{Lines, Server},
        service::{state, until},
    },
};

/// How much later a slow line is.
const SLOW: Duration = Duration::from_millis(40);
/// Somebody runs a script within this time, if anybody works at all.
const MISSED: Duration = Duration::from_secs(2);
/// Within this time there is something to hit, and what was hit is gone.
const HIT: Duration = Duration::from_secs(10);
/// What PostgreSQL's log says of a disk that is full.
const NO_SPACE: &str = "No space left on device";

/// What can be struck.
pub struct Ground<'a> {
    pub stage: &'a Stage,
    pub nears: &'a [Near],
    /// Everybody who is signed in: a server that starts anew is told of them while it is not yet counted as back.
    pub people: Vec<Client>,
}

/// A fault that was.
pub struct Struck {
    /// What proves it: connections that were ended, bytes that were lost, keys that were gone, …; 0 proves nothing.
    pub proof: u64,
    pub troubles: Vec<Trouble>,
}

impl Ground<'_> {
    /// Strikes, waits, and heals.
    pub async fn strike(&self, fault: &Fault) -> Result<Struck, Failure> {
        let mut struck = self.struck(fault).await.map_err(|error| format!("{}: {error}", fault.name()))?;
        struck.troubles.iter_mut().for_each(|it| it.name = fault.name());
        Ok(struck)
    }

    async fn struck(&self, fault: &Fault) -> Result<Struck, Failure> {
        let from = now();
        let (redis, postgres) = (&self.stage.redis, &self.stage.postgres);
        let proof = match *fault {
            Fault::Line(place, line, how, long) => return self.line(place, line, how, long).await,
            Fault::Lines(line, how, long) => return self.lines(line, how, long).await,
            Fault::ServerFrozen(number, long) => {
                let server = &self.stage.servers[usize::from(number)];
                let proof = u64::from(server.service.freeze(true).await?);
                sleep(long).await;
                server.service.freeze(false).await?;
                return Ok(Struck { proof, troubles: vec![trouble(Some(number), Part::Frozen, from)] });
            }
            Fault::ServerKilled(number) | Fault::ServerStopped(number) => {
                let kills = matches!(fault, Fault::ServerKilled(_));
                let proof = self.restart(&self.stage.servers[usize::from(number)], kills).await?;
                return Ok(Struck { proof, troubles: vec![trouble(Some(number), Part::Dead, from)] });
            }
            Fault::ClockStepped(by, long) => self.step_clock(by, long).await?,
            Fault::RedisFlushed => {
                redis.ask(&["SET", "witness", "1"]).await?;
                redis.ask(&["FLUSHALL"]).await?;
                u64::from(redis.number(&["EXISTS", "witness"]).await? == 0)
            }
            Fault::RedisKilled(long) => {
                redis.ask(&["SET", "witness", "1"]).await?;
                let killed = redis.service.kill().await?;
                sleep(long).await;
                redis.service.again()?;
                redis.answers().await?;
                u64::from(killed && redis.number(&["EXISTS", "witness"]).await? == 0)
            }
            Fault::RedisFrozen(long) => {
                let frozen = redis.service.freeze(true).await?;
                sleep(long).await;
                redis.service.freeze(false).await?;
                u64::from(frozen)
            }
            Fault::RedisSleeps(long) => {
                let begun = Instant::now();
                redis.ask(&["DEBUG", "SLEEP", &long.as_secs_f64().to_string()]).await?;
                u64::from(begun.elapsed() >= long)
            }
            Fault::RedisClientsKilled => {
                let kill = ["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"];
                until_hit(async || Ok(u64::try_from(redis.number(&kill).await?)?)).await?
            }
            Fault::RedisScriptsFlushed => self.forget_scripts().await?,
            Fault::RedisMemoryOut(long) => {
                redis.ask(&["CONFIG", "SET", "maxmemory", "1"]).await?;
                sleep(long).await;
                let refused = redis.ask(&["SET", "witness", "1"]).await;
                redis.ask(&["CONFIG", "SET", "maxmemory", "0"]).await?;
                u64::from(refused.is_err_and(|error| error.to_string().contains("OOM")))
            }
            Fault::RedisStreamDeleted | Fault::RedisBoardDeleted => {
                let key = if *fault == Fault::RedisBoardDeleted { BOARD } else { STREAM };
                until_hit(async || Ok(u64::try_from(redis.number(&["DEL", key]).await?)?)).await?
            }
            Fault::PostgresFrozen(long) => {
                let frozen = self.freeze_postgres(true).await?;
                sleep(long).await;
                self.freeze_postgres(false).await?;
                postgres.answers().await?;
                frozen
            }
            Fault::PostgresKilled(long) => {
                let killed = postgres.service.kill().await?;
                sleep(long).await;
                postgres.answers().await?;
                u64::from(killed)
            }
            Fault::PostgresBackendKilled => self.kill_session().await?,
            Fault::PostgresSessionsEnded => until_hit(async || postgres.terminate().await).await?,
            Fault::PostgresDiskFull(long) => self.fill_disk(long).await?,
        };
        let part = match fault {
            Fault::PostgresFrozen(_)
            | Fault::PostgresKilled(_)
            | Fault::PostgresBackendKilled
            | Fault::PostgresSessionsEnded
            | Fault::PostgresDiskFull(_) => Part::Postgres,
            Fault::ClockStepped(..) => Part::Other,
            _ => Part::Redis,
        };
        Ok(Struck { proof, troubles: vec![trouble(None, part, from)] })
    }

    fn lines_of(&self, place: u8) -> &Lines {
        let place = usize::from(place);
        let servers = &self.stage.servers;
        servers.get(place).map_or_else(|| &self.nears[place - servers.len()].lines, |it| &it.lines)
    }

    /// This line of every server and board.
    pub fn proxies(&self, line: Line) -> Vec<&Proxy> {
        let servers = self.stage.servers.iter().map(|server| &server.lines);
        let all = servers.chain(self.nears.iter().map(|near| &near.lines));
        all.filter_map(|lines| proxy(lines, line)).collect()
    }

    async fn line(&self, place: u8, line: Line, how: How, long: Duration) -> Result<Struck, Failure> {
        let from = now();
        let proof = match proxy(self.lines_of(place), line) {
            Some(proxy) => broken(&[proxy], line, how, long).await,
            None => 0,
        };
        Ok(Struck { proof, troubles: vec![trouble(Some(place), part(line), from)] })
    }

    async fn lines(&self, line: Line, how: How, long: Duration) -> Result<Struck, Failure> {
        let from = now();
        let proof = broken(&self.proxies(line), line, how, long).await;
        Ok(Struck { proof, troubles: vec![trouble(None, part(line), from)] })
    }

    /// Ends a server and starts it again; it is back when it knows everybody who is signed in.
    async fn restart(&self, server: &Server, kills: bool) -> Result<u64, Failure> {
        let (proof, ended) = if kills {
            (server.service.kill().await?, None)
        } else {
            (true, Some(server.service.stop().await?))
        };
        server.service.again()?;
        server.ready().await?;
        if let Some((status, took)) = ended
            && (!status.success() || took > Duration::from_secs(10))
        {
            return Err(format!("a server ended with {status} after {took:?}").into());
        }
        for person in &self.people {
            let mut person = person.again();
            until("a server knows everybody", async || {
                let least = app::domain::Revision::default();
                let asked = person.get(usize::from(server.number), "/api/board?q=none", least, "").await;
                asked.answer.is_ok_and(|answer| answer.status == 200)
            })
            .await?;
        }
        Ok(u64::from(proof))
    }

    /// Has Redis forget all scripts. That somebody asked for one that was gone proves it, by Redis' own count.
    async fn forget_scripts(&self) -> Result<u64, Failure> {
        let redis = &self.stage.redis;
        let missed = async || redis.counted("errorstats", "errorstat_NOSCRIPT:count=").await;
        let before = missed().await?;
        redis.ask(&["SCRIPT", "FLUSH"]).await?;
        let asked = async || missed().await.is_ok_and(|now| now > before);
        // Nobody may have asked: that proves nothing, and is no failure.
        let _ = timeout(MISSED, until("a script is missed", asked)).await;
        Ok(missed().await?.saturating_sub(before))
    }

    /// Kills the process of one session. PostgreSQL ends all sessions then, and recovers as after a crash.
    async fn kill_session(&self) -> Result<u64, Failure> {
        let (postgres, mut session) = (&self.stage.postgres, None);
        let found = async || {
            session = postgres.backend().await.ok().flatten();
            session.is_some()
        };
        let _ = timeout(HIT, until("a session is there", found)).await;
        let Some(session) = session else { return Ok(0) };
        kill("KILL", session)?;
        let gone = async || !std::path::Path::new(&format!("/proc/{session}")).exists();
        let gone = timeout(HIT, until("it is gone", gone)).await.is_ok_and(|gone| gone.is_ok());
        postgres.answers().await?;
        Ok(u64::from(gone))
    }

    /// All processes of PostgreSQL: the first one alone would leave its sessions at work. How many the kernel says stand
    /// still.
    async fn freeze_postgres(&self, frozen: bool) -> Result<u64, Failure> {
        let first = self.stage.postgres.service.id()?;
        let all: Vec<_> = std::iter::once(first).chain(children(first)).collect();
        for process in &all {
            // A session may have ended meanwhile.
            let _ = kill(if frozen { "STOP" } else { "CONT" }, i32::try_from(*process)?);
        }
        // `Z`: it has ended, and who would have to see that stands still.
        let works = |process: &u32| !matches!(state(*process), Some('T' | 'Z') | None);
        if frozen {
            until("PostgreSQL stands still", async || !all.iter().any(works)).await?;
        }
        Ok(all.iter().filter(|process| state(**process) == Some('T')).count() as u64)
    }

    /// Takes all space of the disk that PostgreSQL alone has, and gives it back. What PostgreSQL itself says in its log of a
    /// lack of space proves it. The disk itself becomes as small as what is on it: to write gigabytes into memory takes
    /// seconds in which nobody else gets a core.
    async fn fill_disk(&self, long: Duration) -> Result<u64, Failure> {
        let (postgres, ballast) = (&self.stage.postgres, self.stage.postgres.folder().join("ballast"));
        let before = postgres.service.said(NO_SPACE)?;
        self.stage.shrink_disk()?;
        let file = ballast.clone();
        let full = tokio::task::spawn_blocking(move || fill(&file)).await?;
        sleep(long).await;
        if let Ok(mut line) = postgres.line().await {
            let much =
                "CREATE TEMP TABLE much AS SELECT repeat(n::text, 2000) FROM generate_series(1, 20000) AS n";
            let _ = sqlx::query(much).execute(&mut line).await;
            let _ = line.close().await;
        }
        std::fs::remove_file(&ballast)?;
        self.stage.widen_disk()?;
        postgres.answers().await?;
        Ok(if full { postgres.service.said(NO_SPACE)? - before } else { 0 })
    }
}

fn proxy(lines: &Lines, line: Line) -> Option<&Proxy> {
    match line {
        Line::Postgres => Some(&lines.postgres),
        Line::Redis => Some(&lines.redis),
        Line::S3 => Some(&lines.s3),
        Line::Broker => lines.broker.as_ref(),
    }
}

const fn part(line: Line) -> Part {
    match line {
        Line::Postgres => Part::Postgres,
        Line::Redis => Part::Redis,
        Line::S3 => Part::Store,
        Line::Broker => Part::Other,
    }
}

fn trouble(server: Option<u8>, part: Part, from: Micros) -> Trouble {
    Trouble { name: String::new(), server, part, from, to: now() }
}

/// Breaks lines for a while; what their own counts prove.
async fn broken(proxies: &[&Proxy], line: Line, how: How, long: Duration) -> u64 {
    let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
    let of = |counts: &Counts| match how {
        How::Cut | How::Reset => read(&counts.ended),
        How::Down => read(&counts.ended) + read(&counts.refused),
        How::Stalled | How::Slow => read(&counts.held),
        How::HalfOpen => read(&counts.lost),
    };
    let count = || proxies.iter().map(|proxy| of(&proxy.counts)).sum::<u64>();
    let before = count();
    let mode = match how {
        How::Cut | How::Reset => None,
        How::Down => Some(Mode::Down),
        How::Stalled => Some(Mode::Stalled),
        How::Slow => Some(Mode::Slow(SLOW)),
        How::HalfOpen => Some(Mode::HalfOpen),
    };
    let Some(mode) = mode else {
        let end = if how == How::Reset { End::Reset } else { End::Closed };
        let begun = Instant::now();
        loop {
            proxies.iter().for_each(|proxy| proxy.cut(end));
            sleep(Duration::from_millis(50)).await;
            // Where a connection is kept all the time, one that has just been lost is made again.
            if count() > before || line.needs_somebody() || begun.elapsed() > HIT {
                return count() - before;
            }
        }
    };
    proxies.iter().for_each(|proxy| proxy.set(mode));
    sleep(long).await;
    proxies.iter().for_each(|proxy| proxy.set(Mode::Whole));
    count() - before
}

/// Strikes until something is hit: what another fault has ended a moment ago may not be there again yet.
async fn until_hit(mut strike: impl AsyncFnMut() -> Result<u64, Failure>) -> Result<u64, Failure> {
    let begun = Instant::now();
    loop {
        let hit = strike().await?;
        if hit > 0 || begun.elapsed() > HIT {
            return Ok(hit);
        }
        sleep(Duration::from_millis(20)).await;
    }
}

fn kill(signal: &str, process: i32) -> Result<(), Failure> {
    let sent = Command::new("kill").args(["-s", signal, &process.to_string()]).status()?;
    if sent.success() { Ok(()) } else { Err(format!("{process} cannot be sent {signal}").into()) }
}

/// The children of a process that this program started.
fn children(of: u32) -> Vec<u32> {
    let text = std::fs::read_to_string(format!("/proc/{of}/task/{of}/children")).unwrap_or_default();
    text.split_whitespace().filter_map(|it| it.parse().ok()).collect()
}

/// Writes until there is no room. Says whether that is why it ended.
fn fill(path: &std::path::Path) -> bool {
    use std::io::Write as _;
    let Ok(mut file) = std::fs::File::create(path) else { return false };
    let block = vec![7; 1 << 20];
    // Small pieces at the end, so that nothing is left.
    for size in [1 << 20, 4096, 1] {
        loop {
            match file.write_all(&block[..size]) {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::StorageFull => break,
                Err(_) => return false,
            }
        }
    }
    true
}
