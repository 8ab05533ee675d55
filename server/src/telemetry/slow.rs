//! The last slow traces, and the last ones that an order's own way is made of, in memory: for a workshop that has no
//! collector, and for whoever looks at once.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use app::visit::{SlowSpan, SlowTrace};
use opentelemetry::{
    Context,
    trace::{SpanId, Status, TraceId},
};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{Span, SpanData, SpanProcessor},
};

/// Slow traces that are kept.
const KEPT: usize = 60;
/// Others that are kept because an order was changed or told of in them: some days of a workshop, a few MB.
const OF_ORDERS: usize = 1_000;
/// Spans of one trace that are kept.
const SPANS: usize = 120;
/// Traces whose beginning has not ended yet: streams and lost ones must not pile up.
const OPEN: usize = 2_000;
/// What is shown of a span besides its name; everything else stays where it is. None of them is personal.
const SHOWN: [&str; 10] = [
    "http.request.method",
    "http.route",
    "http.response.status_code",
    "command",
    "order.id",
    "order.number",
    "from",
    "late_ms",
    "message",
    "request.id",
];

/// Keeps traces that took at least so long on this server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Slow {
    least: Duration,
    held: Arc<Mutex<Held>>,
}

#[derive(Debug, Default)]
struct Held {
    open: HashMap<TraceId, Vec<SpanData>>,
    arrived: VecDeque<TraceId>,
    kept: VecDeque<SlowTrace>,
    of_orders: VecDeque<SlowTrace>,
}

impl Slow {
    /// Nothing is kept yet.
    #[must_use]
    pub fn new(least: Duration) -> Self {
        Self { least, held: Arc::default() }
    }

    /// The slow ones, the newest first.
    #[must_use]
    pub fn traces(&self) -> Vec<SlowTrace> {
        self.hold().kept.iter().rev().cloned().collect()
    }

    /// Whatever is kept of this trace, slow or not, the newest first.
    #[must_use]
    pub fn of(&self, id: &str) -> Vec<SlowTrace> {
        let held = self.hold();
        let mut found: Vec<_> =
            held.kept.iter().chain(&held.of_orders).filter(|trace| trace.id == id).cloned().collect();
        found.sort_by_key(|trace| std::cmp::Reverse(trace.at.millis()));
        found
    }

    fn hold(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn take(&mut self, span: SpanData, least: Duration) {
        let trace = span.span_context.trace_id();
        let begins_here = span.parent_span_id == SpanId::INVALID || span.parent_span_is_remote;
        if !begins_here {
            if !self.open.contains_key(&trace) {
                self.arrived.push_back(trace);
            }
            let spans = self.open.entry(trace).or_default();
            if spans.len() < SPANS {
                spans.push(span);
            }
            while self.arrived.len() > OPEN {
                if let Some(oldest) = self.arrived.pop_front() {
                    self.open.remove(&oldest);
                }
            }
            return;
        }
        let root = span.span_context.span_id();
        let mut spans = self.take_below(trace, root);
        let took = span.end_time.duration_since(span.start_time).unwrap_or_default();
        spans.push(span);
        let (ring, most) = if took >= least {
            (&mut self.kept, KEPT)
        } else if is_of_an_order(&spans) {
            (&mut self.of_orders, OF_ORDERS)
        } else {
            return;
        };
        if ring.len() == most {
            ring.pop_front();
        }
        ring.push_back(told(trace, root, took, &spans));
    }

    /// Takes what is below a beginning out of the open spans of its trace. Another beginning of the same trace, on this
    /// server too, may still go on (a take waits for the board that its own change is shown on): its spans stay.
    fn take_below(&mut self, trace: TraceId, root: SpanId) -> Vec<SpanData> {
        let Some(spans) = self.open.remove(&trace) else { return Vec::new() };
        let (below, others) = divide(root, spans);
        if !others.is_empty() {
            self.open.insert(trace, others);
        } else if let Some(at) = self.arrived.iter().rposition(|it| *it == trace) {
            // An id that stays behind would later count as the oldest, and take a living trace with it.
            self.arrived.remove(at);
        }
        below
    }
}

/// Spans that descend from one, and the others.
fn divide(root: SpanId, spans: Vec<SpanData>) -> (Vec<SpanData>, Vec<SpanData>) {
    let (mut family, mut before) = (HashSet::from([root]), 0);
    // Children mostly end before their parents, so that once from the end finds all; work that outlives its parent
    // takes another round.
    while family.len() > before {
        before = family.len();
        for span in spans.iter().rev() {
            if family.contains(&span.parent_span_id) {
                family.insert(span.span_context.span_id());
            }
        }
    }
    spans.into_iter().partition(|span| family.contains(&span.span_context.span_id()))
}

/// Whether an order was changed or told of there, and not only looked at: the passport leads to such a trace.
fn is_of_an_order(spans: &[SpanData]) -> bool {
    let says = |key: &str, value: Option<&str>| {
        let mut all = spans.iter().flat_map(|span| &span.attributes);
        all.any(|it| it.key.as_str() == key && value.is_none_or(|value| it.value.as_str() == value))
    };
    says("order.id", None) && !says("http.request.method", Some("GET"))
}

fn told(trace: TraceId, root: SpanId, took: Duration, spans: &[SpanData]) -> SlowTrace {
    let begin = spans.last().map_or(SystemTime::UNIX_EPOCH, |span| span.start_time);
    let mut lines = Vec::with_capacity(spans.len());
    below(root, 0, begin, spans, &mut lines);
    let since = begin.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    SlowTrace {
        id: trace.to_string(),
        at: app::domain::Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or_default()),
        ms: took.as_secs_f64() * 1000.0,
        spans: lines,
    }
}

