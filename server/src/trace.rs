//! The trace that the work at hand belongs to. Knows nothing of anybody: whoever works for a message, an order or a
//! request says so to their span.

use app::domain::TraceParent;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The place of the current span; `None` when nothing is traced.
#[must_use]
pub fn current() -> Option<TraceParent> {
    of(&tracing::Span::current())
}

/// The place of a span; `None` when nothing is traced.
#[must_use]
pub fn of(span: &tracing::Span) -> Option<TraceParent> {
    let context = span.context();
    let span = context.span().span_context().clone();
    span.is_valid().then(|| TraceParent {
        trace: u128::from_be_bytes(span.trace_id().to_bytes()),
        span: u64::from_be_bytes(span.span_id().to_bytes()),
        flags: span.trace_flags().to_u8(),
    })
}

/// Makes a span that was not entered yet a part of that trace.
pub fn follow(span: &tracing::Span, parent: Option<TraceParent>) {
    if let Some(parent) = parent {
        // Fails only where nothing is traced.
        let _ = span.set_parent(opentelemetry::Context::new().with_remote_span_context(context(parent)));
    }
}

/// The same, unless the work at hand belongs to that trace already; then it stays where it is. What it was part of is
/// linked to it.
pub fn follow_unless_within(span: &tracing::Span, parent: Option<TraceParent>) {
    let here = current();
    if let Some(parent) = parent.filter(|parent| here.is_none_or(|here| !here.is_of(*parent))) {
        follow(span, Some(parent));
        if let Some(here) = here {
            span.add_link(context(here));
        }
    }
}

fn context(parent: TraceParent) -> SpanContext {
    let (trace, span) =
        (TraceId::from_bytes(parent.trace.to_be_bytes()), SpanId::from_bytes(parent.span.to_be_bytes()));
    SpanContext::new(trace, span, TraceFlags::new(parent.flags), true, TraceState::NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> TraceParent {
        TraceParent {
            trace: 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736,
            span: 0x00f0_67aa_0ba9_02b7,
            flags: 1,
        }
    }

    fn traced(act: impl FnOnce()) {
        use opentelemetry::trace::TracerProvider as _;
        use tracing_subscriber::layer::SubscriberExt as _;
        let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), act);
    }

    #[test]
    fn a_message_s_trace_goes_on_in_what_is_done_for_it() {
        traced(|| {
            let span = tracing::info_span!("accept");
            follow(&span, Some(sample()));
            let inside = span.in_scope(|| tracing::info_span!("inner").in_scope(current)).unwrap();
            assert!(inside.is_of(sample()) && inside.span != sample().span);
        });
        assert_eq!(current(), None);
    }

    #[test]
    fn an_order_s_trace_goes_on_in_a_request_of_another_trace_and_of_its_own() {
        traced(|| {
            let request = tracing::info_span!("request");
            request.in_scope(|| {
                let command = tracing::info_span!("command");
                follow_unless_within(&command, Some(sample()));
                assert!(of(&command).unwrap().is_of(sample()));
                let plain = tracing::info_span!("command");
                follow_unless_within(&plain, None);
                assert!(of(&plain).unwrap().is_of(of(&request).unwrap()));
            });
            let request = tracing::info_span!("request");
            follow(&request, Some(sample()));
            request.in_scope(|| {
                let command = tracing::info_span!("command");
                follow_unless_within(&command, Some(TraceParent { span: 7, ..sample() }));
                assert!(of(&command).unwrap().is_of(sample()));
            });
        });
    }
}
