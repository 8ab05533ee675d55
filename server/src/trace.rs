//! The trace that the work at hand belongs to (W3C Trace Context), and which work is traced at all.
//!
//! Whether a trace is recorded is decided once, where it begins: at a request, a message, a piece of news, a change that
//! is shown. A beginning that is to be recorded carries the field `trace.root`; spans inside of it follow, and all others
//! cost nothing (`telemetry::traces`). Commands and messages are always recorded; of everything else a share is.

use std::sync::atomic::{AtomicU32, Ordering};

use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Begins a span that is recorded when `$wanted`, with everything that happens inside of it.
#[macro_export]
macro_rules! begin_trace {
    ($wanted:expr, $name:literal, $($fields:tt)*) => {
        if $wanted {
            ::tracing::info_span!($name, trace.root = true, $($fields)*)
        } else {
            ::tracing::info_span!($name, $($fields)*)
        }
    };
}

/// Of how many traces in a million one is recorded; of the process, set once.
static SHARE: AtomicU32 = AtomicU32::new(0);
const WHOLE: u32 = 1_000_000;

tokio::task_local! {
    /// The caller's trace, where it is not recorded here and still has to be passed on.
    static PASSED: String;
}

/// Records this share of what is neither a command nor a message, from 0 to 1.
pub fn record(share: f64) {
    SHARE.store((share.clamp(0.0, 1.0) * f64::from(WHOLE)) as u32, Ordering::Relaxed);
}

/// Whether the share falls on whatever has this random number; the same number is answered alike on every server.
#[must_use]
pub fn chosen(random: u128) -> bool {
    let share = SHARE.load(Ordering::Relaxed);
    // Fibonacci hashing: identities that count up are spread evenly.
    let spread = ((random ^ (random >> 64)) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    spread * u64::from(WHOLE) >> 32 < u64::from(share)
}

/// Whether the caller's trace is to be recorded: its own word counts if it is `trusted`, otherwise the share does.
#[must_use]
pub fn wanted(traceparent: &str, trusted: bool) -> bool {
    read(traceparent).is_some_and(|parent| {
        trusted && parent.is_sampled() || chosen(u128::from_be_bytes(parent.trace_id().to_bytes()))
    })
}

/// `traceparent` of the current span; without one that is recorded, the caller's; `None` when nobody traces.
#[must_use]
pub fn current() -> Option<String> {
    let context = tracing::Span::current().context();
    let span = context.span().span_context().clone();
    let flags = span.trace_flags().to_u8();
    if span.is_valid() {
        return Some(format!("00-{}-{}-{flags:02x}", span.trace_id(), span.span_id()));
    }
    PASSED.try_with(Clone::clone).ok()
}

/// The id of the current trace, where it is recorded.
#[must_use]
pub fn current_id() -> Option<String> {
    let context = tracing::Span::current().context();
    let span = context.span().span_context().clone();
    (span.is_valid() && span.is_sampled()).then(|| span.trace_id().to_string())
}

/// Passes the caller's trace on to what the future sends elsewhere, though it is not recorded here.
pub async fn pass_on<F: Future>(traceparent: Option<String>, work: F) -> F::Output {
    match traceparent.filter(|it| is_well_formed(it)) {
        Some(traceparent) => PASSED.scope(traceparent, work).await,
        None => work.await,
    }
}

/// Makes a span that was not entered yet a part of the trace that a message came with; what is malformed is left
/// out, as the specification asks.
pub fn follow(span: &tracing::Span, traceparent: Option<&str>) {
    let Some(parent) = traceparent.and_then(read) else { return };
    // Fails only where nothing is traced.
    let _ = span.set_parent(opentelemetry::Context::new().with_remote_span_context(parent));
}

/// Whether a `traceparent` names a trace.
#[must_use]
pub fn is_well_formed(traceparent: &str) -> bool {
    read(traceparent).is_some()
}

fn read(text: &str) -> Option<SpanContext> {
    let mut parts = text.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let lengths = (version.len(), trace.len(), span.len(), flags.len()) == (2, 32, 16, 2);
    let lower = text.bytes().all(|b| b == b'-' || matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !lengths || !lower || version == "ff" || (version == "00" && parts.next().is_some()) {
        return None;
    }
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?);
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    let parent = SpanContext::new(trace, span, flags, true, TraceState::NONE);
    parent.is_valid().then_some(parent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SAMPLE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_well_formed_parent_is_read() {
        let parent = read(SAMPLE).unwrap();
        assert_eq!(parent.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert!(parent.is_sampled());
    }

    #[test]
    fn a_message_s_trace_goes_on_in_what_is_done_for_it() {
        use opentelemetry::trace::TracerProvider as _;
        use tracing_subscriber::layer::SubscriberExt as _;
        let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            let span = tracing::info_span!("accept");
            follow(&span, Some(SAMPLE));
            let inside = span.in_scope(|| tracing::info_span!("inner").in_scope(current));
            assert_eq!(&inside.unwrap()[..36], &SAMPLE[..36]);
        });
        assert_eq!(current(), None);
    }

    #[tokio::test]
    async fn a_trace_that_is_not_recorded_here_is_passed_on_as_it_came() {
        let passed = pass_on(Some(SAMPLE.to_owned()), async { current() }).await;
        assert_eq!(passed.as_deref(), Some(SAMPLE));
        assert_eq!(pass_on(Some("rubbish".to_owned()), async { current() }).await, None);
    }

    #[test]
    fn a_malformed_parent_is_nobody() {
        for text in ["", "00", "00-0-0-0", &SAMPLE.to_uppercase(), &format!("{SAMPLE}-x"), &SAMPLE[..54]] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_share_falls_on_as_many_as_it_says_and_everywhere_on_the_same() {
        record(0.05);
        let ids = (0..100_000_u64).map(|n| {
            // As identities are: a moment in front, and random bits behind.
            u128::from(1_795_421_700_000 + n / 10) << 80 | u128::from(n.wrapping_mul(0x2545_f491_4f6c_dd1d))
        });
        let chosen_ones = ids.filter(|id| chosen(*id)).count();
        assert!((4_500..5_500).contains(&chosen_ones), "{chosen_ones}");
        record(1.0);
        assert!(chosen(7) && wanted(SAMPLE, false));
        record(0.0);
        assert!(!chosen(7) && !wanted(SAMPLE, false) && wanted(SAMPLE, true));
        assert!(!wanted(&SAMPLE.replace("-01", "-00"), true) && !wanted("rubbish", true));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,80}") {
            let _ = read(&text);
        }
    }
}
