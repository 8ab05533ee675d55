//! Counts SQL statements and Redis commands by who issued them: a request, or the server itself. This is how
//! "reads of the board issue none" is measured rather than assumed.

use tracing::{Event, Subscriber, span};
use tracing_subscriber::{
    Layer,
    filter::{FilterFn, Filtered},
    layer::Context,
    registry::LookupSpan,
};

/// The span of a request, as `web` opens it.
pub const REQUEST: &str = "request";
/// The target of spans around a Redis command or script, as `board` opens them.
pub const REDIS: &str = "redis";

/// The counting layer. `sql_statements_total` and `redis_commands_total`, each with `origin="request"` or
/// `origin="background"`.
#[derive(Debug, Clone, Copy)]
pub struct Origin;

impl Origin {
    /// Sees only what it counts, whatever the log's level is.
    #[must_use]
    pub fn filtered<S>(self) -> Filtered<Self, FilterFn, S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        self.with_filter(FilterFn::new(|metadata| {
            metadata.target() == "sqlx::query"
                || (metadata.is_span() && (metadata.target() == REDIS || metadata.name() == REQUEST))
        }))
    }
}

impl<S> Layer<S> for Origin
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            let by_request = context.event_scope(event).is_some_and(|mut scope| scope.any(|s| s.name() == REQUEST));
            metrics::counter!("sql_statements_total", "origin" => origin(by_request)).increment(1);
        }
    }

    fn on_new_span(&self, span: &span::Attributes<'_>, id: &span::Id, context: Context<'_, S>) {
        if span.metadata().target() == REDIS {
            let by_request = context.span_scope(id).is_some_and(|mut scope| scope.any(|s| s.name() == REQUEST));
            metrics::counter!("redis_commands_total", "origin" => origin(by_request)).increment(1);
        }
    }
}

const fn origin(by_request: bool) -> &'static str {
    if by_request { "request" } else { "background" }
}
