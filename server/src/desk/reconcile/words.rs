//! A difference in a sentence: what differs, and what to do or what was done.

use super::{Difference, Differs, Remedy};

/// In English, for whoever runs the source.
pub(super) fn sentence(difference: &Difference) -> String {
    let mut said: Vec<String> =
        difference.differs.iter().map(|differs| clause(difference, *differs)).collect();
    said.push(what_now(difference));
    format!("{}: {}", difference.number, said.join("; "))
}

fn clause(difference: &Difference, differs: Differs) -> String {
    let status =
        |side: &Option<super::Side>| side.as_ref().map_or("nothing", |it| name(&it.status)).to_owned();
    let version = |side: &Option<super::Side>| {
        let version = side.as_ref().and_then(|it| it.source_version);
        version.map_or_else(|| "none".to_owned(), |version| version.to_string())
    };
    let (theirs, ours) = (&difference.theirs, &difference.ours);
    match differs {
        Differs::MissingHere => {
            format!("missing here, {} at the source (version {})", status(theirs), version(theirs))
        }
        Differs::UnknownThere => format!("{} here, not in the source's list", status(ours)),
        Differs::Status => format!("{} here, {} at the source", status(ours), status(theirs)),
        Differs::SourceVersion => {
            format!("version {} was heard here, {} is the source's", version(ours), version(theirs))
        }
        Differs::Facts => format!("other facts: {}", difference.fields.join(", ")),
    }
}

fn what_now(difference: &Difference) -> String {
    let words = match (difference.outcome, difference.remedy) {
        (Some("accepted"), _) => "taken in",
        (Some("updated"), _) => "brought up to date",
        (Some("duplicate"), _) => "not changed: this very message had been taken in before",
        (Some("stale"), _) => "not changed: the source has told us something newer of it before",
        (Some("ignored"), _) => "not changed: the order has left the board meanwhile",
        (Some("number_taken"), _) => "not taken in: its number is another order's here",
        (Some("unwritable"), _) => "not taken in: the database cannot keep it",
        (Some(_), _) => "not tried: run this again",
        (None, Remedy::Apply) => "can be put right by applying the list",
        (None, Remedy::Ask) => return ask(difference).to_owned(),
    };
    words.to_owned()
}

/// What a message could not put right, and who can.
fn ask(difference: &Difference) -> &'static str {
    let has = |differs| difference.differs.contains(&differs);
    let is_older = match (&difference.theirs, &difference.ours) {
        (Some(theirs), Some(ours)) => theirs.source_version < ours.source_version,
        _ => false,
    };
    if has(Differs::UnknownThere) {
        "if it was called off, have the source send CANCELLED"
    } else if has(Differs::MissingHere) {
        "only an approval can be taken in: have the source send one"
    } else if has(Differs::Status) {
        "ask which of the two is right: a message cannot bring a status back"
    } else if is_older {
        "the list is older than what the source has told us since"
    } else {
        "have the source send it with a newer source_version"
    }
}

fn name(status: &str) -> &str {
    match status {
        "MANUFACTURING_APPROVED" => "approved",
        "MANUFACTURING_STARTED" => "started",
        "MANUFACTURING_COMPLETED" => "completed",
        "PACKAGING" => "in packaging",
        "SHIPPED" => "shipped",
        "CANCELLED" => "cancelled",
        "CLOSED" => "closed",
        other => other,
    }
}
