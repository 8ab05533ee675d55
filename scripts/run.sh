#!/usr/bin/env bash
# The product with demo data, on private services: what `make run` does. Data lasts between runs.
# PORT, SERVERS, AMQP, OBSERVE, ORDERS and VERSTAK_DEMO_PASSWORD: see `make help`.
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."
. scripts/libraries.sh
. scripts/keeper.sh

PORT=${PORT:-3000}
SERVERS=${SERVERS:-1}
raise_descriptor_limit

become_keeper run
for ((n = 0; n < SERVERS; n++)); do
  ! port_taken $((PORT + n)) || fail "port $((PORT + n)) is in use: choose another, for example PORT=$((PORT + 10)) make run"
done

work scripts/install.sh run
work scripts/build.sh release
use_build release
start_services
[ "${OBSERVE:-}" != 1 ] || observe_all

fill_database

for ((n = 0; n < SERVERS; n++)); do
  say "starting the server on port $((PORT + n))"
  start_server $((n + 1)) $((PORT + n))
done
if [ "${OBSERVE:-}" = 1 ] && has_prometheus; then
  say "starting Prometheus"
  start_prometheus
fi
write_env

say "ready. Log: .run/log/server-1.log; addresses: .run/env; Ctrl-C stops everything"
printf '\n'
printf '  %s\n' "${SERVER_URLS[@]}"
printf '  log in as operator1, operator2, supervisor1 or admin; password: %s\n' "$VERSTAK_DEMO_PASSWORD"
if [ "${OBSERVE:-}" = 1 ]; then
  if has_prometheus; then
    printf '  Prometheus, with the rules of docs/alerts: %s\n' "$PROMETHEUS_URL"
  else
    printf '  no Prometheus: it could not be installed here\n'
  fi
  printf '  the last slow requests, as a supervisor: %s/slow; dashboards for Grafana: docs/dashboards\n' "${SERVER_URLS[0]}"
fi
keep_running