/// A span and what is below it, each after its parent and in the order of their beginnings.
fn below(span: SpanId, depth: usize, begin: SystemTime, spans: &[SpanData], lines: &mut Vec<SlowSpan>) {
    let Some(found) = spans.iter().find(|it| it.span_context.span_id() == span) else { return };
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let shown = found.attributes.iter().filter(|it| SHOWN.contains(&it.key.as_str()));
    lines.push(SlowSpan {
        name: found.name.to_string(),
        depth,
        from_ms: ms(found.start_time.duration_since(begin).unwrap_or_default()),
        ms: ms(found.end_time.duration_since(found.start_time).unwrap_or_default()),
        facts: shown.map(|it| (it.key.to_string(), it.value.to_string())).collect(),
        failed: matches!(found.status, Status::Error { .. }),
    });
    let mut children: Vec<&SpanData> = spans.iter().filter(|it| it.parent_span_id == span).collect();
    children.sort_by_key(|it| it.start_time);
    for child in children {
        below(child.span_context.span_id(), depth + 1, begin, spans, lines);
    }
}

impl SpanProcessor for Slow {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.hold().take(span, self.least);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{
        Span as _, SpanContext, TraceContextExt as _, Tracer as _, TracerProvider as _,
    };
    use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};

    use super::*;

    fn tracer(slow: &Slow) -> SdkTracer {
        SdkTracerProvider::builder().with_span_processor(slow.clone()).build().tracer("test")
    }

    /// Inside of a span of this server.
    fn inside(span: &impl opentelemetry::trace::Span) -> Context {
        Context::new().with_remote_span_context(span.span_context().clone())
    }

    /// Inside of a span that some server has told of, perhaps this one.
    fn from_elsewhere(span: &impl opentelemetry::trace::Span) -> Context {
        let it = span.span_context();
        let state = it.trace_state().clone();
        let remote = SpanContext::new(it.trace_id(), it.span_id(), it.trace_flags(), true, state);
        Context::new().with_remote_span_context(remote)
    }

    fn names(trace: &SlowTrace) -> Vec<&str> {
        trace.spans.iter().map(|span| span.name.as_str()).collect()
    }

    #[test]
    fn a_beginning_that_ends_takes_only_what_is_below_it() {
        let slow = Slow::new(Duration::ZERO);
        let tracer = tracer(&slow);
        let mut take = tracer.start_with_context("take", &Context::new());
        let mut show = tracer.start_with_context("show", &from_elsewhere(&take));
        let mut statement = tracer.start_with_context("statement", &inside(&take));
        let mut commit = tracer.start_with_context("commit", &inside(&statement));
        tracer.start_with_context("apply", &inside(&show)).end();
        commit.end();
        statement.end();
        show.end();
        take.end();
        let traces = slow.traces();
        assert_eq!(
            traces.iter().map(names).collect::<Vec<_>>(),
            [["take", "statement", "commit"].as_slice(), ["show", "apply"].as_slice()]
        );
        assert!(slow.hold().open.is_empty() && slow.hold().arrived.is_empty(), "nothing is left behind");
    }

    #[test]
    fn traces_that_have_ended_do_not_push_out_one_that_goes_on() {
        let slow = Slow::new(Duration::ZERO);
        let tracer = tracer(&slow);
        let mut long = tracer.start_with_context("long", &Context::new());
        // Two beginnings, one after the other: the first one's id must not stay when it has ended.
        let mut first = tracer.start_with_context("first", &from_elsewhere(&long));
        tracer.start_with_context("its own", &inside(&first)).end();
        first.end();
        let going_on = || {
            let other = tracer.start_with_context("other", &Context::new());
            tracer.start_with_context("part", &inside(&other)).end();
            other
        };
        let mut others: Vec<_> = (1..OPEN).map(|_| going_on()).collect();
        tracer.start_with_context("statement", &inside(&long)).end();
        others.push(going_on());
        long.end();
        assert_eq!(names(&slow.traces()[0]), ["long", "statement"]);
    }

    #[test]
    fn what_was_quick_is_kept_too_where_an_order_was_changed_in_it_and_not_only_looked_at() {
        use opentelemetry::KeyValue;
        let slow = Slow::new(Duration::from_secs(60));
        let tracer = tracer(&slow);
        let all = [("POST", true), ("GET", true), ("POST", false)].map(|(method, names_an_order)| {
            let mut request = tracer.start_with_context("request", &Context::new());
            request.set_attribute(KeyValue::new("http.request.method", method));
            if names_an_order {
                request.set_attribute(KeyValue::new("order.id", "018f"));
            }
            let mut statement = tracer.start_with_context("statement", &inside(&request));
            statement.end();
            let id = request.span_context().trace_id().to_string();
            request.end();
            id
        });
        assert!(slow.traces().is_empty(), "none of them was slow");
        let kept = all.map(|id| slow.of(&id).iter().map(|it| names(it).len()).collect::<Vec<_>>());
        assert_eq!(kept, [vec![2], vec![], vec![]]);
    }
}
