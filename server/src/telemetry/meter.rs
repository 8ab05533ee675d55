//! Counters for Prometheus. One recorder a process; every part counts through the `metrics` macros.

use std::sync::OnceLock;

use app::domain::slow::{Device, Route};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// Seconds: from a cached answer to a time-out.
pub(super) const BUCKETS: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Seconds, for what may take a day: a message whose sender was away, a large model over a telephone. An alert's threshold
/// above the last bucket could never be passed.
const LONG_BUCKETS: [f64; 18] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0,
    14_400.0, 86_400.0,
];
/// What is measured in these.
const LONG: [&str; 2] = ["intake_lag_seconds", "browser_model_ready_seconds"];

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts counting, the first time it is called.
///
/// # Errors
/// When the buckets are not accepted.
pub fn install() -> Result<(), BuildError> {
    let mut builder =
        PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)?;
    for name in LONG {
        builder = builder.set_buckets_for_metric(Matcher::Full(name.to_owned()), &LONG_BUCKETS)?;
    }
    HANDLE.get_or_init(|| {
        let handle = builder.install_recorder().ok();
        describe();
        begin_at_zero();
        handle
    });
    Ok(())
}

/// Everything counted so far, as Prometheus reads it. Empty before [`install`].
#[must_use]
pub fn render() -> String {
    HANDLE.get().and_then(Option::as_ref).map_or_else(String::new, |handle| {
        handle.run_upkeep();
        handle.render()
    })
}

/// Puts what histograms were told since the last time into their buckets. Until then each measure is kept by itself,
/// so this is to be called every few seconds, whether anybody reads the counters or not.
pub fn sort_in() {
    if let Some(handle) = HANDLE.get().and_then(Option::as_ref) {
        handle.run_upkeep();
    }
}

/// Counters that an alert waits for. Prometheus sees no increase in one that is born at 1, so they are there from the
/// start; `server/tests/dashboards/main.rs` knows when one is missing.
fn begin_at_zero() {
    use metrics::counter;
    for place in ["redis", "near"] {
        counter!("board_cache_divergence_total", "where" => place).increment(0);
    }
    for name in ["board_ahead_total", "board_unreadable_total", "flow_failures_total"] {
        counter!(name).increment(0);
    }
    for reason in ["timer", "cold", "epoch", "gap", "near", "divergence"] {
        counter!("board_refreshes_total", "reason" => reason, "outcome" => "failed").increment(0);
    }
    for route in Route::ALL {
        for device in [Device::Phone, Device::Tablet, Device::Desktop] {
            let (route, device) = (route.name(), device.name());
            counter!("slow_reports_total", "route" => route, "device" => device).increment(0);
        }
    }
}

fn describe() {
    use metrics::{describe_counter, describe_gauge, describe_histogram};
    describe_counter!("http_requests_total", "Requests by route, method and status");
    describe_histogram!("http_request_seconds", "Time to the answer's head, by route");
    describe_counter!("model_responses_total", "Answers of /models by status");
    describe_counter!(
        "model_studies_total",
        "Models that were measured, that a defect of ours failed over, or that were given up"
    );
    describe_counter!("intake_messages_total", "Order messages by channel and outcome");
    describe_histogram!("intake_lag_seconds", "From what happened at the source to the commit here");
    describe_gauge!(
        "intake_last_message_timestamp_seconds",
        "When the last message was taken in, since 1970"
    );
    describe_gauge!("broker_up", "1 while that direction works: intake, relay, letters");
    describe_counter!("broker_losses_total", "Broken or failed connections, by direction");
    describe_counter!("broker_dead_letters_total", "Messages put aside, by reason");
    describe_counter!("outbox_sent_total", "News that RabbitMQ has confirmed, by routing key");
    describe_gauge!("outbox_waiting", "News that wait to be sent, counted up to 10,001");
    describe_gauge!("outbox_oldest_seconds", "How long the first of them waits");
    describe_counter!("flow_orders_total", "Orders whose stays were worked out anew");
    describe_histogram!(
        "flow_refresh_seconds",
        "One look at what the flow's figures lack, and what came of it"
    );
    describe_counter!("flow_failures_total", "Looks that failed");
    describe_gauge!("flow_made_timestamp_seconds", "Up to when the flow's figures are, since 1970");
    describe_histogram!(
        "browser_largest_paint_seconds",
        "Navigation to the largest content, by route and device"
    );
    describe_histogram!("browser_first_card_seconds", "Navigation to the first card, by route and device");
    describe_histogram!(
        "browser_interaction_seconds",
        "The slowest answer to a press on a page, by route and device"
    );
    describe_histogram!(
        "browser_model_ready_seconds",
        "Page to a model that can be turned, by route and device"
    );
    describe_histogram!("browser_first_byte_seconds", "Navigation to the first byte, by route and device");
    describe_counter!("slow_reports_total", "Pages that somebody found slow, by route and device");
    describe_gauge!("dead_letters_open", "Dead letters to be dealt with, counted up to 10,001");
    describe_gauge!("dead_letters_oldest_seconds", "How long the first of them lies there");
    describe_counter!(
        "dead_letters_dealt_total",
        "Dead letters that were tried again or put away, by outcome"
    );
    describe_gauge!("source_orders_unapproved", "Orders that the source announced and nobody approved here");
    describe_gauge!(
        "source_orders_lost",
        "Those that the source has gone on with since: the approval was lost"
    );
    describe_gauge!("orders_silent", "Orders on the board without a change for three days");
    describe_gauge!("reconcile_differences", "Orders that differed in the last comparison, by how");
    describe_gauge!(
        "reconcile_last_timestamp_seconds",
        "When the source's list was last compared, since 1970"
    );
    describe_gauge!("live_streams", "Open event streams");
    describe_gauge!("board_near_age_seconds", "How long ago the board was known to be current");
    describe_gauge!("board_differences", "What the last comparison of the board's copies found");
    describe_gauge!(
        "store_connections_used",
        "Connections to PostgreSQL that somebody has or is making, by pool"
    );
    describe_gauge!("store_connections_max", "How many there may be at most, by pool");
    describe_gauge!("runtime_tasks", "Tasks that have not ended");
    describe_gauge!("http_connections_open", "Open connections");
    describe_counter!("http_connections_total", "Connections accepted so far");
}
