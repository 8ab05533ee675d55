# Library: a private Prometheus on loopback that reads every server's counters and knows the alert rules. Needs services.sh
# and server.sh, and what they need. A workshop without it has the pages /flow and /slow.
# shellcheck shell=bash

# Every request's trace is kept while somebody looks, not a share of them.
observe_all() {
  export TRACE_SHARE=${TRACE_SHARE:-1} SLOW_TRACE_MS=${SLOW_TRACE_MS:-5}
}

has_prometheus() { command -v prometheus >/dev/null; }

# Call after the servers, where there is one: sets PROMETHEUS_URL.
start_prometheus() {
  local home=$DATA/prometheus port targets rules
  service_folder "$home"
  free_port port
  # The services' user may not reach the checkout.
  rm -f "$home"/*.rules.yml
  for rules in docs/alerts/*.yml; do
    cp "$rules" "$home/$(basename "$rules" .yml).rules.yml"
  done
  targets=$(printf '"%s", ' "${ADMIN_URLS[@]#http://}")
  cat >"$home/prometheus.yml" <<CONF
global: { scrape_interval: 5s, evaluation_interval: 5s }
rule_files: ["*.rules.yml"]
scrape_configs:
  - job_name: verstak
    static_configs: [{ targets: [${targets%, }] }]
CONF
  [ ${#AS_SERVICE[@]} = 0 ] || chown nobody:nogroup "$home"/*.yml
  start prometheus service TERM 10 prometheus --config.file="$home/prometheus.yml" --storage.tsdb.path="$home/data" \
    --storage.tsdb.retention.time=7d --enable-feature=exemplar-storage --web.listen-address="127.0.0.1:$port" --log.level=warn
  until_ready prometheus 30 http_ok "127.0.0.1:$port" /-/ready
  export PROMETHEUS_URL=http://127.0.0.1:$port
}
