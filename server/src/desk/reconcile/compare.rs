//! Their list against ours, order by order.

use std::collections::{BTreeMap, HashMap};

use app::domain::{OrderId, Status};

use super::{Difference, Differs, List, Remedy, Report, Side};
use crate::{
    desk::intake::{Message, Wanted},
    store::postgres::{intake::Facts, reconcile::Ours},
};

/// What differs, and of what can be applied the place in the report with that of its message in the list.
pub(super) fn compare(list: &List, ours: &[Ours]) -> (Report, Vec<(usize, usize)>) {
    let mut known: HashMap<OrderId, &Ours> = ours.iter().map(|our| (our.order, our)).collect();
    let (mut found, mut same, mut further) = (Vec::new(), 0, 0);
    for (line, message) in list.messages.iter().enumerate() {
        let our = known.remove(&message.envelope.order);
        match judge(message, our) {
            Some(difference) => found.push((difference, Some(line))),
            None => {
                same += 1;
                further +=
                    usize::from(our.is_some_and(|our| is_further(our.status, message.envelope.status)));
            }
        }
    }
    found.extend(known.into_values().filter(|our| our.status.is_actual()).map(|our| (unknown(our), None)));
    found.sort_by(|(a, _), (b, _)| (&a.number, a.order.0).cmp(&(&b.number, b.order.0)));
    let to_apply = found
        .iter()
        .enumerate()
        .filter(|(_, (difference, _))| difference.remedy == Remedy::Apply)
        .filter_map(|(at, (_, line))| line.map(|line| (at, line)))
        .collect();
    let differences: Vec<Difference> = found.into_iter().map(|(difference, _)| difference).collect();
    let mut counts = BTreeMap::new();
    for differs in differences.iter().flat_map(|difference| &difference.differs) {
        *counts.entry(*differs).or_default() += 1;
    }
    let report = Report {
        listed: list.messages.len(),
        ours: ours.iter().filter(|our| our.status.is_actual()).count(),
        same,
        further,
        counts,
        differences,
        applied: false,
        left: 0,
    };
    (report, to_apply)
}

/// How one line differs from what we have; nothing when it agrees.
fn judge(message: &Message, our: Option<&Ours>) -> Option<Difference> {
    let theirs = &message.envelope;
    let Some(our) = our else {
        // What was never ours, or is over there too, is nobody's loss.
        let is_missing = rank(theirs.status).is_some_and(|rank| rank < SHIPPED);
        return is_missing.then(|| Difference {
            remedy: if theirs.status == APPROVED { Remedy::Apply } else { Remedy::Ask },
            ..difference(message, None, vec![Differs::MissingHere], Vec::new())
        });
    };
    let mut differs = Vec::new();
    if !agree(our.status, theirs.status) {
        differs.push(Differs::Status);
    }
    let known = our.source_version;
    let is_newer = known.is_none_or(|known| theirs.source_version > known);
    let is_actual = our.status.is_actual();
    if is_actual && known != Some(theirs.source_version) {
        differs.push(Differs::SourceVersion);
    }
    // An older list says nothing of today's facts.
    let fields = match &message.wanted {
        Wanted::Approval(facts) if is_actual && known.is_none_or(|known| theirs.source_version >= known) => {
            let mut fields = other_facts(facts, &our.facts);
            if theirs.number != our.number {
                fields.insert(0, "number");
            }
            fields
        }
        _ => Vec::new(),
    };
    if !fields.is_empty() {
        differs.push(Differs::Facts);
    }
    let has_effect = matches!(message.wanted, Wanted::Approval(_) | Wanted::Cancellation);
    let remedy = if is_actual && is_newer && has_effect { Remedy::Apply } else { Remedy::Ask };
    (!differs.is_empty()).then(|| Difference { remedy, ..difference(message, Some(our), differs, fields) })
}

fn difference(
    message: &Message,
    our: Option<&Ours>,
    differs: Vec<Differs>,
    fields: Vec<&'static str>,
) -> Difference {
    let theirs = &message.envelope;
    Difference {
        order: theirs.order,
        number: theirs.number.clone(),
        differs,
        fields,
        theirs: Some(Side { status: theirs.status.to_owned(), source_version: Some(theirs.source_version) }),
        ours: our.map(side),
        remedy: Remedy::Ask,
        outcome: None,
        text: String::new(),
    }
}

fn unknown(our: &Ours) -> Difference {
    Difference {
        order: our.order,
        number: our.number.clone(),
        differs: vec![Differs::UnknownThere],
        fields: Vec::new(),
        theirs: None,
        ours: Some(side(our)),
        remedy: Remedy::Ask,
        outcome: None,
        text: String::new(),
    }
}

fn side(our: &Ours) -> Side {
    Side { status: our.status.wire().to_owned(), source_version: our.source_version }
}

const APPROVED: &str = "MANUFACTURING_APPROVED";
const SHIPPED: u8 = 4;

/// How far along an order is; nothing for what is not the workshop's.
fn rank(status: &str) -> Option<u8> {
    match status {
        APPROVED => Some(0),
        "MANUFACTURING_STARTED" => Some(1),
        "MANUFACTURING_COMPLETED" => Some(2),
        "PACKAGING" => Some(3),
        "SHIPPED" | "CLOSED" => Some(SHIPPED),
        _ => None,
    }
}

/// Further along on the board than the source says: it has not heard the news yet, or does not follow them.
fn is_further(ours: Status, theirs: &str) -> bool {
    let (ours, theirs) = (rank(ours.wire()), rank(theirs));
    ours.zip(theirs).is_some_and(|(ours, theirs)| theirs < ours && ours < SHIPPED)
}

fn agree(ours: Status, theirs: &str) -> bool {
    ours.wire() == theirs || (ours == Status::Shipped && theirs == "CLOSED") || is_further(ours, theirs)
}

/// The names of facts that differ.
fn other_facts(theirs: &Facts, ours: &Facts) -> Vec<&'static str> {
    let differ = [
        ("channel", theirs.channel != ours.channel),
        ("title", theirs.title != ours.title),
        ("material", theirs.material != ours.material),
        ("size", theirs.size != ours.size),
        ("quantity", theirs.quantity != ours.quantity),
        ("price", theirs.price != ours.price),
        ("operator_pay", theirs.pay != ours.pay),
        ("priority", theirs.priority != ours.priority),
        ("due_at", theirs.due_at != ours.due_at),
        ("comment", theirs.comment != ours.comment),
        ("model", theirs.model != ours.model),
    ];
    differ.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}
