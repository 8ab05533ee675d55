//! What the server tells about itself: logs on standard output, traces over OTLP, counters for Prometheus.

pub mod meter;
pub mod traces;

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config;

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
    /// Something else in this process logs already.
    #[error("logging was set up twice")]
    Install(#[source] tracing_subscriber::util::TryInitError),
}

impl Telemetry {
    /// Starts logging, and tracing when it has somewhere to go. Call inside the runtime. `silence` holds directives
    /// that hold whatever `RUST_LOG` says.
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
        let provider = config.otlp_endpoint.as_ref().map(traces::provider).transpose()?;
        let spans =
            provider.as_ref().map(traces::layer).map(|layer| filter().map(|only| layer.with_filter(only)));
        tracing_subscriber::registry()
            .with(lines.with_filter(filter()?))
            .with(spans.transpose()?)
            .try_init()
            .map_err(TelemetryError::Install)?;
        Ok(Self { provider })
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.provider.take().map(|provider| provider.shutdown()) {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}
