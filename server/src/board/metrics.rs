//! What the cache tells about itself. Every name is here, so that a rule of the monitoring can be checked against it.
//!
//! | name | labels | meaning |
//! |---|---|---|
//! | `board_scripts_total` | `script` apply/install/touch, `outcome` | verdicts of the compare-and-set scripts |
//! | `board_redis_commands_total` | `origin` request/background | commands sent to Redis |
//! | `board_redis_failures_total` | | commands without an answer in time |
//! | `board_source_up` | `source` redis/postgres | 1 while it answers |
//! | `board_near_rev`, `board_near_orders` | | the near board's revision and size |
//! | `board_near_lag` | | changes that the log has and the near board has not |
//! | `board_near_changes_total` | `from` redis/postgres | changes by where they came from |
//! | `board_near_loads_total` | `from` log/redis/refresh | boards that were loaded because changes were missing |
//! | `board_commit_to_near_seconds` | | from a commit (database's clock) to the near board (this machine's) |
//! | `board_refresh_seconds` | | how long a full refresh took |
//! | `board_refreshes_total` | `reason`, `outcome` done/skipped/failed | full refreshes |
//! | `board_cache_divergence_total` | `where` redis/near | same revision, other content; must stay 0 |
//! | `board_ahead_total` | | Redis knows commits that the database does not; see the log's line |
//! | `board_unreadable_total` | | entries that this program cannot read |
//! | `board_near_age_seconds` | | how long ago the near board was known to be current; taken when it is asked for |
//! | `board_reads_total` | `from` memory/redis/database | reads of requests, by what answered them |
//! | `board_comparisons_total`, `board_differences` | | comparisons on the page "Cache", and what the last one found |
//! | `board_bytes_builds_total` | `encoding` | ready-made bodies that were made |
//! | `store_statements_total` | `origin` | statements sent to PostgreSQL |

use std::time::Duration;

use app::domain::Revision;
use metrics::{counter, gauge, histogram};

use super::{held::Unreadable, sources::Source};
use crate::store::Origin;

pub(super) fn script(script: &'static str, outcome: &'static str) {
    counter!("board_scripts_total", "script" => script, "outcome" => outcome).increment(1);
}

pub(super) fn command() {
    counter!("board_redis_commands_total", "origin" => Origin::current().name()).increment(1);
}

pub(super) fn failure(error: &dyn std::fmt::Display) {
    counter!("board_redis_failures_total").increment(1);
    tracing::debug!(%error, "Redis did not answer");
}

pub(super) fn source(source: Source, up: bool) {
    gauge!("board_source_up", "source" => source.name()).set(if up { 1.0 } else { 0.0 });
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
pub(super) fn near(near: Option<Revision>, orders: usize, head: Revision) {
    let rev = near.map_or(0, |near| near.rev);
    gauge!("board_near_rev").set(rev as f64);
    gauge!("board_near_orders").set(orders as f64);
    gauge!("board_near_lag").set(head.rev.saturating_sub(rev) as f64);
}

#[expect(clippy::cast_precision_loss, reason = "a histogram is of floats")]
pub(super) fn seen(from: &'static str, millis: i64) {
    counter!("board_near_changes_total", "from" => from).increment(1);
    histogram!("board_commit_to_near_seconds").record(millis.max(0) as f64 / 1000.0);
}

pub(super) fn loaded(from: &'static str) {
    counter!("board_near_loads_total", "from" => from).increment(1);
}

pub(super) fn refreshed(reason: &'static str, outcome: &'static str, took: Duration) {
    counter!("board_refreshes_total", "reason" => reason, "outcome" => outcome).increment(1);
    if outcome == "done" {
        histogram!("board_refresh_seconds").record(took.as_secs_f64());
    }
}

/// How the log tells of a copy of the board that was wrong.
pub const DIVERGED: &str = "the cache did not say what the database says";

pub(super) fn divergence(place: &'static str, revision: Revision) {
    counter!("board_cache_divergence_total", "where" => place).increment(1);
    tracing::error!(place, %revision, "{DIVERGED}; it was repaired");
}

pub(super) fn ahead(cache: Revision, log: Revision) {
    counter!("board_ahead_total").increment(1);
    tracing::error!(
        %cache, %log,
        "the shared cache knows commits that the database does not: the database was set back without a new \
         timeline; run UPDATE board_clock SET epoch_base = epoch_base + 1"
    );
}

pub(super) fn unreadable(error: &Unreadable) {
    counter!("board_unreadable_total").increment(1);
    tracing::error!(error = error as &dyn std::error::Error, "an entry cannot be read");
}

pub(super) fn built(encoding: &'static str) {
    counter!("board_bytes_builds_total", "encoding" => encoding).increment(1);
}
