//! Log-in and log-out. The session cookie itself is the web layer's: it is told through [`SESSION_HEADER`].
//!
//! [`SESSION_HEADER`]: crate::visit::SESSION_HEADER

use leptos::{prelude::*, server};
use serde::{Deserialize, Serialize};
use server_fn::codec::{Json, PostUrl};

use super::error::ApiError;
use crate::domain::Actor;

/// Nothing to tell but that it was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {}

/// Opens a session for a name and a password.
///
/// # Errors
/// 401 without saying which of the two was wrong, 422, 429 after too many failures, 503.
#[server(name = Login, prefix = "/api", endpoint = "login", input = PostUrl, output = Json)]
pub async fn login(
    /// The log-in name.
    login: Option<String>,
    /// The password.
    password: Option<String>,
) -> Result<Actor, ApiError> {
    use super::{error, fields};
    let (login, password) = (login.unwrap_or_default(), password.unwrap_or_default());
    let missing = |text: &str, name| text.is_empty().then_some((name, "is missing"));
    let bad: Vec<_> =
        [missing(&login, "login"), missing(&password, "password")].into_iter().flatten().collect();
    if !bad.is_empty() {
        return Err(error::wrong_fields(bad));
    }
    let address = use_context::<crate::visit::ClientAddress>().map(|at| at.0).unwrap_or_default();
    let signed_in =
        fields::backend()?.login(login.trim(), &password, &address).await.map_err(error::login_refused)?;
    tell_web(&format!("{};{}", signed_in.token, signed_in.max_age));
    Ok(signed_in.actor)
}

/// Ends the session everywhere.
///
/// # Errors
/// 503 when the database is away: the session would live on, so it is not said to be over.
#[server(name = Logout, prefix = "/api", endpoint = "logout", input = PostUrl, output = Json)]
pub async fn logout() -> Result<Done, ApiError> {
    use super::{error, fields};
    use crate::domain::Refusal;
    if let Some(token) = use_context::<crate::visit::SessionToken>() {
        let away = |away: crate::backend::Unavailable| Refusal::Unavailable { retry_after: away.retry_after };
        fields::backend()?.logout(&token.0).await.map_err(|e| error::refused(away(e)))?;
    }
    tell_web("");
    Ok(Done {})
}

#[cfg(feature = "ssr")]
fn tell_web(value: &str) {
    use axum::http::{HeaderName, HeaderValue};
    let response = use_context::<leptos_axum::ResponseOptions>();
    if let (Some(response), Ok(value)) = (response, HeaderValue::from_str(value)) {
        response.insert_header(HeaderName::from_static(crate::visit::SESSION_HEADER), value);
    }
}
