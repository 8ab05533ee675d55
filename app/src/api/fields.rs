//! The fields of a command's form, read all at once, so that an answer names every bad one.

use std::sync::Arc;

use leptos::prelude::use_context;

use super::error::{self, ApiError};
use crate::{
    backend::{Backend, CommandAsk},
    domain::{Actor, Command, OrderId, Receipt, RequestId},
};

/// The fields as they came.
#[derive(Debug, Default)]
pub struct Fields {
    /// Which order: a UUID.
    pub id: Option<String>,
    /// The version that the person saw: a whole number from 0.
    pub version: Option<String>,
    /// One press of a button.
    pub request_id: Option<String>,
    /// For steps back.
    pub reason: Option<String>,
}

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// Fields that break their rules, with the rules.
type Bad = Vec<(&'static str, &'static str)>;

impl Fields {
    /// What every command names: an order, its version, and one press of a button.
    pub(super) fn named(self) -> Result<(OrderId, i32, RequestId), Bad> {
        let mut bad = Vec::new();
        let mut field = |name, text: Option<String>| {
            let text = text.filter(|text| !text.is_empty());
            if text.is_none() {
                bad.push((name, "is missing"));
            }
            text
        };
        let (id, version) = (field("id", self.id), field("version", self.version));
        let request = field("request_id", self.request_id);
        let mut parsed = |name, rule| bad.push((name, rule));
        let id = id.and_then(|text| text.parse::<OrderId>().map_err(|e| parsed("id", e.rule)).ok());
        let version = version.and_then(|text| {
            text.parse::<i32>().ok().filter(|v| *v >= 0).or_else(|| {
                parsed("version", "must be a whole number from 0");
                None
            })
        });
        let request_id =
            request.and_then(|text| text.parse::<RequestId>().map_err(|e| parsed("request_id", e.rule)).ok());
        match (id, version, request_id) {
            (Some(id), Some(version), Some(request_id)) => Ok((id, version, request_id)),
            _ => Err(bad),
        }
    }

    fn read(mut self, actor: Actor, command: Command) -> Result<CommandAsk, ApiError> {
        let mut bad = Vec::new();
        let typed = self.reason.take().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let reason = typed.filter(|_| command.needs_reason());
        if command.needs_reason() && reason.is_none() {
            bad.push(("reason", "is missing"));
        }
        if reason.as_ref().is_some_and(|text| text.chars().count() > LONGEST_REASON) {
            bad.push(("reason", "must be 1 to 500 characters"));
        }
        match self.named() {
            Ok((id, version, request_id)) if bad.is_empty() => {
                Ok(CommandAsk { actor, command, id, version, request_id, reason })
            }
            named => Err(error::wrong_fields(bad.into_iter().chain(named.err().unwrap_or_default()))),
        }
    }
}

/// The port, which the web layer put into the context.
pub fn backend() -> Result<Arc<dyn Backend>, ApiError> {
    use_context().ok_or_else(|| error::refused(crate::domain::Refusal::Unavailable { retry_after: 5 }))
}

/// Carries out a command: session, fields, and what the port says, in this order.
pub async fn carry_out(command: Command, fields: Fields) -> Result<Receipt, ApiError> {
    let actor = use_context::<Actor>().ok_or_else(error::signed_out)?;
    let login = actor.login.clone();
    let ask = fields.read(actor, command)?;
    let backend = backend()?;
    // The refusal is told after the await, so the owner of the context must still be at hand.
    let answer = leptos::reactive::computed::ScopedFuture::new(async move { backend.command(ask).await });
    answer.await.map_err(|refusal| error::refused(refusal).to(&login))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn read(
        command: Command,
        id: &str,
        version: &str,
        request: &str,
        reason: &str,
    ) -> Result<CommandAsk, Vec<String>> {
        let some = |text: &str| Some(text.to_owned());
        let fields =
            Fields { id: some(id), version: some(version), request_id: some(request), reason: some(reason) };
        fields.read(samples::actor(), command).map_err(|error| match error {
            ApiError::Problem(problem) => problem.fields.into_iter().map(|bad| bad.field).collect(),
            ApiError::Conflict { .. } => Vec::new(),
        })
    }

    const ID: &str = "0193c1a2-6f0e-7d3a-9c1b-2f4f5a6b7c8d";

    #[test]
    fn every_bad_field_is_named_at_once() {
        assert_eq!(
            read(Command::Release, "x", "-1", "a b", "").unwrap_err(),
            ["reason", "id", "version", "request_id"]
        );
        assert_eq!(read(Command::Take, "", "", "", "").unwrap_err(), ["id", "version", "request_id"]);
    }

    #[test]
    fn a_reason_is_asked_for_steps_back_alone_and_has_an_end() {
        assert_eq!(read(Command::Take, ID, "3", "r-1", "x").unwrap().reason, None);
        assert_eq!(read(Command::Rework, ID, "3", "r-1", " скол ").unwrap().reason.as_deref(), Some("скол"));
        assert!(read(Command::Rework, ID, "3", "r-1", &"я".repeat(500)).is_ok());
        assert_eq!(read(Command::Rework, ID, "3", "r-1", &"я".repeat(501)).unwrap_err(), ["reason"]);
        assert_eq!(read(Command::Rework, ID, "3", "r-1", "  ").unwrap_err(), ["reason"]);
    }
}
