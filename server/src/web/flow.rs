//! `GET /flow/{table}.csv`: the tables of the page of figures. The guard lets only supervisors here.

use app::i18n::Lang;
use axum::{
    extract::{Path, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};

use super::{Web, csv, language, problem};
use crate::desk::flow::Table;

/// Makes a table.
pub async fn table(State(web): State<Web>, Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(table) = file.strip_suffix(".csv").and_then(Table::named) else {
        return problem::refuse(StatusCode::NOT_FOUND, "no such table");
    };
    let (head, rows) = match web.desk.flow_table(table).await {
        Ok(made) => made,
        Err(away) => return problem::unavailable(away.retry_after),
    };
    // Spreadsheets go by the country's list separator.
    let separator = if language::of(&headers) == Lang::Ru { ';' } else { ',' };
    let name = format!("attachment; filename=\"verstak-{}.csv\"", table.name());
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (CONTENT_DISPOSITION, HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"))),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, csv::file(head, &rows, separator)).into_response()
}
