//! Spans that end on a test's own thread, where everything of it runs, as a collector would get them.

use std::{
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use opentelemetry::{Context, trace::TracerProvider as _};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{SdkTracerProvider, Span, SpanData, SpanProcessor},
};
use tracing::{
    Dispatch,
    subscriber::{DefaultGuard, NoSubscriber},
};
use tracing_subscriber::{filter::LevelFilter, layer::SubscriberExt as _};

/// A second listener, who hears nothing. Of the only one in a process it is taken for granted that every thread has it:
/// whatever another test's thread, which has none, comes by first would be silent from then on for all of them.
static DEAF: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));

/// Those that have ended.
#[derive(Debug, Clone, Default)]
pub struct Spans(Arc<Mutex<Vec<SpanData>>>);

impl SpanProcessor for Spans {
    fn on_start(&self, _: &mut Span, _: &Context) {}
    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap().push(span);
    }
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// Hears every span of this thread until the guard is dropped.
pub fn listen() -> (Spans, DefaultGuard) {
    LazyLock::force(&DEAF);
    let spans = Spans::default();
    let provider = SdkTracerProvider::builder().with_span_processor(spans.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    let all = tracing_subscriber::registry().with(layer).with(LevelFilter::INFO);
    (spans, tracing::subscriber::set_default(all))
}

impl Spans {
    /// All of them.
    pub fn all(&self) -> Vec<SpanData> {
        self.0.lock().unwrap().clone()
    }

    /// Those of requests to this route.
    pub fn requests(&self, route: &str) -> Vec<SpanData> {
        let of = |span: &SpanData| fact(span, "http.route").as_deref() == Some(route);
        self.all().into_iter().filter(of).collect()
    }

    /// A span and what it is inside of, from the inside out, as far as its trace was heard.
    pub fn way(&self, from: &SpanData) -> Vec<SpanData> {
        let (all, trace) = (self.all(), from.span_context.trace_id());
        let mut way = vec![from.clone()];
        while let Some(above) = all.iter().find(|span| {
            span.span_context.trace_id() == trace
                && way.last().is_some_and(|it| it.parent_span_id == span.span_context.span_id())
        }) {
            way.push(above.clone());
        }
        way
    }
}

/// What a span says of itself.
pub fn fact(span: &SpanData, name: &str) -> Option<String> {
    span.attributes.iter().find(|it| it.key.as_str() == name).map(|it| it.value.to_string())
}
