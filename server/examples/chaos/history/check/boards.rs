//! Whole boards: K1, K2, K5 and K6.

use std::{collections::HashMap, sync::Arc};

use app::domain::OrderId;

use super::{Report, Scene};
use crate::history::{
    Promise,
    digest::Digest,
    record::{Failed, Micros, Place, Read, Record},
    sight::{BOUND, Excuse},
};

/// Memory is all that a read of the board needs; its session may have to be asked for once.
const READ: Micros = 2 * BOUND;

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    // The last moment at which each content was asked for where the bound holds.
    let mut served: HashMap<(Place, Digest), Micros> = HashMap::new();
    for record in scene.history.clients.iter().flatten() {
        match record {
            Record::Board(read) => {
                report.reads += read.times;
                report.boards += read.times;
                report.ready_made += if read.fresh_at.is_none() { read.times } else { 0 };
                content(scene, report, read);
                age(scene, report, read);
                // A slow one is never in a run of equal ones.
                scene.in_time(report, (read.place, read.last), READ, "the board");
                if scene.troubles.young(read.place, read.last.begun, read.last.ended) {
                    let last = served.entry((read.place, read.digest)).or_default();
                    *last = (*last).max(read.last.begun);
                }
            }
            Record::Failed(failed) => {
                let at = (failed.place, failed.span);
                report.note_failed(scene, at, &failed.why, excuse(scene, failed));
            }
            _ => {}
        }
    }
    gone(scene, report, &served);
}

/// A server that is dead or frozen answers nothing; an order that has left is read from the database.
fn excuse(scene: &Scene<'_>, failed: &Failed) -> Option<Excuse> {
    let Failed { place, span, about, came, .. } = failed;
    let left = about.is_some_and(|order| {
        let last = scene.log.ways().get(&order).and_then(|way| way.last());
        last.is_some_and(|(at, card)| card.is_none() && scene.sight.when(*at) <= span.ended)
    });
    let silence = scene.troubles.silence(*place, *span, *came);
    silence.or_else(|| left.then(|| scene.troubles.without_database(*place, *span)).flatten())
}

fn content(scene: &Scene<'_>, report: &mut Report, read: &Read) {
    let Some(whole) = scene.log.whole(read.at) else {
        return report
            .broke(Promise::K1, format_args!("{:?} names {}, which never was", read.place, read.at));
    };
    if read.orders != whole.orders {
        report.broke(
            Promise::K5,
            format_args!(
                "{:?} at {}: {} orders instead of {}",
                read.place, read.at, read.orders, whole.orders
            ),
        );
    }
    if read.digest != whole.digest {
        report.broke(
            Promise::K1,
            format_args!("{:?} at {}: not what the log says ({} orders)", read.place, read.at, read.orders),
        );
    }
}

fn age(scene: &Scene<'_>, report: &mut Report, read: &Read) {
    let overtaken = scene.sight.overtaken(read.at);
    if let Some(fresh) = read.fresh_at
        && overtaken < fresh
    {
        report.flattered = report.flattered.max(fresh - overtaken);
        report.broke(
            Promise::K2,
            format_args!(
                "{:?} at {} says it was current {} ms after something newer was there",
                read.place,
                read.at,
                (fresh - overtaken) / 1000
            ),
        );
    }
    if !scene.troubles.young(read.place, read.last.begun, read.last.ended) {
        return;
    }
    report.judged += read.times;
    report.ready_made_judged += if read.fresh_at.is_none() { read.times } else { 0 };
    if let (Some(fresh), true) = (read.fresh_at, read.place != Place::Redis) {
        report.certified = report.certified.max(read.last.begun - fresh);
    }
    let old = read.last.begun.saturating_sub(overtaken).max(0);
    report.oldest = report.oldest.max(old);
    if old > BOUND {
        let around = scene.around(read.last.begun);
        report.broke(
            Promise::K2,
            format_args!("{:?} at {} is {} ms old, {around}", read.place, read.at, old / 1000),
        );
    }
}

/// What a board held, and when it was asked for last.
type Asked<'a> = (&'a Arc<[OrderId]>, Micros);

/// K6, whatever revision the boards name: none of them holds an order longer than the bound after it left.
fn gone(scene: &Scene<'_>, report: &mut Report, served: &HashMap<(Place, Digest), Micros>) {
    // Boards share their lists of orders: each list once, with the last moment at which any of them was asked for.
    let mut lists: HashMap<(Place, *const [OrderId]), Asked<'_>> = HashMap::new();
    for ((place, digest), asked) in served {
        let Some(orders) = scene.history.boards.get(digest) else { continue };
        let (_, last) = lists.entry((*place, Arc::as_ptr(orders))).or_insert((orders, *asked));
        *last = (*last).max(*asked);
    }
    for ((place, _), (orders, last)) in &lists {
        for order in orders.iter() {
            let Some((left, None)) = scene.log.ways().get(order).and_then(|way| way.last()) else { continue };
            let late = last.saturating_sub(scene.sight.when(*left));
            if late > BOUND {
                report.broke(
                    Promise::K6,
                    format_args!(
                        "{place:?} shows {order} {} ms after it left at {left}, {}",
                        late / 1000,
                        scene.around(*last)
                    ),
                );
            }
        }
    }
}
