//! Exemplars: for each route and bucket of `http_request_seconds`, the last request there whose trace was recorded. They
//! lead from a point of a dashboard to a trace, and travel in the form that knows them, OpenMetrics 1.0.
//! <https://prometheus.io/docs/specs/om/open_metrics_spec/>

use std::{
    collections::HashMap,
    fmt::Write as _,
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};

use super::meter::BUCKETS;

/// What asks for this form says so in `Accept`.
pub const OPEN_METRICS: &str = "application/openmetrics-text";

const METRIC: &str = "http_request_seconds_bucket";

/// Those of this process.
static KEPT: LazyLock<Exemplars> = LazyLock::new(Exemplars::default);

/// A request that was traced.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Traced {
    trace: u128,
    /// Seconds.
    took: f64,
}

/// By route the last one of each bucket; as many routes as the router knows.
#[derive(Debug, Default)]
struct Exemplars(Mutex<HashMap<String, [Option<Traced>; BUCKETS.len() + 1]>>);

/// Remembers a request whose trace is recorded. `route` is a pattern of the router.
pub fn note(route: &str, took: Duration, trace: u128) {
    KEPT.note(route, Traced { trace, took: took.as_secs_f64() });
}

/// Prometheus' text as OpenMetrics, with the exemplars.
#[must_use]
pub fn open_metrics(text: &str) -> String {
    KEPT.written(text)
}

/// Which bucket counts a measure.
fn bucket(took: f64) -> usize {
    BUCKETS.iter().position(|bound| took <= *bound).unwrap_or(BUCKETS.len())
}

impl Exemplars {
    fn note(&self, route: &str, traced: Traced) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !kept.contains_key(route) {
            kept.insert(route.to_owned(), [None; BUCKETS.len() + 1]);
        }
        if let Some(of_route) = kept.get_mut(route) {
            of_route[bucket(traced.took)] = Some(traced);
        }
    }

    fn written(&self, text: &str) -> String {
        let mut written = String::with_capacity(text.len() + text.len() / 8);
        for line in text.lines().filter(|line| !line.is_empty()) {
            match line.strip_prefix("# ").and_then(|told| family(told)) {
                Some((keyword, name, rest)) => {
                    let _ = writeln!(written, "# {keyword} {name} {rest}");
                }
                None => {
                    written.push_str(line);
                    if let Some(Traced { trace, took }) = self.of(line) {
                        let _ = write!(written, " # {{trace_id=\"{trace:032x}\"}} {took}");
                    }
                    written.push('\n');
                }
            }
        }
        written.push_str("# EOF\n");
        written
    }

    /// The exemplar of a bucket's line.
    fn of(&self, line: &str) -> Option<Traced> {
        let labels = line.strip_prefix(METRIC)?.strip_prefix("{route=\"")?;
        let (route, rest) = labels.split_once("\",le=\"")?;
        let (bound, _) = rest.split_once("\"}")?;
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(route)?[bucket(bound.parse().ok()?)]
    }
}

/// A line about a family of metrics: in OpenMetrics a counter's family has no `_total`, only what is counted has.
fn family(told: &str) -> Option<(&str, &str, &str)> {
    let (keyword, told) = told.split_once(' ')?;
    let (name, rest) = told.split_once(' ')?;
    Some((keyword, name.strip_suffix("_total").unwrap_or(name), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# HELP http_requests_total Requests by route\n# TYPE http_requests_total counter\n\
        http_requests_total{route=\"/\"} 3\n\n# TYPE http_request_seconds histogram\n\
        http_request_seconds_bucket{route=\"/\",le=\"0.005\"} 1\n\
        http_request_seconds_bucket{route=\"/\",le=\"10\"} 2\n\
        http_request_seconds_bucket{route=\"/\",le=\"+Inf\"} 3\n\
        http_request_seconds_sum{route=\"/\"} 15\nhttp_request_seconds_count{route=\"/\"} 3\n\n";

    fn traced(trace: u128, took: f64) -> Traced {
        Traced { trace, took }
    }

    #[test]
    fn each_bucket_leads_to_the_last_traced_request_in_it_and_to_no_other() {
        let kept = Exemplars::default();
        for (trace, took) in [(1, 0.004), (2, 0.003), (3, 12.0)] {
            kept.note("/", traced(trace, took));
        }
        kept.note("/order", traced(4, 9.0));
        let written = kept.written(TEXT);
        let of =
            |bound: &str| written.lines().find(|line| line.contains(&format!("le=\"{bound}\""))).unwrap();
        assert!(
            of("0.005").ends_with("} 1 # {trace_id=\"00000000000000000000000000000002\"} 0.003"),
            "{written}"
        );
        assert!(of("10").ends_with("} 2"), "{written}");
        assert!(
            of("+Inf").ends_with("} 3 # {trace_id=\"00000000000000000000000000000003\"} 12"),
            "{written}"
        );
    }

    #[test]
    fn a_counter_s_family_loses_its_ending_and_the_text_ends_as_the_form_demands() {
        let written = Exemplars::default().written(TEXT);
        assert!(written.starts_with(
            "# HELP http_requests Requests by route\n# TYPE http_requests counter\nhttp_requests_total{route=\"/\"} 3\n# TYPE"
        ));
        assert!(written.ends_with("http_request_seconds_count{route=\"/\"} 3\n# EOF\n"));
        assert!(!written.contains("\n\n"));
    }

    #[test]
    fn a_measure_on_a_bound_is_in_that_bucket() {
        assert_eq!((bucket(0.0005), bucket(0.00051), bucket(f64::INFINITY)), (0, 1, BUCKETS.len()));
    }
}
