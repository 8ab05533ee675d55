# Library: the parts of the suite "where time goes", in the order in which they run. Needs stage.sh.
# shellcheck shell=bash

# shellcheck disable=SC2034  # bench.sh runs them
PARTS=(stages promise metrics flow tracing trace)

part_stages() { measure stages --row stage-times; }

part_promise() { measure promise --least promise --most promise-most --time promise-time; }

part_metrics() { work node scripts/bench/metrics.mjs "$BENCH_ROWS" metrics || missed metrics; }

# A year of 165,000 orders and a million steps behind a board of 10,000: laid down by the administrator, without the
# product's triggers, and worked out by the server itself.
part_flow() {
  use_database 10000
  psql_admin board_10000 "$(cat scripts/bench/history.sql)"
  serve 10000
  measure flow-refresh --blocks flow-blocks "${SITES[0]}"
  measure flow-page --row flow-page "${SITES[0]}"
}

# Traces go to a collector that counts them, as in production; the server is told to record none, and some again.
part_tracing() {
  local collector
  free_port collector
  start collector self TERM 5 "$BENCH" collect --listen "127.0.0.1:$collector"
  until_ready collector 20 port_taken "$collector"
  end_servers
  OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:$collector serve 500
  measure tracing --pairs 200 --row tracing-cost "${SITES[0]}"
  stop collector
}

# Two servers and the broker; what each recorded is read from its page of slow requests.
part_trace() {
  start_rabbitmq
  SLOW_TRACE_MS=0 serve 500 near near
  measure trace --traces one-trace --parts one-trace-parts "${SITES[@]}"
  end_servers
  stop rabbitmq
  stop epmd
  unset AMQP_URL AMQP_API_URL
}
