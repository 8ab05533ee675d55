//! Why a command is not carried out, in the order that the contract names.

use app::{
    backend::CommandAsk,
    domain::{Card, Refusal},
};

const REASON: &str = "must be 1 to 500 characters";

/// Fields that break their rules. The web reads the form; what it cannot know is checked here, for every caller.
pub(super) fn invalid(ask: &CommandAsk) -> Result<(), Refusal> {
    let mut fields = Vec::new();
    if ask.version < 1 {
        fields.push(("version", "must be a positive number"));
    }
    if ask.command.needs_reason() {
        let reason = ask.reason.as_deref().unwrap_or_default();
        // PostgreSQL keeps no U+0000 in a text.
        if !(1..=500).contains(&reason.chars().count()) || reason.trim().is_empty() || reason.contains('\0') {
            fields.push(("reason", REASON));
        }
    }
    if fields.is_empty() { Ok(()) } else { Err(Refusal::Invalid(fields)) }
}

/// Unknown, not yours, version, transition; `None`: by now nothing stands in the way.
pub(super) fn why(ask: &CommandAsk, card: Option<Box<Card>>) -> Option<Refusal> {
    let Some(card) = card else { return Some(Refusal::Unknown) };
    if !ask.command.allows(&ask.actor, &card) {
        Some(Refusal::NotYours(card))
    } else if card.version != ask.version {
        Some(Refusal::Conflict { card, next_free: None })
    } else if card.status.after(ask.command).is_none() {
        Some(Refusal::NotAllowed { card, command: ask.command })
    } else {
        None
    }
}
