//! Steps the wall clock of one server, and back.

use std::time::{Duration, Instant};

use app::domain::{Revision, Timestamp};
use serde_json::Value;
use tokio::{
    io::AsyncReadExt as _,
    time::{sleep, timeout},
};

use super::strike::Ground;
use crate::{
    Failure,
    people::{client::Client, now},
};

/// Within this time a server reads its clock anew, however busy the machine is.
const READS: Duration = Duration::from_secs(10);
/// Within this time a stream tells what its server's clock says.
const TELLS: Duration = Duration::from_secs(3);

impl Ground<'_> {
    /// Steps the clock by so many seconds until the server itself tells that it did, and for so long after.
    pub(super) async fn step_clock(&self, by: i64, long: Duration) -> Result<u64, Failure> {
        let stepped = self.stage.servers.iter().find_map(|it| Some((it, it.clock.as_ref()?)));
        let (Some((server, file)), Some(person)) = (stepped, self.people.first()) else { return Ok(0) };
        let server = usize::from(server.number);
        std::fs::write(file, format!("{by:+}"))?;
        let stepped = comes(person, server, by, by.abs() / 2).await;
        sleep(long).await;
        std::fs::write(file, "+0")?;
        let back = comes(person, server, 0, by.abs() / 2).await?;
        if !back {
            return Err("a clock does not come back".into());
        }
        Ok(u64::from(stepped?))
    }
}

/// Whether the server's clock comes to be this far ahead, give or take; an error when nobody could ask.
async fn comes(person: &Client, server: usize, seconds: i64, about: i64) -> Result<bool, Failure> {
    let begun = Instant::now();
    loop {
        let ahead = timeout(TELLS, ahead(person, server)).await.map_err(Failure::from).flatten();
        match ahead {
            Ok(ahead) if (ahead - seconds).abs() < about => return Ok(true),
            ahead if begun.elapsed() > READS => return ahead.map(|_| false),
            _ => sleep(Duration::from_millis(100)).await,
        }
    }
}

/// How many seconds a server's wall clock is ahead of this program's, by the first tick of a stream. The `Date` of an
/// answer says less: it never goes back, so that of a clock that did stands still.
async fn ahead(person: &Client, server: usize) -> Result<i64, Failure> {
    let request = person.request(server, "/live", Revision::default(), "");
    let (status, mut stream, mut heard) = person.open(server).await?.follow(request.as_bytes()).await?;
    if status != 200 {
        return Err(format!("/live answers {status}").into());
    }
    loop {
        let text = String::from_utf8_lossy(&heard);
        let tick = text.split_once("event: tick\ndata: ").and_then(|(_, rest)| rest.split_once("\n\n"));
        if let Some((tick, _)) = tick {
            let told: Value = serde_json::from_str(tick)?;
            let at: Timestamp = told["at"].as_str().ok_or("a tick without a time")?.parse()?;
            return Ok(at.millis() / 1000 - now() / 1_000_000);
        }
        if stream.read_buf(&mut heard).await? == 0 {
            return Err("/live ended before its first tick".into());
        }
    }
}
