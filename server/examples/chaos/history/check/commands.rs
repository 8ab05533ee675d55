//! Commands and messages: what was acknowledged is in the log, once; of several who want one order one gets it; and
//! the log itself lets nothing come back.

use std::collections::HashMap;

use app::domain::OrderId;

use super::{Report, Scene};
use crate::history::{
    Promise,
    record::{Came, Message, Outcome, Record, Says, Write},
    sight::ANSWERED,
};

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    let mut winners: HashMap<(OrderId, i64), &Write> = HashMap::new();
    for record in scene.history.clients.iter().flatten() {
        match record {
            Record::Write(write) => {
                match &write.outcome {
                    Outcome::Done(..) => {
                        kept(scene, report, write);
                        alone(report, &mut winners, write);
                    }
                    Outcome::Conflict(card) => {
                        let way = scene.log.ways().get(&write.order);
                        let was = way.into_iter().flatten().any(|(_, it)| it.as_ref() == Some(card));
                        // A card that has left the board is in no event; then its order must have left.
                        let left = matches!(card.status.as_str(), "SHIPPED" | "CANCELLED")
                            && way.and_then(|way| way.last()).is_some_and(|(_, card)| card.is_none());
                        if !was && !left {
                            report.broke(
                                Promise::Kept,
                                format_args!(
                                    "{} was refused with a card that never was: {card:?}",
                                    write.order
                                ),
                            );
                        }
                    }
                    Outcome::Refused(200) => report.broke(
                        Promise::Kept,
                        format_args!("{} of {} was answered by no receipt", write.command, write.order),
                    ),
                    Outcome::Refused(_) | Outcome::Unknown(_) => {}
                }
                answered(scene, report, write);
            }
            Record::Message(message) => heeded(scene, report, message),
            _ => {}
        }
    }
    for way in scene.log.ways() {
        lawful(report, way);
    }
}

/// A command is answered in time, and by what the contract names: not the order's operator, no such order, too late, or
/// that the database is away.
fn answered(scene: &Scene<'_>, report: &mut Report, write: &Write) {
    let (place, span, troubles) = (write.place, write.span, &scene.troubles);
    let failed_before = report.failed;
    let came = match write.outcome {
        Outcome::Unknown(came) => came,
        Outcome::Done(..) | Outcome::Conflict(_) => Came::Answer(200),
        Outcome::Refused(status) => Came::Answer(status),
    };
    let told = |what: &str| format!("{} {what}", write.command);
    match (&write.outcome, came) {
        (Outcome::Refused(200 | 403 | 404), _) => {}
        (Outcome::Refused(status), _) => {
            let excuse = troubles.silence(place, span, came);
            report.note_failed(scene, (place, span), told(&format!("answers {status}")), excuse);
        }
        (_, Came::End | Came::Nothing) => {
            let excuse = troubles.silence(place, span, came);
            report.note_failed(scene, (place, span), told("has no answer"), excuse);
        }
        (Outcome::Unknown(_), Came::Answer(status)) => {
            let excuse = troubles.refusal(place, span);
            report.note_failed(scene, (place, span), told(&format!("answers {status}")), excuse);
        }
        _ => {}
    }
    if matches!(came, Came::Answer(_)) {
        scene.in_time(report, (place, span), ANSWERED, write.command);
    }
    report.failed_commands += report.failed - failed_before;
}

/// An approved order was on the board, a cancelled one is not.
fn heeded(scene: &Scene<'_>, report: &mut Report, message: &Message) {
    report.messages += 1;
    let Message { order, says, .. } = message;
    let way = scene.log.ways().get(order);
    let heeded = match says {
        Says::Approved => way.is_some(),
        // It may have been shipped meanwhile.
        Says::Cancelled => {
            report.cancellations += 1;
            way.and_then(|way| way.last()).is_some_and(|(_, card)| card.is_none())
        }
    };
    if !heeded {
        report.broke(
            Promise::Kept,
            format_args!("{order}, {says:?}, was acknowledged, and the log does not say so"),
        );
    }
}

/// The log says at that revision what the receipt says.
fn kept(scene: &Scene<'_>, report: &mut Report, write: &Write) {
    let Outcome::Done(at, card) = &write.outcome else { return };
    let logged = scene.log.event(*at).filter(|event| event.order == write.order);
    let same = match logged {
        None => false,
        // A shipped order leaves the board with its event.
        Some(event) => event.card.as_ref().map_or(card.status == "SHIPPED", |logged| logged == card),
    };
    if !same {
        report.broke(
            Promise::Kept,
            format_args!(
                "{} of {} by {} was acknowledged at {at}, and the log does not say so",
                write.command, write.order, write.login
            ),
        );
    }
}

/// One press of a button moves an order on from the version that the person saw.
fn alone<'a>(report: &mut Report, winners: &mut HashMap<(OrderId, i64), &'a Write>, write: &'a Write) {
    let Outcome::Done(_, card) = &write.outcome else { return };
    if card.version != write.version + 1 {
        report.broke(
            Promise::Once,
            format_args!(
                "{} of {} at version {} led to {}",
                write.command, write.order, write.version, card.version
            ),
        );
    }
    if write.command == "take" && card.operator.as_ref() != Some(&write.login) {
        report.broke(
            Promise::Once,
            format_args!("{} took {} and got a receipt for {:?}", write.login, write.order, card.operator),
        );
    }
    match winners.insert((write.order, write.version), write) {
        // A press that came twice, and was answered twice, is one command.
        None => report.done += 1,
        Some(other) => same_press(report, other, write),
    }
}

fn same_press(report: &mut Report, other: &Write, write: &Write) {
    let (Outcome::Done(first, _), Outcome::Done(at, _)) = (&other.outcome, &write.outcome) else { return };
    if (other.request, &other.login) != (write.request, &write.login) || first != at {
        report.broke(
            Promise::Once,
            format_args!(
                "{} and {} both got {} at version {}",
                other.login, write.login, write.order, write.version
            ),
        );
    }
}

/// Versions grow one by one, a taken order is not taken again, and what has left stays away.
fn lawful(report: &mut Report, (order, way): (&OrderId, &crate::history::log::Way)) {
    for pair in way.windows(2) {
        let [(_, before), (at, after)] = pair else { continue };
        match (before, after) {
            (None, _) => report.broke(Promise::Once, format_args!("{order} came back at {at}")),
            (Some(before), Some(after)) => {
                let step = after.version - before.version;
                if step != 0 && step != 1 {
                    report.broke(Promise::Once, format_args!("{order} at {at} skips versions"));
                }
                let changed_hands = before.operator.is_some() && after.operator.is_some();
                if changed_hands && before.operator != after.operator {
                    report.broke(Promise::Once, format_args!("{order} at {at} was taken from somebody"));
                }
                if step == 0 && before.status != after.status {
                    report.broke(Promise::Once, format_args!("{order} at {at} changed its status unseen"));
                }
            }
            (Some(_), None) => {}
        }
    }
}
