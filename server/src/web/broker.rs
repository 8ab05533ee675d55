//! `GET /api/broker`: whether messages come, for the banner on supervisors' pages. From memory.

use app::backend::Backend as _;
use axum::{Json, extract::State, http::HeaderMap};
use serde_json::{Value, json};

use super::{Web, language};

/// `{"words":null}`, or what is wrong in the language of whoever asks.
pub async fn read(State(web): State<Web>, headers: HeaderMap) -> Json<Value> {
    let words = web.desk.broker_away().map(|away| language::of(&headers).broker_away(&away, web.clock.now()));
    Json(json!({ "words": words }))
}
