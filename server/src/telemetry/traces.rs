//! Traces: kept for the page of slow ones, and sent to a collector when there is one.

use std::time::Duration;

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracerProvider, SpanExporter as _},
};
use tracing::{Level, Metadata, Subscriber, level_filters::LevelFilter, subscriber::Interest};
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::{
    layer::{Context, Filter},
    registry::LookupSpan,
};

use super::{TelemetryError, slow::Slow};
use crate::{config::Address, trace};

/// A collector that is away costs no more than this at the end of the program.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) fn provider(endpoint: Option<&Address>, slow: Slow) -> Result<SdkTracerProvider, TelemetryError> {
    let resource = Resource::builder().with_service_name("verstak").build();
    // What is recorded was decided where the trace began (`Recorded`); a parent from elsewhere does not decide.
    let provider = SdkTracerProvider::builder()
        .with_resource(resource)
        .with_sampler(Sampler::AlwaysOn)
        .with_span_processor(slow);
    let Some(endpoint) = endpoint else { return Ok(provider.build()) };
    Ok(provider.with_batch_exporter(exporter(endpoint)?).build())
}

fn exporter(endpoint: &Address) -> Result<SpanExporter, TelemetryError> {
    SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint.reveal())
        .with_timeout(PATIENCE)
        .build()
        .map_err(TelemetryError::BuildExporter)
}

/// Sends a collector no span at all, and says whether it took that. Call inside the runtime.
///
/// # Errors
/// When its address cannot be used, or when it does not answer as a collector does.
pub async fn probe(endpoint: &Address) -> Result<(), TelemetryError> {
    exporter(endpoint)?.export(Vec::new()).await.map_err(TelemetryError::Export)
}

pub(super) fn layer<S>(
    provider: &SdkTracerProvider,
) -> OpenTelemetryLayer<S, opentelemetry_sdk::trace::SdkTracer>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("verstak"))
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
}

/// Lets through what begins a trace that is to be recorded, and what happens inside of one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recorded;

impl<S> Filter<S> for Recorded
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn enabled(&self, meta: &Metadata<'_>, context: &Context<'_, S>) -> bool {
        // Asked for every span where others listen too, whatever the place itself was found to be.
        is_ours(meta) && (is_root(meta) || context.lookup_current().is_some())
    }

    fn callsite_enabled(&self, meta: &'static Metadata<'static>) -> Interest {
        // Never "always": whoever is not asked goes by what was answered last on the thread, and that may have been a question
        // about a level that nobody hears.
        if is_ours(meta) && trace::is_on() { Interest::sometimes() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        // See `spent`: a question about less than this would cost the next trace its beginning.
        Some(LevelFilter::INFO)
    }
}

fn is_ours(meta: &Metadata<'_>) -> bool {
    *meta.level() <= Level::INFO
        && matches!(meta.target().split("::").next(), Some("server" | "app" | "verstak"))
}

fn is_root(meta: &Metadata<'_>) -> bool {
    // `trace::begin!` puts it first.
    meta.fields().iter().next().is_some_and(|field| field.name() == "trace.root")
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use tracing_subscriber::{Layer as _, layer::SubscriberExt as _};

    use super::*;

    #[test]
    fn nobody_asks_about_less_than_anybody_hears() {
        let provider = provider(None, Slow::new(Duration::ZERO)).unwrap();
        let lines = tracing_subscriber::fmt::layer().with_filter(LevelFilter::INFO);
        let all = tracing_subscriber::registry()
            .with(lines)
            .with(layer(&provider).with_filter(Recorded))
            .with(crate::telemetry::spent::layer());
        assert_eq!(all.max_level_hint(), Some(LevelFilter::INFO));
    }

    /// Tests that need the share as they set it, one at a time: it is of the process.
    static ALONE: Mutex<()> = Mutex::new(());

    fn alone() -> MutexGuard<'static, ()> {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        trace::record(1.0);
        alone
    }

    #[test]
    fn only_what_begins_a_recorded_trace_and_what_is_inside_of_it_is_recorded() {
        let _alone = alone();
        let slow = Slow::new(Duration::ZERO);
        let provider = provider(None, slow.clone()).unwrap();
        let layer = layer(&provider).with_filter(Recorded);
        let lines = tracing_subscriber::fmt::layer().with_writer(std::io::sink);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(lines).with(layer), || {
            for wanted in [true, false] {
                let root = trace::begin!(wanted, "request", http.route = "/x");
                root.in_scope(|| {
                    let inner = tracing::info_span!("read", operator = 7);
                    assert_eq!(inner.in_scope(trace::current).is_some(), wanted);
                    tracing::info_span!("quiet").in_scope(|| tracing::info!("heard"));
                    tracing::debug_span!("too small").in_scope(|| {});
                });
            }
            tracing::info_span!("alone").in_scope(|| assert_eq!(trace::current(), None));
        });
        let kept = slow.traces();
        assert_eq!(kept.len(), 1);
        let names: Vec<_> = kept[0].spans.iter().map(|span| (span.name.as_str(), span.depth)).collect();
        assert_eq!(names, [("request", 0), ("read", 1), ("quiet", 1)]);
    }

    #[test]
    fn recording_is_switched_off_and_on_while_the_server_runs() {
        let _alone = alone();
        let provider = provider(None, Slow::new(Duration::ZERO)).unwrap();
        let all = tracing_subscriber::registry().with(layer(&provider).with_filter(Recorded));
        tracing::subscriber::with_default(all, || {
            for share in [1.0, 0.0, 1.0] {
                trace::record(share);
                let recorded = trace::begin!(true, "request", n = 1).in_scope(trace::current).is_some();
                assert_eq!(recorded, share > 0.0);
            }
        });
    }

    #[test]
    fn a_question_about_a_level_that_nobody_hears_costs_no_trace_whatever_is_logged() {
        let _alone = alone();
        let provider = provider(None, Slow::new(Duration::ZERO)).unwrap();
        let lines = tracing_subscriber::fmt::layer().with_writer(std::io::sink);
        let all = tracing_subscriber::registry()
            .with(lines.with_filter(tracing_subscriber::EnvFilter::new("info,server::board=debug")))
            .with(layer(&provider).with_filter(Recorded))
            .with(crate::telemetry::spent::layer());
        // As libraries that log in another way ask, without a place of their own that would remember the answer.
        let ask = || {
            let unheard = tracing::debug_span!(target: "somebody_else", "unheard");
            tracing::dispatcher::get_default(|all| all.enabled(unheard.metadata().unwrap()));
        };
        tracing::subscriber::with_default(all, || {
            for _ in 0..3 {
                ask();
                let request = trace::begin!(true, "request", n = 1);
                assert!(trace::of(&request).is_some());
                assert!(crate::telemetry::spent::of(&request).is_some());
                ask();
                let read = trace::begin!(false, "request", n = 1);
                assert!(crate::telemetry::spent::of(&read).is_some());
            }
        });
    }
}
