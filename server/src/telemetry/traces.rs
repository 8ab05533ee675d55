//! Traces: to a collector when there is one, and joined to the caller's trace by `traceparent`.

use std::time::Duration;

use axum::http::HeaderMap;
use opentelemetry::{propagation::Extractor, trace::TracerProvider};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tracing::Subscriber;
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt};
use tracing_subscriber::registry::LookupSpan;

use super::TelemetryError;
use crate::config::Address;

/// A collector that is away costs no more than this at the end of the program.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) fn provider(endpoint: &Address) -> Result<SdkTracerProvider, TelemetryError> {
    let exporter = SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint.reveal())
        .with_timeout(PATIENCE)
        .build()
        .map_err(TelemetryError::BuildExporter)?;
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let resource = Resource::builder().with_service_name("verstak").build();
    Ok(SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build())
}

pub(super) fn layer<S>(
    provider: &SdkTracerProvider,
) -> OpenTelemetryLayer<S, opentelemetry_sdk::trace::SdkTracer>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    tracing_opentelemetry::layer().with_tracer(provider.tracer("verstak"))
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }
    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(axum::http::HeaderName::as_str).collect()
    }
}

/// Makes the span a part of the trace that the request's `traceparent` names. Without a collector, or with a
/// malformed header, nothing happens.
pub fn join(span: &tracing::Span, headers: &HeaderMap) {
    if headers.contains_key("traceparent") {
        let parent = opentelemetry::global::get_text_map_propagator(|it| it.extract(&Headers(headers)));
        // The only failure is a span that nobody records.
        let _unrecorded = span.set_parent(parent);
    }
}
