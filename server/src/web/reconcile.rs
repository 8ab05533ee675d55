//! `POST /intake/reconcile`: the source's list of approved orders against ours. The token was checked by the guard.
//! `?apply=true` also takes in what can be put right.

use std::time::{Duration, Instant};

use axum::{
    Json,
    body::Body,
    extract::{RawQuery, State},
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{Web, body, problem, query};
use crate::desk::reconcile::{Apply, LINES, read_list};

/// A list's longest form, in bytes: about 30,000 orders.
const LONGEST: usize = 32 * 1024 * 1024;
/// By then the answer is on its way: earlier than a whole request is given up (router.rs), so that it can still say what
/// was done and what was not.
const PATIENCE: Duration = Duration::from_secs(12);
/// What the sender of a longer one is told.
const TOO_LONG: &str = "a list has at most 32 MiB over HTTP; `verstak reconcile` takes longer ones";

/// Compares, and says what differs. 422 names every bad line; nothing is done then.
pub async fn compare(State(web): State<Web>, RawQuery(asked): RawQuery, body: Body) -> Response {
    let begun = Instant::now();
    let apply = match query::value(&asked.unwrap_or_default(), "apply").as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return problem::refuse(StatusCode::UNPROCESSABLE_ENTITY, "apply must be true or false"),
    };
    let body = match body::read(body, LONGEST, TOO_LONG).await {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    let now = web.clock.now();
    // Tens of megabytes of JSON: not on a thread that others wait for.
    let read = tokio::task::spawn_blocking(move || read_list(&body, now)).await;
    let list = match read {
        Ok(Ok(list)) => list,
        Ok(Err((count, lines))) => {
            let body = json!({
                "title": "lines of the list break their rules: nothing was compared",
                "status": 422,
                "bad_lines": count,
                "errors": lines,
                "limit": LINES,
            });
            return problem::with_body(StatusCode::UNPROCESSABLE_ENTITY, &body);
        }
        Err(_) => return problem::refuse(StatusCode::INTERNAL_SERVER_ERROR, "internal error"),
    };
    let apply = if apply { Apply::Within(PATIENCE.saturating_sub(begun.elapsed())) } else { Apply::No };
    match web.desk.reconcile(&list, apply).await {
        Err(away) => problem::unavailable(away.retry_after),
        Ok(report) if report.left > 0 => {
            let mut response = (StatusCode::SERVICE_UNAVAILABLE, Json(report)).into_response();
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            response
        }
        Ok(report) => Json(report).into_response(),
    }
}
