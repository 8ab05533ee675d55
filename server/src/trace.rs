//! The trace that the work at hand belongs to, and which work is recorded. Knows nothing of anybody: whoever works for
//! a message, an order or a request says so to their span.
//!
//! Whether a trace is recorded is decided once, where it begins: at a request, a message, a piece of news, a change that
//! is shown. A beginning that is to be recorded carries the field `trace.root`; spans inside of it follow, and all others
//! cost nothing (`telemetry::traces`). Commands, messages and pages are always recorded; of everything else a share is.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use app::domain::{OrderId, Timestamp, TraceParent};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Begins a span that is recorded when `$wanted`, with everything that happens inside of it.
macro_rules! begin {
    ($wanted:expr, $name:literal, $($fields:tt)*) => {
        if $wanted {
            ::tracing::info_span!($name, trace.root = true, $($fields)*)
        } else {
            ::tracing::info_span!($name, $($fields)*)
        }
    };
}
pub(crate) use begin;

/// Of the process.
static SHARE: Share = Share(AtomicU32::new(0));
const WHOLE: u32 = 1_000_000;
/// Reads of one second that are recorded at most: so that recording costs what it costs, however many come.
const READS: u64 = 50;
/// Of the process.
static ROOM: Room = Room(AtomicU64::new(0));
/// The field of an order's id, on every span that has one.
const ORDER: &str = "order.id";

tokio::task_local! {
    /// The caller's trace, where it is not recorded here and still has to be passed on.
    static PASSED: TraceParent;
}

/// Records this share of what is neither a command nor a message, from 0 to 1; with 0 nothing at all.
pub fn record(share: f64) {
    let was_on = is_on();
    SHARE.set(share);
    if was_on != is_on() {
        // The layer is asked anew whether it listens: to one that does not, no span brings its name.
        tracing::callsite::rebuild_interest_cache();
    }
}

/// The share that is recorded, from 0 to 1.
#[must_use]
pub fn share() -> f64 {
    f64::from(SHARE.millionths()) / f64::from(WHOLE)
}

/// Whether anything is recorded at all.
#[must_use]
pub fn is_on() -> bool {
    SHARE.millionths() > 0
}

/// Whether the share falls on whatever has this random number; the same number is answered alike on every server.
#[must_use]
pub fn chosen(random: u128) -> bool {
    SHARE.falls_on(random)
}

/// Of a million traces so many are recorded.
struct Share(AtomicU32);

impl Share {
    fn set(&self, share: f64) {
        self.0.store((share.clamp(0.0, 1.0) * f64::from(WHOLE)).ceil() as u32, Ordering::Relaxed);
    }

    fn millionths(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    fn falls_on(&self, random: u128) -> bool {
        // Fibonacci hashing: identities that count up are spread evenly.
        let spread = ((random ^ (random >> 64)) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        (spread * u64::from(WHOLE)) >> 32 < u64::from(self.millionths())
    }

    fn wants(&self, parent: TraceParent, trusted: bool) -> bool {
        trusted && parent.flags & 1 == 1 || self.falls_on(parent.trace)
    }
}

/// Whether one more read may be recorded in the second of `now`; if so, it counts.
pub fn has_room(now: Timestamp) -> bool {
    ROOM.takes(now)
}

/// A second in the upper half, and how many it has taken in the lower one.
struct Room(AtomicU64);

impl Room {
    fn takes(&self, now: Timestamp) -> bool {
        let second = u64::from(now.millis().div_euclid(1_000) as u32);
        let taken = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| {
            let taken = if held >> 32 == second { held & u64::from(u32::MAX) } else { 0 };
            (taken < READS).then_some(second << 32 | (taken + 1))
        });
        taken.is_ok()
    }
}

/// Whether a trace that came from elsewhere is to be recorded here: its own word counts if it is `trusted`, otherwise
/// the share does.
#[must_use]
pub fn wanted(parent: TraceParent, trusted: bool) -> bool {
    SHARE.wants(parent, trusted)
}

/// The place of the current span; where nothing is recorded, the caller's; `None` when nothing is traced.
#[must_use]
pub fn current() -> Option<TraceParent> {
    of(&tracing::Span::current()).or_else(|| PASSED.try_with(|parent| *parent).ok())
}

/// Passes the caller's trace on to what the future sends elsewhere, though it is not recorded here.
pub async fn pass_on<F: Future>(parent: Option<TraceParent>, work: F) -> F::Output {
    match parent {
        Some(parent) => PASSED.scope(parent, work).await,
        None => work.await,
    }
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

/// Says on the request's own span which order it is about. To be called outside of the spans within it, where the
/// request's is the current one; elsewhere it does nothing.
pub fn about(order: OrderId) {
    tracing::Span::current().record(ORDER, tracing::field::display(order));
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

    #[tokio::test]
    async fn a_trace_that_is_not_recorded_here_is_passed_on_as_it_came() {
        assert_eq!(pass_on(Some(sample()), async { current() }).await, Some(sample()));
        assert_eq!(pass_on(None, async { current() }).await, None);
    }

    #[test]
    fn the_share_falls_on_as_many_as_it_says_and_everywhere_on_the_same() {
        let share = Share(AtomicU32::new(0));
        share.set(0.05);
        let ids = (0..100_000_u64).map(|n| {
            // As identities are: a moment in front, and random bits behind.
            u128::from(1_795_421_700_000 + n / 10) << 80 | u128::from(n.wrapping_mul(0x2545_f491_4f6c_dd1d))
        });
        let count = ids.filter(|id| share.falls_on(*id)).count();
        assert!((4_500..5_500).contains(&count), "{count}");
        share.set(1.0);
        assert!(share.falls_on(7) && share.wants(sample(), false));
        share.set(0.0);
        assert!(!share.falls_on(7) && !share.wants(sample(), false) && share.wants(sample(), true));
        assert!(!share.wants(TraceParent { flags: 0, ..sample() }, true));
    }

    #[test]
    fn a_second_has_room_for_so_many_reads_and_the_next_one_for_as_many() {
        let room = Room(AtomicU64::new(0));
        for second in [1_795_421_700, 1_795_421_701, 1_795_421_709] {
            let at = |n: u64| Timestamp::from_millis(second * 1_000 + n as i64 % 1_000);
            assert_eq!((0..4 * READS).filter(|n| room.takes(at(*n))).count() as u64, READS);
        }
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
