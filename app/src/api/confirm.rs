//! An operator's word that they have seen the other model of their order.

use leptos::{prelude::*, server};
use server_fn::codec::{Json, PostUrl};

use super::error::ApiError;
use crate::domain::Receipt;

/// Notes that the operator who has the order has seen the model that it names by now, and works to it.
///
/// # Errors
/// 401, 403, 404, 409, 422 or 503, as [`ApiError`] says.
#[server(name = ConfirmModel, prefix = "/api", endpoint = "confirm", input = PostUrl, output = Json)]
pub async fn confirm(
    /// Which order.
    id: Option<String>,
    /// The version that the person saw.
    version: Option<String>,
    /// One press of the button.
    request_id: Option<String>,
    /// The hash of the model that the person saw.
    sha256: Option<String>,
) -> Result<Receipt, ApiError> {
    use super::{error, fields};
    use crate::{backend::ConfirmAsk, domain::ModelDigest};
    let actor = use_context::<crate::domain::Actor>().ok_or_else(error::signed_out)?;
    let named = fields::Fields { id, version, request_id, reason: None }.named();
    let sha256 = sha256.unwrap_or_default().parse::<ModelDigest>();
    let (Ok((id, version, request_id)), Ok(sha256)) = (&named, &sha256) else {
        let rule = sha256.err().map(|broken| ("sha256", broken.rule));
        return Err(error::wrong_fields(named.err().unwrap_or_default().into_iter().chain(rule)));
    };
    let ask =
        ConfirmAsk { actor, id: *id, version: *version, request_id: request_id.clone(), sha256: *sha256 };
    let backend = fields::backend()?;
    let answer =
        leptos::reactive::computed::ScopedFuture::new(async move { backend.confirm_model(ask).await });
    answer.await.map_err(error::refused)
}
