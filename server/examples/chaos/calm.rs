//! Before anything breaks: how long PostgreSQL, Redis and S3 take to answer while everybody works, against the shortest
//! limit that the product sets to any of their answers. A limit that a busy minute reaches would be an outage of its own
//! making.

use std::time::Duration;

use ::server::{
    board,
    store::{models, postgres},
};
use tokio::time::sleep;

use crate::{
    Failure,
    faults::{plan::Line, strike::Ground},
    figures::percentile,
    verdict::row,
};

/// The shortest limit on each line, and where it is set.
const LIMITS: [(&str, Line, Duration); 3] = [
    ("Redis (board/shelf.rs: a small command)", Line::Redis, board::REDIS_ANSWERS),
    ("PostgreSQL (store/postgres/mod.rs: a ping)", Line::Postgres, postgres::ANSWERS),
    ("S3 (store/models.rs: the head of an answer)", Line::S3, models::ANSWERS),
];

/// Lets everybody work for so long, and hands in the least that a limit is of what 999 of 1,000 answers took.
pub async fn measure(ground: &Ground<'_>, long: Duration) -> Result<(), Failure> {
    if long.is_zero() {
        return Ok(());
    }
    for (_, line, _) in LIMITS {
        ground.proxies(line).iter().for_each(|proxy| proxy.waits.begin());
    }
    sleep(long).await;
    let (mut least, mut notes) = (Some(f64::INFINITY), Vec::new());
    for (name, line, limit) in LIMITS {
        let waits = ground.proxies(line).into_iter().flat_map(|proxy| proxy.waits.end());
        let mut waits: Vec<_> = waits.map(|wait| wait.as_secs_f64() * 1000.0).collect();
        waits.sort_by(f64::total_cmp);
        let [middle, late, later, latest] = [0.5, 0.99, 0.999, 1.0].map(|share| percentile(&waits, share));
        // Where nobody was answered nothing is known.
        let times = (!waits.is_empty()).then(|| limit.as_secs_f64() * 1000.0 / later);
        least = least.zip(times).map(|(least, times)| least.min(times));
        notes.push(format!(
            "{name}: p50 {middle:.1} ms, p99 {late:.1}, p99.9 {later:.1}, latest {latest:.1} of {} answers; limit {} ms",
            waits.len(),
            limit.as_millis()
        ));
    }
    let note = format!("in {} s before anything breaks; {}", long.as_secs(), notes.join("; "));
    row("limits", least, &note)
}
