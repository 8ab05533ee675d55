//! Single orders: K1, K2, K5 and K6.

use super::{Report, Scene};
use crate::history::{
    Promise,
    record::{Found, OrderRead, Record},
    sight::{ANSWERED, BOUND},
};

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    for record in scene.history.clients.iter().flatten() {
        if let Record::Order(read) = record {
            report.reads += 1;
            content(scene, report, read);
            age(scene, report, read);
            scene.in_time(report, (read.place, read.span), ANSWERED, "an order");
        }
    }
}

fn content(scene: &Scene<'_>, report: &mut Report, read: &OrderRead) {
    let (place, at, order) = (read.place, read.at, read.order);
    if scene.log.whole(at).is_none() {
        return report.broke(Promise::K1, format_args!("{place:?} names {at}, which never was"));
    }
    let logged = scene.log.order(order, at);
    let same = match (&read.found, logged) {
        (Found::Nothing, None) => return,
        (Found::Nothing, Some(_)) => {
            return report.broke(Promise::K5, format_args!("{place:?} at {at} lacks {order}"));
        }
        (_, None) => {
            return report
                .broke(Promise::K5, format_args!("{place:?} at {at} has {order}, which is not actual"));
        }
        (Found::Card(found), Some(logged)) => found == logged,
        (Found::Page { version, status }, Some(logged)) => {
            (*version, status.as_str()) == (logged.version, logged.status.as_str())
        }
    };
    if !same {
        report.broke(Promise::K1, format_args!("{place:?} at {at}: {order} is not what the log says"));
    }
}

fn age(scene: &Scene<'_>, report: &mut Report, read: &OrderRead) {
    if !scene.troubles.young(read.place, read.span.begun, read.span.ended) {
        return;
    }
    let old = read.span.begun.saturating_sub(scene.sight.overtaken(read.at)).max(0);
    report.oldest = report.oldest.max(old);
    if old > BOUND {
        report.broke(
            Promise::K2,
            format_args!(
                "{:?} at {}: an order {} ms old, {}",
                read.place,
                read.at,
                old / 1000,
                scene.around(read.span.begun)
            ),
        );
    }
    if read.found == Found::Nothing {
        return;
    }
    let Some((left, None)) = scene.log.ways().get(&read.order).and_then(|way| way.last()) else { return };
    let late = read.span.begun.saturating_sub(scene.sight.when(*left));
    if late > BOUND {
        report.broke(
            Promise::K6,
            format_args!("{:?} shows {} {} ms after it left", read.place, read.order, late / 1000),
        );
    }
}
