//! `POST /intake/orders`: order messages over HTTP. The token was checked by the guard.

use axum::{
    body::Body,
    extract::State,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Settings, Web, body, problem};
use crate::desk::{IntakeError, Outcome};

/// A message's longest form, in bytes.
const LONGEST: usize = 64 * 1024;
/// What the sender of a longer one is told.
const TOO_LONG: &str = "a message has at most 64 KiB";

/// Whether the request brings the token; the time this takes does not depend on where they differ.
#[must_use]
pub fn is_trusted(settings: &Settings, headers: &HeaderMap) -> bool {
    let Some(expected) = settings.intake_token.as_ref().filter(|token| !token.reveal().is_empty()) else {
        return false;
    };
    let brought = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some((scheme, token)) = brought.split_once(' ') else { return false };
    // Hashes of equal length are compared, so that not even the token's length shows.
    let (ours, theirs) = (Sha256::digest(expected.reveal()), Sha256::digest(token.trim()));
    let differ = ours.iter().zip(theirs.iter()).fold(0, |differ, (a, b)| differ | (a ^ b));
    scheme.eq_ignore_ascii_case("bearer") && differ == 0
}

/// Takes a message in and says what became of it.
pub async fn take_in(State(web): State<Web>, body: Body) -> Response {
    let body = match body::read(body, LONGEST, TOO_LONG).await {
        Ok(body) => body,
        Err(answer) => {
            web.desk.refused_unread();
            return answer;
        }
    };
    match web.desk.intake(&body).await {
        Ok(outcome) => {
            let status = if outcome == Outcome::Accepted { StatusCode::CREATED } else { StatusCode::OK };
            let json = HeaderValue::from_static("application/json");
            let body = json!({ "outcome": outcome.name() }).to_string();
            (status, [(CONTENT_TYPE, json)], body).into_response()
        }
        Err(IntakeError::TooLarge) => problem::refuse(StatusCode::PAYLOAD_TOO_LARGE, TOO_LONG),
        Err(IntakeError::Malformed(fields)) => {
            let errors: Vec<_> =
                fields.iter().map(|bad| json!({ "field": bad.field, "rule": bad.rule })).collect();
            let body = json!({
                "title": "the message breaks its rules",
                "status": 422,
                "errors": errors,
            });
            problem::with_body(StatusCode::UNPROCESSABLE_ENTITY, &body)
        }
        Err(IntakeError::Unavailable(away)) => problem::unavailable(away.retry_after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusted(token: Option<&str>, header: Option<&str>) -> bool {
        let settings = Settings { intake_token: token.map(|t| t.parse().unwrap()), ..Settings::default() };
        let headers =
            header.map(|it| (AUTHORIZATION, HeaderValue::from_str(it).unwrap())).into_iter().collect();
        is_trusted(&settings, &headers)
    }

    #[test]
    fn only_the_token_itself_is_trusted() {
        assert!(trusted(Some("geheim"), Some("Bearer geheim")));
        assert!(trusted(Some("geheim"), Some("bearer geheim")));
        for wrong in
            [None, Some(""), Some("Bearer "), Some("Bearer geheim2"), Some("geheim"), Some("Basic geheim")]
        {
            assert!(!trusted(Some("geheim"), wrong), "{wrong:?}");
        }
    }

    #[test]
    fn without_a_configured_token_nobody_is_trusted() {
        assert!(!trusted(None, Some("Bearer ")));
        assert!(!trusted(Some(""), Some("Bearer ")));
    }
}
