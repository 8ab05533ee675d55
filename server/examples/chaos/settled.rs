//! After everything is whole again: everybody agrees with the log, and nothing of what broke has left anything behind.

use std::{sync::PoisonError, time::Duration};

use app::domain::Revision;
use futures_util::future::{FusedFuture as _, FutureExt as _, join_all};
use server::board::{DIVERGED, InRedis};
use sqlx::Connection as _;
use tokio::time::timeout;

use crate::{
    Failure,
    faults::strike::Ground,
    figures::tell,
    people::{Crowd, near::Near},
    stage::{Stage, postgres::Postgres, service::until},
};

/// What a server's pool may have by default (`DATABASE_CONNECTIONS`).
const CONNECTIONS: i64 = 16;

/// Waits until what RabbitMQ has confirmed so far is in the database. What is not in time is told.
pub async fn taken_in(stage: &Stage, crowd: &Crowd) -> Result<Vec<String>, Failure> {
    let mut missing = Vec::new();
    let mut line = stage.postgres.line().await?;
    for (orders, count) in [
        (&crowd.posted, "SELECT count(*) FROM orders WHERE id = ANY($1)"),
        (
            &crowd.cancelled,
            "SELECT count(*) FROM orders WHERE id = ANY($1) AND status IN ('SHIPPED', 'CANCELLED')",
        ),
    ] {
        let orders = orders.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let taken_in = until("what RabbitMQ confirmed is taken in", async || {
            let there = sqlx::query_scalar::<_, i64>(count).bind(&orders).fetch_one(&mut line).await;
            there.is_ok_and(|there| there == orders.len() as i64)
        });
        missing.extend(taken_in.await.err().map(|error| error.to_string()));
    }
    Ok(missing)
}

/// Waits until every server, every board and Redis are at the log's head. What is not in time is told.
pub async fn settled(stage: &Stage, nears: &[Near]) -> Result<Vec<String>, Failure> {
    let mut unsettled = Vec::new();
    let mut line = stage.postgres.line().await?;
    let head = Postgres::head(&mut line).await?;
    for server in &stage.servers {
        let there = until("a server is at the head", async || {
            server.counted("board_near_rev").await.is_ok_and(|rev| rev >= head.rev as f64)
        });
        if let Err(error) = there.await {
            unsettled.push(format!("server {}: {error}", server.number));
        }
        for name in ["board_cache_divergence_total", "board_ahead_total", "board_unreadable_total"] {
            match server.counted(name).await {
                Ok(0.0) => {}
                Ok(count) => unsettled.push(format!("server {}: {name} is {count}", server.number)),
                Err(error) => unsettled.push(format!("server {}: {error}", server.number)),
            }
        }
    }
    for near in nears {
        let there = until("a board is at the head", async || {
            near.board.near().is_some_and(|board| board.revision() >= head)
        });
        if let Err(error) = there.await {
            unsettled.push(format!("board {}: {error}", near.number));
        }
        let there = until("Redis is at the head", async || {
            near.board.from_redis().await.is_ok_and(|board| board.revision() >= head)
        });
        if let Err(error) = there.await {
            unsettled.push(error.to_string());
        }
    }
    Ok(unsettled)
}

/// Everybody has gone: what each copy of the board says entry by entry, and whether any server ever found another to be
/// wrong. Its counters begin anew when it is started again, its log does not.
pub async fn agreed(stage: &Stage, nears: &[Near]) -> Vec<String> {
    let mut unsettled = Vec::new();
    for server in &stage.servers {
        match server.service.said(DIVERGED) {
            Ok(0) => {}
            Ok(times) => unsettled.push(format!("server {} says {times} times: {DIVERGED}", server.number)),
            Err(error) => unsettled.push(format!("server {}: {error}", server.number)),
        }
    }
    for near in nears {
        match near.board.compare().await {
            Ok(compared) if compared.redis == InRedis::Whole && compared.count == 0 => {}
            Ok(compared) => unsettled.push(format!("board {}: {compared:?}", near.number)),
            Err(error) => unsettled.push(format!("board {}: {error}", near.number)),
        }
    }
    unsettled
}

