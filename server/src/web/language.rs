//! Which language a page speaks, and the link that changes it.

use app::i18n::Lang;
use axum::{
    extract::{Path, RawQuery, State},
    http::{
        HeaderMap, StatusCode,
        header::{ACCEPT_LANGUAGE, SET_COOKIE},
    },
    response::Response,
};

use super::{Web, cookies, guard, local, problem, query};

/// A year, in seconds.
const YEAR: u64 = 365 * 24 * 3600;

/// From the cookie `lang`, else from `Accept-Language`, else Russian.
#[must_use]
pub fn of(headers: &HeaderMap) -> Lang {
    cookies::read(headers, "lang").and_then(Lang::named).unwrap_or_else(|| {
        headers
            .get(ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .map(Lang::accepted)
            .unwrap_or_default()
    })
}

/// `GET /lang/{code}?back=/path`: remembers the language and leads back. It changes nothing but this browser's
/// cookie, so a plain link may do it.
pub async fn choose(State(web): State<Web>, Path(code): Path<String>, RawQuery(query): RawQuery) -> Response {
    let Some(lang) = Lang::named(&code) else {
        return problem::refuse(StatusCode::NOT_FOUND, "no such language");
    };
    let back = query::value(&query.unwrap_or_default(), "back");
    let mut response = guard::see_other(back.as_deref().and_then(local::path).unwrap_or("/"));
    if let Some(cookie) = cookies::write("lang", lang.code(), YEAR, web.settings.https) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
