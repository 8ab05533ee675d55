//! The radar's page: from memory what a server knows by itself, the rest from the database, if it answers.

use app::{
    domain::{Revision, Status, Timestamp},
    i18n::wall_clock,
    radar::{Backlog, Counts, Known, LineReport, Listed, Radar, SILENT_HOURS, Silent},
};

use super::watch::before;
use crate::{
    desk::{Desk, read_board::CATCH_UP},
    store::{StoreError, postgres::radar::Sum},
};

const HOUR_MS: i64 = 3_600_000;
/// What the source announced longer ago is nobody's question any more. It is kept all the same, and for good: the
/// source's last word guards the order of its messages (docs/adr/0010).
pub(super) const ANNOUNCED_MS: i64 = 90 * 24 * HOUR_MS;
/// A server whose lines were not told for so long is gone, for the page
const SEEN_MS: i64 = 20_000;
/// and for good.
pub(super) const FORGOTTEN_MS: i64 = HOUR_MS;
/// Letters of one page.
const LETTERS: u32 = 50;
/// Silent orders that are named.
const NAMED: usize = 50;

impl Desk {
    pub(in crate::desk) async fn read_radar(&self, after: u32, at_least: Option<Revision>) -> Radar {
        if let Some(revision) = at_least {
            self.board.at_least(revision, CATCH_UP).await;
        }
        let now = self.clock.now();
        let known = self.known(now, after).await.map_err(|error| crate::desk::away(&error)).ok();
        let mut lines: Vec<LineReport> = Vec::new();
        for (line, standing, since) in self.radar.lines.all() {
            add(&mut lines, LineReport { line, standing, since, servers: 1 });
        }
        let has_broker = !lines.is_empty();
        if known.is_some() {
            let others = self.store.read_lines(self.radar.server, before(now, SEEN_MS)).await;
            others.unwrap_or_default().into_iter().for_each(|other| add(&mut lines, other));
        }
        lines.sort_by_key(|report| (report.line, report.standing));
        Radar { now, has_broker, lines, last: self.radar.last(), silent: self.silent(now), known }
    }

    async fn known(&self, now: Timestamp, after: u32) -> Result<Known, StoreError> {
        // So that what this server has just counted is there.
        self.write_tallies().await?;
        if let Some(last) = self.store.last_message().await? {
            self.radar.note_message(last);
        }
        let sums = self.store.read_tally(midnight(now), before(now, HOUR_MS)).await?;
        let waiting = self.store.waiting().await?;
        let (total, items) = self.store.list_letters(LETTERS, after).await?;
        Ok(Known {
            today: counts(&sums, |sum| sum.today),
            hour: counts(&sums, |sum| sum.hour),
            announced: self.store.list_announced(before(now, ANNOUNCED_MS)).await?,
            unpriced: self
                .store
                .list_unpriced(before(now, ANNOUNCED_MS), before(now, SILENT_HOURS * HOUR_MS))
                .await?,
            backlog: Backlog { count: waiting.count, since: waiting.since },
            letters: Listed { total, items },
            settled: self.store.list_settled().await?,
        })
    }

    /// Orders on the board with which nothing has happened for long, from memory.
    pub(super) fn silent(&self, now: Timestamp) -> Listed<Silent> {
        let Some(near) = self.board.near() else { return Listed { total: 0, items: Vec::new() } };
        let before = before(now, SILENT_HOURS * HOUR_MS);
        let cards = Status::COLUMNS.into_iter().flat_map(|status| near.column(status));
        let mut items: Vec<Silent> = cards
            .map(|held| &held.card)
            .filter(|card| card.status_since <= before)
            .map(|card| Silent {
                number: card.number.clone(),
                status: card.status,
                since: card.status_since,
                operator: card.operator.clone(),
            })
            .collect();
        let total = items.len() as u64;
        items.sort_by(|a, b| (a.since, &a.number).cmp(&(b.since, &b.number)));
        items.truncate(NAMED);
        Listed { total, items }
    }
}

/// Today's beginning by the clock on the workshop's wall.
fn midnight(now: Timestamp) -> Timestamp {
    let (_, into) = now.day(wall_clock());
    before(now, into)
}

fn add(lines: &mut Vec<LineReport>, other: LineReport) {
    match lines.iter_mut().find(|known| (known.line, known.standing) == (other.line, other.standing)) {
        Some(known) => {
            known.servers += other.servers;
            known.since = known.since.min(other.since);
        }
        None => lines.push(other),
    }
}

/// Counts by what became of messages, whatever door they came through; only what nobody repeats is a dead letter.
fn counts(sums: &[Sum], of: impl Fn(&Sum) -> u64) -> Counts {
    let mut counts = Counts::default();
    for sum in sums {
        let place = match (sum.outcome.as_str(), sum.door.as_str()) {
            ("accepted", _) => &mut counts.accepted,
            ("updated", _) => &mut counts.updated,
            ("duplicate", _) => &mut counts.duplicate,
            ("ignored", _) => &mut counts.ignored,
            ("stale", _) => &mut counts.stale,
            ("refused", "amqp") => &mut counts.dead,
            ("refused", "http") => &mut counts.refused,
            // A letter that was tried again and is still bad was counted when it came; so was a list.
            _ => continue,
        };
        *place += of(sum);
    }
    counts
}
