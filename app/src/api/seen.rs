//! What a person has seen of the board.

use leptos::{prelude::*, server};
use serde::{Deserialize, Serialize};
use server_fn::codec::{Json, PostUrl};

use super::error::ApiError;
use crate::domain::Timestamp;

/// A person's watermark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watermark {
    /// What was approved up to this moment is not new to them any more.
    pub seen: Timestamp,
}

/// Notes that I have looked at everything approved up to `until`, and answers up to when I have. It only ever moves
/// forward: older word from another device changes nothing and learns where the watermark stands.
///
/// # Errors
/// 401, 422 for a moment that is none, 503.
#[server(name = Seen, prefix = "/api", endpoint = "seen", input = PostUrl, output = Json)]
pub async fn seen(
    /// When the newest order that I saw was approved (RFC 3339).
    until: Option<String>,
) -> Result<Watermark, ApiError> {
    use super::{error, fields};
    let actor = use_context::<crate::domain::Actor>().ok_or_else(error::signed_out)?;
    let until = until.unwrap_or_default().parse::<Timestamp>();
    let until = until.map_err(|bad| error::wrong_fields([("until", bad.rule)]))?;
    let backend = fields::backend()?;
    let answer =
        leptos::reactive::computed::ScopedFuture::new(async move { backend.look(&actor, until).await });
    let seen = answer.await.map_err(|away| error::unavailable(away.retry_after))?;
    Ok(Watermark { seen })
}
