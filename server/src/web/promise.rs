//! `GET /api/promise`: when an order that is approved now would be ready, or one that is on the board
//! (`?order=A-104233`). For people who are signed in, and for the shop with its token.

use app::domain::{
    OrderNumber, Timestamp,
    promise::{Answer, LEVELS},
};
use axum::{
    Json,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header::CACHE_CONTROL},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{Web, board, problem, query};

/// Answers from memory.
pub async fn answer(State(web): State<Web>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let asked = query::value(&query.unwrap_or_default(), "order");
    let now = web.clock.now();
    let answer = match &asked {
        None => web.desk.promise(),
        Some(number) => {
            let Ok(number) = number.parse::<OrderNumber>() else {
                return problem::refuse(StatusCode::NOT_FOUND, "no such order");
            };
            match web.backend.order(&number, board::at_least(&headers)).await {
                Ok(Some(page)) => web.desk.promise_of(&page.entry),
                Ok(None) => return problem::refuse(StatusCode::NOT_FOUND, "no such order"),
                Err(away) => return problem::unavailable(away.retry_after),
            }
        }
    };
    let told = Json(told(&answer, asked.as_deref(), now));
    ([(CACHE_CONTROL, HeaderValue::from_static("no-store"))], told).into_response()
}

fn told(answer: &Answer, order: Option<&str>, now: Timestamp) -> Value {
    let ready = answer.ready.map(|days| {
        let day = |(percent, by): (u8, Timestamp)| json!({ "percent": percent, "by": by });
        LEVELS.into_iter().zip(days).map(day).collect::<Vec<_>>()
    });
    let kept = (0..LEVELS.len()).map(|at| {
        let (of, kept) = (answer.kept.passed[at], answer.kept.kept[at]);
        json!({ "percent": LEVELS[at], "of": of, "kept": kept })
    });
    json!({
        "asked_at": now,
        "order": order,
        // Null while the last four weeks say too little, and for an order that is not on the board.
        "ready": ready,
        "stays": answer.stays,
        "kept": kept.collect::<Vec<_>>(),
    })
}
