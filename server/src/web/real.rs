//! What browsers measure of our pages: `POST /api/vitals`, sent as a page is left with what is new since it was left last,
//! and `POST /api/slow`, one press on "this is slow". The guard has seen to the session and to where they come from.

use std::sync::Arc;

use app::{
    domain::{
        Actor, Timestamp,
        slow::{Device, Report, Route, Timings},
    },
    i18n::Lang,
};
use axum::{
    Extension, Json,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Map, Value, json};

use super::{Web, body, language, problem};
use crate::desk::RealError;

/// The longest of what is taken, in bytes.
const LONGEST: usize = 2 * 1024;
const TOO_LONG: &str = "a page's figures have at most 2 KiB";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Measured {
    path: String,
    device: Device,
    #[serde(default)]
    about: String,
    #[serde(default)]
    trace: Option<String>,
    #[serde(deserialize_with = "known")]
    timings: Timings,
}

/// Times that this server knows, and no others: what is kept may have been measured by a newer one, what is taken in may
/// not.
fn known<'de, D: Deserializer<'de>>(from: D) -> Result<Timings, D::Error> {
    let told = Map::deserialize(from)?;
    let known = serde_json::to_value(Timings::default()).map_err(D::Error::custom)?;
    if told.keys().any(|name| known.get(name).is_none()) {
        return Err(D::Error::custom("a time that nobody measures here"));
    }
    serde_json::from_value(Value::Object(told)).map_err(D::Error::custom)
}

impl Measured {
    async fn read(body: Body) -> Result<Self, Response> {
        let bytes = body::read(body, LONGEST, TOO_LONG).await?;
        let read: Option<Self> = serde_json::from_slice(&bytes).ok();
        let trace = |it: &str| it.len() == 32 && it.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        read.filter(|it| {
            it.timings.is_plausible()
                && it.path.starts_with('/')
                && it.path.chars().count() <= 200
                && it.about.chars().count() <= 200
                && ![&it.path, &it.about].iter().any(|text| text.contains('\0'))
                && it.trace.as_deref().is_none_or(trace)
        })
        .ok_or_else(|| problem::refuse(StatusCode::UNPROCESSABLE_ENTITY, "not a page's figures"))
    }
}

/// Counts a page's figures.
pub async fn vitals(State(web): State<Web>, Extension(actor): Extension<Arc<Actor>>, body: Body) -> Response {
    let measured = match Measured::read(body).await {
        Ok(measured) => measured,
        Err(answer) => return answer,
    };
    let route = Route::of(&measured.path);
    match web.desk.note_vitals(&actor, route, measured.device, &measured.timings) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refused(error),
    }
}

/// Keeps a slow page's figures, and says in one line where the time went.
pub async fn slow(
    State(web): State<Web>,
    Extension(actor): Extension<Arc<Actor>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let lang: Lang = language::of(&headers);
    let measured = match Measured::read(body).await {
        Ok(measured) => measured,
        Err(answer) => return answer,
    };
    let Measured { path, device, about, trace, timings } = measured;
    let line = lang.slow_line(timings.verdict());
    let report = Report { at: Timestamp::from_millis(0), path, device, about, trace, timings };
    match web.desk.keep_report(&actor, report).await {
        Ok(()) => Json(json!({ "line": line })).into_response(),
        Err(error) => refused(error),
    }
}

fn refused(error: RealError) -> Response {
    match error {
        RealError::TooMany => problem::refuse(StatusCode::TOO_MANY_REQUESTS, "too many figures"),
        RealError::Unavailable(away) => problem::unavailable(away.retry_after),
    }
}
