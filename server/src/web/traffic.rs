//! Counters of requests. A counter is found by a text of its labels, which costs more than counting, so each thread
//! keeps those that it has found.

use std::{cell::RefCell, collections::HashMap, time::Duration};

use axum::http::{Method, StatusCode};
use metrics::{Counter, Histogram, counter, histogram};

thread_local! {
    static FOUND: RefCell<HashMap<String, Found>> = RefCell::default();
}

/// The counters of one route.
struct Found {
    seconds: Histogram,
    /// By method and status: a handful.
    answers: Vec<(&'static str, StatusCode, Counter)>,
}

/// Counts an answer. `route` is the pattern that the router knows, so that nobody can make up labels.
pub fn count(route: &str, method: &Method, status: StatusCode, took: Duration) {
    FOUND.with_borrow_mut(|found| {
        if !found.contains_key(route) {
            let seconds = histogram!("http_request_seconds", "route" => route.to_owned());
            found.insert(route.to_owned(), Found { seconds, answers: Vec::new() });
        }
        let Some(Found { seconds, answers }) = found.get_mut(route) else { return };
        seconds.record(took.as_secs_f64());
        let method = known(method);
        let answer = answers.iter().find(|(of, with, _)| *of == method && *with == status);
        if let Some((.., counter)) = answer {
            counter.increment(1);
            return;
        }
        let counter = counter!(
            "http_requests_total",
            "route" => route.to_owned(), "method" => method, "status" => status.as_u16().to_string()
        );
        counter.increment(1);
        answers.push((method, status, counter));
    });
}

/// A closed set, for the same reason.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}
