//! A supervisor's bonus on an order that nobody takes.

use leptos::{prelude::*, server};
use server_fn::codec::{Json, PostUrl};

use super::error::ApiError;
use crate::domain::Receipt;

/// Puts a bonus on a free order, in place of the one that it has; 0 takes it back. For supervisors; the guard sees to
/// that.
///
/// # Errors
/// 401, 403, 404, 409, 422 or 503, as [`ApiError`] says.
#[server(name = PutBonus, prefix = "/api", endpoint = "bonus", input = PostUrl, output = Json)]
pub async fn bonus(
    /// Which order.
    id: Option<String>,
    /// The version that the person saw.
    version: Option<String>,
    /// One press of the button.
    request_id: Option<String>,
    /// How much, in the currency of the order's pay: a decimal from 0 to 100000.
    amount: Option<String>,
) -> Result<Receipt, ApiError> {
    use super::{error, fields};
    use crate::{backend::BonusAsk, domain::Amount};
    let actor = use_context::<crate::domain::Actor>().ok_or_else(error::signed_out)?;
    let named = fields::Fields { id, version, request_id, reason: None }.named();
    let amount = amount.unwrap_or_default().trim().replace(',', ".").parse::<Amount>().ok();
    let amount = amount.filter(|amount| *amount <= BonusAsk::MOST);
    let (Ok((id, version, request_id)), Some(amount)) = (&named, amount) else {
        let rule = ("amount", "must be a decimal from 0 to 100000");
        let bad = named.err().unwrap_or_default();
        return Err(error::wrong_fields(bad.into_iter().chain(amount.is_none().then_some(rule))));
    };
    let ask = BonusAsk { actor, id: *id, version: *version, request_id: request_id.clone(), amount };
    let backend = fields::backend()?;
    let answer = leptos::reactive::computed::ScopedFuture::new(async move { backend.bonus(ask).await });
    answer.await.map_err(error::refused)
}
