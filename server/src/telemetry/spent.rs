//! What a request waited for: the time that its spans of the database, of Redis and of S3 took, added up on the
//! request's own.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use tracing::{Metadata, Span, Subscriber, level_filters::LevelFilter, span, subscriber::Interest};
use tracing_subscriber::{
    Layer, Registry,
    layer::{Context, Filter},
    registry::{LookupSpan, SpanRef},
};

/// A part that requests wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Database,
    Models,
    Cache,
}

impl Part {
    fn of(target: &str) -> Option<Self> {
        if target.starts_with("server::store::postgres") {
            Some(Self::Database)
        } else if target.starts_with("server::store::models") {
            Some(Self::Models)
        } else if target.starts_with("server::board::shelf") {
            Some(Self::Cache)
        } else {
            None
        }
    }
}

/// The name of a request's span (`web::observe`).
const REQUEST: &str = "request";

#[derive(Debug, Default)]
struct Sums([AtomicU64; 3]);

#[derive(Debug)]
struct Began(Instant);

/// The layer, which sees these spans alone.
pub(super) fn layer<S>() -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    Parts.with_filter(OfRequests)
}

/// How long a request has waited for each part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// PostgreSQL.
    pub database: Duration,
    /// S3.
    pub models: Duration,
    /// Redis: nothing, as long as the board comes from this process's memory.
    pub cache: Duration,
}

/// How long a request has waited for each part; nothing where nobody counts.
#[must_use]
pub fn of(request: &Span) -> Option<Spent> {
    let sums = request.with_subscriber(|(id, dispatch)| {
        let span = dispatch.downcast_ref::<Registry>()?.span(id)?;
        let extensions = span.extensions();
        let Sums(parts) = extensions.get::<Sums>()?;
        let read = |part: Part| Duration::from_micros(parts[part as usize].load(Ordering::Relaxed));
        Some(Spent { database: read(Part::Database), models: read(Part::Models), cache: read(Part::Cache) })
    });
    sums.flatten()
}

struct OfRequests;

impl<S> Filter<S> for OfRequests {
    fn enabled(&self, meta: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        meta.is_span() && (meta.name() == REQUEST || Part::of(meta.target()).is_some())
    }

    fn callsite_enabled(&self, meta: &'static Metadata<'static>) -> Interest {
        let wanted = meta.is_span() && (meta.name() == REQUEST || Part::of(meta.target()).is_some());
        // Never "always", as in `traces`: whoever is not asked goes by the answer to somebody else's question.
        if wanted { Interest::sometimes() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        // Without a bound libraries would ask about what they never say, and such a question is not forgotten until the next
        // span on its thread, which would be let through to nobody.
        Some(LevelFilter::INFO)
    }
}

struct Parts;

impl<S> Layer<S> for Parts
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_new_span(&self, _: &span::Attributes<'_>, id: &span::Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if span.name() == REQUEST {
            span.extensions_mut().insert(Sums::default());
        } else if !is_inside_of_another(&span) {
            span.extensions_mut().insert(Began(Instant::now()));
        }
    }

    fn on_close(&self, id: span::Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let Some(Began(at)) = span.extensions_mut().remove::<Began>() else { return };
        let Some(part) = Part::of(span.metadata().target()) else { return };
        for above in span.scope().skip(1) {
            if let Some(Sums(parts)) = above.extensions().get::<Sums>() {
                let took = u64::try_from(at.elapsed().as_micros()).unwrap_or(u64::MAX);
                parts[part as usize].fetch_add(took, Ordering::Relaxed);
            }
        }
    }
}

/// What is inside of a part counts with it, not again.
fn is_inside_of_another<S>(span: &SpanRef<'_, S>) -> bool
where
    S: for<'span> LookupSpan<'span>,
{
    span.scope().skip(1).any(|above| above.extensions().get::<Began>().is_some())
}
