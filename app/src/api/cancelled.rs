//! An operator's word that they know that their order was cancelled.

use leptos::{prelude::*, server};
use server_fn::codec::{Json, PostUrl};

use super::error::ApiError;

/// Notes that I know that this order of mine was cancelled. An order that is not mine, or goes on, stays as it is.
///
/// # Errors
/// 401, 422 for an id that is none, 503.
#[server(name = KnowCancelled, prefix = "/api", endpoint = "known", input = PostUrl, output = Json)]
pub async fn know_cancelled(
    /// Which order.
    id: Option<String>,
) -> Result<(), ApiError> {
    use super::{error, fields};
    let actor = use_context::<crate::domain::Actor>().ok_or_else(error::signed_out)?;
    let id = id.unwrap_or_default().parse::<crate::domain::OrderId>();
    let id = id.map_err(|bad| error::wrong_fields([("id", bad.rule)]))?;
    let backend = fields::backend()?;
    let answer =
        leptos::reactive::computed::ScopedFuture::new(
            async move { backend.note_cancelled(&actor, id).await },
        );
    answer.await.map_err(|away| error::unavailable(away.retry_after))
}
