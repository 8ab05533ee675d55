//! Dead letters: plain forms, on the radar. For supervisors; the web layer lets nobody else through.

use std::collections::BTreeMap;

use leptos::{prelude::*, server};
use serde::{Deserialize, Serialize};
use server_fn::codec::{Json, PostUrl};

use super::error::ApiError;

/// What became of dead letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LettersDealt {
    /// In the words of whoever pressed.
    pub told: String,
    /// How many, by what became of them.
    pub letters: BTreeMap<String, u64>,
}

/// Tries to take in a dead letter again, or all of them. The same press sent twice is the same answer; a message that
/// came in another way meanwhile is a duplicate.
///
/// # Errors
/// 401; 403 for operators; 404 when there is no such letter; 422; 503.
#[server(name = Replay, prefix = "/api", endpoint = "replay", input = PostUrl, output = Json)]
pub async fn replay(
    /// Which: a UUID, or `all`.
    letter: Option<String>,
    /// One press of a button.
    request_id: Option<String>,
) -> Result<LettersDealt, ApiError> {
    form::deal(crate::radar::LettersAction::Replay, letter, request_id).await
}

/// Puts a dead letter away: nothing can be made of it.
///
/// # Errors
/// 401; 403 for operators; 404 when there is no such letter; 422; 503.
#[server(name = Dismiss, prefix = "/api", endpoint = "dismiss", input = PostUrl, output = Json)]
pub async fn dismiss(
    /// Which: a UUID.
    letter: Option<String>,
    /// One press of a button.
    request_id: Option<String>,
) -> Result<LettersDealt, ApiError> {
    form::deal(crate::radar::LettersAction::Dismiss, letter, request_id).await
}

#[cfg(feature = "ssr")]
mod form {
    use leptos::{prelude::use_context, reactive::computed::ScopedFuture};
    use uuid::Uuid;

    use super::LettersDealt;
    use crate::{
        api::{
            error::{self, ApiError},
            fields,
        },
        domain::{Actor, RequestId},
        radar::{Dealt, LettersAction, LettersAsk, Which},
        visit::Visit,
    };

    pub async fn deal(
        action: LettersAction,
        letter: Option<String>,
        request_id: Option<String>,
    ) -> Result<LettersDealt, ApiError> {
        let actor = use_context::<Actor>().ok_or_else(error::signed_out)?;
        let lang = use_context::<Visit>().unwrap_or_default().lang;
        let ask = read(actor, action, &letter.unwrap_or_default(), &request_id.unwrap_or_default())?;
        let backend = fields::backend()?;
        // The refusal is told after the await, so the owner of the context must still be at hand.
        let dealt = ScopedFuture::new(async move { backend.letters(ask).await }).await;
        let dealt = dealt.map_err(error::letters_refused)?;
        Ok(LettersDealt { told: lang.dealt(&dealt), letters: named(&dealt) })
    }

    fn read(
        actor: Actor,
        action: LettersAction,
        letter: &str,
        request_id: &str,
    ) -> Result<LettersAsk, ApiError> {
        let which = match (letter, action) {
            ("all", LettersAction::Replay) => Some(Which::All),
            _ => Uuid::parse_str(letter).ok().map(Which::One),
        };
        let request_id = request_id.parse::<RequestId>();
        let rule = match action {
            LettersAction::Replay => "must be a UUID or all",
            LettersAction::Dismiss => "must be a UUID",
        };
        let bad = [
            which.is_none().then_some(("letter", rule)),
            request_id.as_ref().err().map(|invalid| ("request_id", invalid.rule)),
        ];
        match (which, request_id) {
            (Some(which), Ok(request_id)) => Ok(LettersAsk { actor, action, which, request_id }),
            _ => Err(error::wrong_fields(bad.into_iter().flatten())),
        }
    }

    fn named(dealt: &Dealt) -> std::collections::BTreeMap<String, u64> {
        let all = [
            ("accepted", dealt.accepted),
            ("updated", dealt.updated),
            ("duplicate", dealt.duplicate),
            ("idle", dealt.idle),
            ("bad", dealt.bad),
            ("cut", dealt.cut),
            ("dismissed", dealt.dismissed),
            ("gone", dealt.gone),
            ("left", dealt.left),
        ];
        all.into_iter().map(|(name, n)| (name.to_owned(), n)).collect()
    }
}
