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

# Traces go to a collector that counts them, as in production, and nowhere.
part_tracing() {
  local collector
  free_port collector
  start collector self TERM 5 "$BENCH" collect --listen "127.0.0.1:$collector"
  until_ready collector 20 port_taken "$collector"
  # Of each pair, now the one and now the other is started first.
  local with=() without=() pair
  end_servers
  for pair in 1 2 3 4 5; do
    if [ $((pair % 2)) = 0 ]; then TRACE_SHARE=0 serve_also 500; fi
    OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:$collector serve_also 500
    if [ $((pair % 2)) = 1 ]; then TRACE_SHARE=0 serve_also 500; fi
    with+=("${SITES[-1 - pair % 2]}")
    without+=(--without "${SITES[-2 + pair % 2]}")
  done
  measure tracing --rounds 8 --seconds 1 --row tracing-cost "${without[@]}" "${with[@]}"
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
