//! The six commands of the board.

use leptos::{prelude::*, server};
use server_fn::codec::{Json, PostUrl};

use super::error::ApiError;
#[cfg(feature = "ssr")]
use super::fields::{Fields, carry_out};
#[cfg(feature = "ssr")]
use crate::domain::Command;
use crate::domain::Receipt;

/// Assigns a free order to me and starts it.
///
/// # Errors
/// 401, 404, 403, 409, 422 or 503, as [`ApiError`] says.
#[server(name = Take, prefix = "/api", endpoint = "take", input = PostUrl, output = Json)]
pub async fn take(
    /// Which order.
    id: Option<String>,
    /// The version that the person saw.
    version: Option<String>,
    /// One press of the button.
    request_id: Option<String>,
) -> Result<Receipt, ApiError> {
    carry_out(Command::Take, Fields { id, version, request_id, reason: None }).await
}

/// The piece is made.
///
/// # Errors
/// 401, 404, 403, 409, 422 or 503, as [`ApiError`] says.
#[server(name = Complete, prefix = "/api", endpoint = "complete", input = PostUrl, output = Json)]
pub async fn complete(
    /// Which order.
    id: Option<String>,
    /// The version that the person saw.
    version: Option<String>,
    /// One press of the button.
    request_id: Option<String>,
) -> Result<Receipt, ApiError> {
    carry_out(Command::Complete, Fields { id, version, request_id, reason: None }).await
}

/// The piece goes to packing.
///
/// # Errors
/// 401, 404, 403, 409, 422 or 503, as [`ApiError`] says.
#[server(name = Pack, prefix = "/api", endpoint = "pack", input = PostUrl, output = Json)]
pub async fn pack(
    /// Which order.
    id: Option<String>,
    /// The version that the person saw.
    version: Option<String>,
    /// One press of the button.
    request_id: Option<String>,
) -> Result<Receipt, ApiError> {
    carry_out(Command::Pack, Fields { id, version, request_id, reason: None }).await
}

/// Hands it to the carrier; it leaves the board.
///
/// # Errors
/// 401, 404, 403, 409, 422 or 503, as [`ApiError`] says.
#[server(name = Ship, prefix = "/api", endpoint = "ship", input = PostUrl, output = Json)]
pub async fn ship(
    /// Which order.
    id: Option<String>,
    /// The version that the person saw.
    version: Option<String>,
    /// One press of the button.
    request_id: Option<String>,
) -> Result<Receipt, ApiError> {
    carry_out(Command::Ship, Fields { id, version, request_id, reason: None }).await
}

/// Gives a taken order back to the pool, with a reason.
///
/// # Errors
/// 401, 404, 403, 409, 422 or 503, as [`ApiError`] says.
#[server(name = Release, prefix = "/api", endpoint = "release", input = PostUrl, output = Json)]
pub async fn release(
    /// Which order.
    id: Option<String>,
    /// The version that the person saw.
    version: Option<String>,
    /// One press of the button.
    request_id: Option<String>,
    /// Why, in 1 to 500 characters.
    reason: Option<String>,
) -> Result<Receipt, ApiError> {
    carry_out(Command::Release, Fields { id, version, request_id, reason }).await
}

/// Sends a made piece back to the bench, with a reason.
///
/// # Errors
/// 401, 404, 403, 409, 422 or 503, as [`ApiError`] says.
#[server(name = Rework, prefix = "/api", endpoint = "rework", input = PostUrl, output = Json)]
pub async fn rework(
    /// Which order.
    id: Option<String>,
    /// The version that the person saw.
    version: Option<String>,
    /// One press of the button.
    request_id: Option<String>,
    /// Why, in 1 to 500 characters.
    reason: Option<String>,
) -> Result<Receipt, ApiError> {
    carry_out(Command::Rework, Fields { id, version, request_id, reason }).await
}
