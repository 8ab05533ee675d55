//! The last slow traces, in memory: for a workshop that has no collector, and for whoever looks at once.

use std::{
    collections::{HashMap, VecDeque},
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
}

impl Slow {
    /// Nothing is kept yet.
    #[must_use]
    pub fn new(least: Duration) -> Self {
        Self { least, held: Arc::default() }
    }

    /// The traces, the newest first.
    #[must_use]
    pub fn traces(&self) -> Vec<SlowTrace> {
        self.hold().kept.iter().rev().cloned().collect()
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
        let mut spans = self.open.remove(&trace).unwrap_or_default();
        let took = span.end_time.duration_since(span.start_time).unwrap_or_default();
        if took < least {
            return;
        }
        // Another beginning of the same trace may have spans here, too: only what is below this one is told.
        let root = span.span_context.span_id();
        spans.push(span);
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(told(trace, root, took, &spans));
    }
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