/// Waits until nobody has a connection of any server's pools any more: what a fault has kept would be in use for ever.
pub async fn quiet(stage: &Stage) -> Vec<String> {
    let mut unsettled = Vec::new();
    for server in &stage.servers {
        let mut used = Vec::new();
        let quiet = until("no connection of a pool is in use", async || {
            used.clear();
            for name in ["store_connections_used", "store_connections_max"] {
                used.extend(server.counted(name).await.ok());
            }
            matches!(used[..], [0.0, most] if most > 0.0)
        });
        if let Err(error) = quiet.await {
            let all = server.tell("/metrics").await.unwrap_or_default();
            let pools: Vec<_> = all.lines().filter(|line| line.starts_with("store_connections")).collect();
            unsettled.push(format!("server {}: {error}, but {used:?}: {pools:?}", server.number));
        }
    }
    unsettled
}

/// Has each server ask for what only the database has, the page of an order that has left, while the database lets nobody
/// read it: the server must come with all connections that its pool may have. What a fault has kept would be missing.
pub async fn exhausted(ground: &Ground<'_>) -> Result<Vec<String>, Failure> {
    let mut line = ground.stage.postgres.line().await?;
    let gone = "SELECT number FROM orders WHERE status = 'SHIPPED' LIMIT 1";
    let gone: Option<String> = sqlx::query_scalar(gone).fetch_optional(&mut line).await?;
    let (Some(number), Some(person)) = (gone, ground.people.first()) else {
        return Ok(vec!["no order was shipped: whether connections are missing was not asked".to_owned()]);
    };
    let mut unsettled = Vec::new();
    for server in &ground.stage.servers {
        let ask = || async {
            let asked = (0..2 * CONNECTIONS).map(|_| {
                let (mut person, path) = (person.again(), format!("/orders/{number}"));
                let number = usize::from(server.number);
                async move { person.get(number, &path, Revision::default(), "Accept: text/html\r\n").await }
            });
            join_all(asked).await;
        };
        // A page gives up after seconds, which on a busy machine are too few for sixteen new connections; what is lost does
        // not come however often it is asked for.
        let mut came = Vec::new();
        let whole = until("all connections wait", async || {
            came.push(most_waiting(ground, ask()).await.map_err(|error| error.to_string()));
            matches!(came.last(), Some(Ok(most)) if *most >= CONNECTIONS)
        });
        let whole = whole.await.is_ok();
        if !whole || came.len() > 1 {
            let told = format!("server {}: of {CONNECTIONS} connections came {came:?}", server.number);
            if whole { tell(told) } else { unsettled.push(told) }
        }
    }
    Ok(unsettled)
}

/// How many connections at most wait at once for a table that nobody may read, while somebody asks for it. Each time
/// anew: a connection that was given up waits on, and its place is taken by another.
async fn most_waiting(ground: &Ground<'_>, asked: impl Future<Output = ()>) -> Result<i64, Failure> {
    // Sessions of all servers: whoever works in the background of any of them may wait for the same table and stand for one
    // that is missing. That none is shows when nobody asks any more.
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                 AND wait_event_type = 'Lock' AND application_name LIKE 'verstak%'";
    let mut line = ground.stage.postgres.line().await?;
    // Inside of its transaction whoever holds the table would be told of the sessions of a moment ago.
    let mut looking = ground.stage.postgres.line().await?;
    let mut holding = line.begin().await?;
    sqlx::query("LOCK TABLE order_history IN ACCESS EXCLUSIVE MODE").execute(&mut *holding).await?;
    let mut asked = std::pin::pin!(asked.fuse());
    let mut most = 0;
    while most < CONNECTIONS && !asked.is_terminated() {
        let count = sqlx::query_scalar::<_, i64>(waits).fetch_one(&mut looking).await?;
        most = most.max(count);
        // Over is told above.
        let _ = timeout(Duration::from_millis(20), &mut asked).await;
    }
    holding.rollback().await?;
    if !asked.is_terminated() {
        asked.await;
    }
    Ok(most)
}
