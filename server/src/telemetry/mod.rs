//! What the server tells about itself: logs on standard output, traces over OTLP, counters for Prometheus.

pub mod exemplars;
pub mod meter;
pub mod slow;
pub mod spent;
pub mod traces;

use std::{io::IsTerminal, sync::OnceLock, time::Duration};

use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{config, trace};
use slow::Slow;

/// The slow traces of this process.
static KEPT: OnceLock<Slow> = OnceLock::new();

/// The last slow traces of this process, or whatever it keeps of one; none before [`Telemetry::install`].
#[must_use]
pub fn slow_traces(asked: Option<&str>) -> Vec<app::visit::SlowTrace> {
    let of = |kept: &Slow| asked.map_or_else(|| kept.traces(), |id| kept.of(id));
    KEPT.get().map(of).unwrap_or_default()
}

/// Whether this process can record traces at all, at whatever share.
#[must_use]
pub fn can_record() -> bool {
    KEPT.get().is_some()
}

/// Keeps the exporter; dropping it at the end of `main` sends what is still waiting.
#[derive(Debug)]
pub struct Telemetry {
    provider: Option<opentelemetry_sdk::trace::SdkTracerProvider>,
}

/// Telemetry that cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter does not parse.
    #[error("RUST_LOG is not a list of levels like `info,server::board=debug`")]
    ReadFilter(#[source] tracing_subscriber::filter::ParseError),
    /// The exporter's address does not.
    #[error("OTEL_EXPORTER_OTLP_ENDPOINT cannot be used")]
    BuildExporter(#[source] opentelemetry_otlp::ExporterBuildError),
    /// The collector does not take spans.
    #[error("the collector of traces does not take them")]
    Export(#[source] opentelemetry_sdk::error::OTelSdkError),
    /// Something else in this process logs already.
    #[error("logging was set up twice")]
    Install(#[source] tracing_subscriber::util::TryInitError),
}

impl Telemetry {
    /// Starts logging and tracing; traces go to a collector when there is one, and with a share of 0 nothing is traced.
    /// Call inside the runtime. `silence` holds directives that hold whatever `RUST_LOG` says.
    ///
    /// # Errors
    /// When a variable does not parse.
    pub fn install(config: &config::Telemetry, silence: &[&str]) -> Result<Self, TelemetryError> {
        let filter = || {
            let filter = EnvFilter::try_new(&config.log).map_err(TelemetryError::ReadFilter)?;
            silence.iter().try_fold(filter, |filter, only| {
                Ok(filter.add_directive(only.parse().map_err(TelemetryError::ReadFilter)?))
            })
        };
        let lines = tracing_subscriber::fmt::layer();
        let lines = if std::io::stdout().is_terminal() {
            lines.compact().boxed()
        } else {
            lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed()
        };
        trace::record(config.trace_share.0);
        let provider = if config.trace_share.0 > 0.0 {
            let least = Duration::from_millis(config.slow_trace_ms);
            let kept = KEPT.get_or_init(|| Slow::new(least)).clone();
            Some(traces::provider(config.otlp_endpoint.as_ref(), kept)?)
        } else {
            None
        };
        tracing_subscriber::registry()
            .with(lines.with_filter(filter()?))
            .with(provider.as_ref().map(|it| traces::layer(it).with_filter(traces::Recorded)))
            .with(spent::layer())
            .try_init()
            .map_err(TelemetryError::Install)?;
        Ok(Self { provider })
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.provider.as_ref().map(|it| it.shutdown()) {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}
